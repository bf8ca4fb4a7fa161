//! The journal: what `lback log` reports, and messages that reach their handlers whatever happens.

#[cfg(unix)]
mod faults;
mod killed;
mod lists;
mod log;
mod looking;
mod outage;
mod place;
mod poison;
mod retention;
mod secrets;
mod strict;
mod together;
mod trouble;
