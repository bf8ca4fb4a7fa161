//! The tests that need no server and no components: unit tests, the tests of `python/`, and a smoke
//! test of the binary.

use super::smoke;
use crate::{
    error::{Error, Output},
    lback,
    paths::Paths,
    process, venv,
};
use std::{process::Command, thread};

pub(super) fn run(paths: &Paths, args: &[String]) -> Result<(), Error> {
    venv::ensure(paths, &[venv::EXAMPLE, venv::PYTHON])?;
    // pytest uses one core, so that it runs beside the others.
    let mut pytest = pytest(paths);
    let python = thread::spawn(move || quietly(&mut pytest));
    let rust = units(paths, args).and_then(|()| smoke::run(paths, &lback::build(paths)?));
    let python = python.join().expect("running a program does not panic");
    rust.and(python)
}

fn units(paths: &Paths, args: &[String]) -> Result<(), Error> {
    // The packages are those of the full run, so that dependencies are compiled with the same
    // features.
    let mut units = process::cargo(paths, &paths.root);
    units.args(["test", "--workspace", "--lib", "--bins", "--locked", "--no-fail-fast"]).args(args);
    process::open("pass the unit tests", &mut units)?;
    let mut plugins = process::cargo(paths, &paths.plugins());
    plugins.args(["test", "--workspace", "--locked", "--no-fail-fast"]).args(args);
    process::open("pass the plugins' tests", &mut plugins)
}

fn pytest(paths: &Paths) -> Command {
    let mut pytest = Command::new(paths.python());
    pytest.args(["-m", "pytest"]).current_dir(paths.root.join("python"));
    pytest.env("PYTHONDONTWRITEBYTECODE", "1");
    pytest
}

/// Runs pytest, and prints its output at its end.
fn quietly(command: &mut Command) -> Result<(), Error> {
    let output = command.output().map_err(|source| process::spawn_error(command, source))?;
    let printed = String::from_utf8_lossy(&output.stdout);
    if output.status.success() {
        anstream::println!("{}", printed.trim_end());
        return Ok(());
    }
    Err(Error::Command {
        purpose: "pass the tests of Python".into(),
        command: process::line(command),
        status: output.status,
        output: Output::tail(&printed),
        hint: None,
    })
}
