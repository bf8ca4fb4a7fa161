//! The shared code of lback's own plugins: settings, Alembic's commands, HTTP delivery, wording.
//!
//! Nothing here depends on the WIT contract: each plugin generates its own bindings and converts at
//! its own border, so that each plugin's source shows everything that the contract requires.

pub mod alembic;
pub mod byte_size;
pub mod delivery;
pub mod duration;
pub mod one_or_many;
pub mod outcome;
pub mod pattern;
pub mod settings;
pub mod table_size;
