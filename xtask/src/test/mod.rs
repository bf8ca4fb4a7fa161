//! `cargo xtask test`: every test, or with `--fast` those that need no server.

mod all;
mod debian;
mod fast;
mod flask_migrate;
mod mariadb;
mod matrix;
mod pgbouncer;
pub(crate) mod postgres;
mod pushgateway;
mod registry;
mod server;
mod smoke;
mod threads;

use crate::{error::Error, paths::Paths};

/// Runs every test, on real databases and with real components
#[derive(clap::Args)]
pub(crate) struct Test {
    /// Run only the unit tests, the tests of Python and a smoke test of the binary
    #[arg(long)]
    fast: bool,

    /// Run every test; the default
    #[arg(long, conflicts_with = "fast")]
    all: bool,

    /// Arguments for `cargo test`, as `rollback -- --nocapture`
    #[arg(trailing_var_arg = true, allow_hyphen_values = true, value_name = "ARGS")]
    args: Vec<String>,
}

impl Test {
    pub(crate) fn run(self, paths: &Paths) -> Result<(), Error> {
        if self.fast { fast::run(paths, &self.args) } else { all::run(paths, &self.args) }
    }
}
