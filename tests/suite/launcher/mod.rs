//! Fidelity: a run of lback is a run of Alembic. Each project here is run twice at the same place, by Alembic alone and by lback, and all
//! that can be seen from outside must be the same: both streams, the end, every file, the database.

mod commands;
mod difference;
mod ends;
mod environment;
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
