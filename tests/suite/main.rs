//! lback as its users meet it: the real binary, real Alembic, real databases, and components built from source.
//!
//! `cargo xtask test` sets up what these tests need. Where something is lacking they fail and say so; none is skipped.

mod authors;
mod cli;
#[cfg(unix)]
mod concurrency;
mod install;
mod journal;
#[cfg(unix)]
mod languages;
#[cfg(unix)]
mod launcher;
#[cfg(unix)]
mod plans;
mod plugins;
mod runs;
mod sandbox;
#[cfg(unix)]
mod sources;
mod support;
