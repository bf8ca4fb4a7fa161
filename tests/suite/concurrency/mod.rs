//! Runs that meet on one database: each revision is applied once, whichever run is first or killed,
//! and no run waits for itself.

mod crowd;
mod killed;
mod modes;
mod own;
mod pooler;
mod site;
mod stopping;
mod waiting;
