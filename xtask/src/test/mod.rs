//! `cargo xtask test`: every test, against real Alembic, databases, registries and Pushgateway. What is lacking is an error, never a test left out.

mod debian;
mod mariadb;
mod matrix;
mod pgbouncer;
pub(crate) mod postgres;
mod pushgateway;
mod registry;
mod server;

use crate::{error::Error, languages, paths::Paths, process, setup};
use std::process::Command;

/// Runs every test, on real databases and with real components
#[derive(clap::Args)]
pub(crate) struct Test {
    /// Passed on to `cargo test`, as `rollback -- --nocapture`
    #[arg(trailing_var_arg = true, allow_hyphen_values = true, value_name = "ARGS")]
    args: Vec<String>,
}

impl Test {
    pub(crate) fn run(self, paths: &Paths) -> Result<(), Error> {
        setup::everything(paths)?;
        let pushgateway = pushgateway::find(paths)?;
        let registry = registry::registry(paths)?;
        let minisign = registry::minisign(paths)?;
        let matrix = matrix::ensure(paths)?;
        let postgres = postgres::Postgres::start(paths)?;
        let pgbouncer = pgbouncer::PgBouncer::start(paths, &postgres)?;
        let mariadb = mariadb::MariaDb::start(paths)?;

        let command = |folder, options: &[&str]| -> Command {
            let mut cargo = process::cargo(paths, folder);
            cargo.arg("test").args(options).args(&self.args);
            cargo
                .env("LBACK_TEST_VENV", paths.venv())
                .env("LBACK_TEST_PLUGINS", paths.plugins())
                .env("LBACK_TEST_COMPONENTS", paths.components())
                .env("LBACK_TEST_PUSHGATEWAY", &pushgateway)
                .env("LBACK_TEST_DOCKER_REGISTRY", &registry.file)
                .env("LBACK_TEST_MINISIGN", &minisign.file)
                .env("LBACK_TEST_MINISIGN_LIBRARIES", minisign.library_path())
                .env("LBACK_TEST_MATRIX", &matrix)
                .env("LBACK_TEST_LANGUAGES", languages::folder(paths))
                .env("LBACK_TEST_POSTGRES", postgres.url())
                .env("LBACK_TEST_PGBOUNCER", pgbouncer.url())
                .env("LBACK_TEST_MARIADB", mariadb.url());
            cargo
        };
        process::open("pass the tests", &mut command(&paths.root, &["--workspace", "--locked", "--no-fail-fast"]))?;
        let mut plugins = command(&paths.plugins(), &["--workspace", "--locked", "--no-fail-fast"]);
        // Native code here, wasm in the folder's own target: neither waits for the other's lock.
        plugins.env("CARGO_TARGET_DIR", paths.target.join("plugins"));
        process::open("pass the plugins' tests", &mut plugins)
    }
}
