//! Compilers that come as Python packages: componentize-py, Go and Zig (as a C compiler).

use super::stamp::{folder, is_made, made};
use crate::{error::Error, paths::Paths, process, progress::Step};
use std::{fs, path::PathBuf, process::Command};

pub(super) const REQUIREMENTS: &str = "tests/languages/requirements.txt";

/// Returns the path of a program in these packages.
pub(super) fn program(paths: &Paths, name: &str) -> PathBuf {
    folder(paths).join("python").join(if cfg!(windows) { "Scripts" } else { "bin" }).join(name)
}

pub(super) fn ensure(paths: &Paths) -> Result<(), Error> {
    let mut step = Step::start("compilers, from PyPI");
    let list = paths.root.join(REQUIREMENTS);
    let wanted = fs::read_to_string(&list).map_err(Error::file("read", &list))?;
    let folder = folder(paths).join("python");
    if !is_made(&folder, &wanted)? {
        step.show("installing componentize-py, Go and Zig");
        let mut venv = Command::new(paths.python());
        venv.args(["-m", "venv", "--without-pip"]).arg(&folder);
        process::quiet(&mut step, "create a virtual environment", &mut venv, None)?;
        let mut pip = Command::new(paths.python());
        pip.args(["-m", "pip", "--python"]).arg(program(paths, "python"));
        pip.args(["install", "--quiet", "--disable-pip-version-check", "--only-binary=:all:", "--requirement"])
            .arg(&list);
        process::quiet(&mut step, "install Python packages", &mut pip, Some(PIP_HINT))?;
        made(&folder, &wanted)?;
    }
    let names: Vec<_> = wanted.lines().filter(|line| line.contains("==")).collect();
    step.done(names.join(", "));
    Ok(())
}

const PIP_HINT: &str =
    "pip needs PyPI, or a mirror that `PIP_INDEX_URL` names; where the network is to blame, try again when it is back";
