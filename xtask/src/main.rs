//! `cargo xtask`: the commands for developers of this repository, a file for each.

#![expect(clippy::disallowed_macros, reason = "a developer's tool may panic where its terminal is gone")]
#![allow(clippy::disallowed_methods, reason = "it reads the files of this repository")]

mod bench;
mod check;
mod cli;
mod demo;
mod docs;
mod error;
mod files;
mod languages;
mod lback;
mod parallel;
mod paths;
mod plugins;
mod process;
mod progress;
mod prove;
mod release;
mod setup;
mod test;
mod venv;
mod wasm;

use clap::Parser as _;
use std::process::ExitCode;

fn main() -> ExitCode {
    match cli::Cli::parse().run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            progress::report(&error);
            ExitCode::FAILURE
        }
    }
}
