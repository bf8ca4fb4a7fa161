//! What lback's own plugins share: reading settings, knowing Alembic's commands, delivering over HTTP, wording.
//!
//! Nothing here knows the WIT contract: each plugin generates its own bindings and converts at its own border, so that a reader of one
//! plugin sees all that the contract asks of it.

pub mod alembic;
pub mod delivery;
pub mod duration;
pub mod one_or_many;
pub mod outcome;
pub mod pattern;
pub mod settings;
