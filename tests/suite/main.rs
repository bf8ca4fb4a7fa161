//! lback as its users meet it: the real binary, real Alembic, real databases, and components built
//! from source.
//!
//! `cargo xtask test` sets up what these tests need. Without it they fail and name what is missing;
//! none is skipped. `tests/README.md` describes the layout and the helpers.

#![allow(clippy::disallowed_methods, reason = "tests read files that they wrote")]
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "the test harness collects it")]

mod authors;
mod cli;
#[cfg(unix)]
mod concurrency;
mod distribution;
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
#[cfg(unix)]
mod waits;
