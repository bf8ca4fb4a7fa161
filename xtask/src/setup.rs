//! `cargo xtask setup`: prepares everything that the build, the tests and the demo need.

use crate::{error::Error, languages, lback, parallel::both, paths::Paths, process, progress::Step, venv, wasm};
use std::{fs, process::Command};

/// Prepares the repository: Python environment, wasm target, plugins, test components
#[derive(clap::Args)]
pub(crate) struct Setup {}

impl Setup {
    #[expect(clippy::unused_self, reason = "every command is run the same way")]
    pub(crate) fn run(self, paths: &Paths) -> Result<(), Error> {
        everything(paths)?;
        lock(paths)
    }
}

/// Locks the repository's plugins as they were built here. The lock is made anew each time: the
/// same sources compile to other bytes on another machine.
fn lock(paths: &Paths) -> Result<(), Error> {
    let lback = lback::build(paths)?;
    let mut step = Step::start("lback.lock");
    let file = paths.root.join("lback.lock");
    if file.exists() {
        fs::remove_file(&file).map_err(Error::file("remove", &file))?;
    }
    let mut install = Command::new(lback);
    install.args(["plugin", "install"]).current_dir(&paths.root);
    process::quiet(&mut step, "install the plugins", &mut install, None)?;
    step.done("written");
    Ok(())
}

fn everything(paths: &Paths) -> Result<(), Error> {
    environment(paths)?;
    components(paths)
}

/// Prepares the Python environment and the toolchain, on which the rest depends.
pub(crate) fn environment(paths: &Paths) -> Result<(), Error> {
    venv::ensure(paths, &[venv::EXAMPLE, venv::TESTS, venv::PYTHON])?;
    wasm::ensure_target(paths)
}

/// Builds the plugins and the test components, and installs the compilers.
pub(crate) fn components(paths: &Paths) -> Result<(), Error> {
    let rust = || wasm::build_plugins(paths).and_then(|_| wasm::build_components(paths));
    both(|| languages::ensure(paths), rust)?;
    Ok(())
}

/// Prepares what the demo needs.
pub(crate) fn for_demo(paths: &Paths) -> Result<(), Error> {
    venv::ensure(paths, &[venv::EXAMPLE])?;
    wasm::ensure_target(paths)?;
    wasm::build_plugins(paths)?;
    Ok(())
}
