//! Runs that meet on one database: each revision is applied once, whoever comes first, whoever is killed, and nobody waits for itself.

mod crowd;
mod killed;
mod modes;
mod own;
mod pooler;
mod site;
mod stopping;
