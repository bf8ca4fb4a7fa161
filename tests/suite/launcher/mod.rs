//! Fidelity: a run of lback is a run of Alembic. Each project is run twice at the same path, by
//! Alembic alone and by lback. Everything observable must be equal: both streams, the exit code,
//! every file, the database.

mod commands;
mod difference;
mod ends;
mod environment;
mod flask_migrate;
mod imports;
mod matrix;
mod observed;
mod output;
mod process;
mod scripts;
mod servers;
mod starts;
mod templates;
mod twin;
