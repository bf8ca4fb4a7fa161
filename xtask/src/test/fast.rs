//! The tests that need no server and no components: unit tests, the tests of `python/`, and a smoke
//! test of the binary.

use super::smoke;
use crate::{error::Error, lback, paths::Paths, process, venv};
use std::process::Command;

pub(super) fn run(paths: &Paths, args: &[String]) -> Result<(), Error> {
    venv::ensure(paths, &[venv::EXAMPLE, venv::PYTHON])?;
    // The packages are those of the full run, so that dependencies are compiled with the same
    // features.
    let mut units = process::cargo(paths, &paths.root);
    units.args(["test", "--workspace", "--lib", "--bins", "--locked", "--no-fail-fast"]).args(args);
    process::open("pass the unit tests", &mut units)?;
    let mut plugins = process::cargo(paths, &paths.plugins());
    plugins.args(["test", "--workspace", "--locked", "--no-fail-fast"]).args(args);
    process::open("pass the plugins' tests", &mut plugins)?;
    process::open("pass the tests of Python", &mut pytest(paths))?;
    smoke::run(paths, &lback::build(paths)?)
}

fn pytest(paths: &Paths) -> Command {
    let mut pytest = Command::new(paths.python());
    pytest.args(["-m", "pytest"]).current_dir(paths.root.join("python"));
    pytest.env("PYTHONDONTWRITEBYTECODE", "1");
    pytest
}
