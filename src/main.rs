//! `lback`: Alembic with signals, sandboxed plugins and policies that can say no.

#![cfg_attr(test, allow(clippy::disallowed_methods, reason = "tests read files that they wrote"))]

#[cfg(not(unix))]
compile_error!(
    "lback supports Unix only: it stops Alembic by signals to a process group and talks to it on a Unix socket"
);

mod alembic;
mod authoring;
mod cli;
mod config;
mod dispatch;
mod journal;
mod migration;
mod model;
mod plugin;
mod registry;
mod sample;
mod session;
mod support;
mod ui;

use std::process::ExitCode;

fn main() -> ExitCode {
    cli::run().into()
}
