//! `cargo xtask setup`: everything that building, testing and showing need. Quick where nothing is to do.

use crate::{error::Error, paths::Paths, venv, wasm};

/// Prepares the repository: Python environment, wasm target, plugins, test components
#[derive(clap::Args)]
pub(crate) struct Setup {}

impl Setup {
    #[expect(clippy::unused_self, reason = "every command is run the same way")]
    pub(crate) fn run(self, paths: &Paths) -> Result<(), Error> {
        everything(paths)
    }
}

pub(crate) fn everything(paths: &Paths) -> Result<(), Error> {
    venv::ensure(paths, &[venv::EXAMPLE, venv::TESTS])?;
    wasm::ensure_target(paths)?;
    wasm::build_plugins(paths)?;
    wasm::build_components(paths)
}

/// Only what the demo needs.
pub(crate) fn for_demo(paths: &Paths) -> Result<(), Error> {
    venv::ensure(paths, &[venv::EXAMPLE])?;
    wasm::ensure_target(paths)?;
    wasm::build_plugins(paths)
}
