//! `lback`: Alembic with signals, sandboxed plugins and policies that can say no.

mod alembic;
mod authoring;
mod cli;
mod config;
mod database;
mod dispatch;
mod http;
mod journal;
mod migration;
mod output;
mod plan;
mod plugin;
mod printable;
mod registry;
mod sample;
mod signal;
mod verdict;
mod waiting;

use std::process::ExitCode;

fn main() -> ExitCode {
    cli::run().into()
}
