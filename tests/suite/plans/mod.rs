//! The plan of a migrate or a rollback, and the rollback of a table: what is shown, what is done, and what must not be.

mod agreement;
mod analysis;
mod forward;
mod graph;
mod hostile;
mod looking;
mod names;
mod policies;
mod reverting;
mod shapes;
mod shop;
mod stopped;
mod targets;
mod unclear;
mod versions;
