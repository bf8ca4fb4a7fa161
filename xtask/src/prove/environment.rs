//! The Python environment of a history: made once, and anew when its packages change.

use super::histories::History;
use crate::{error::Error, files, paths::Paths, process, progress::Step, venv};
use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

/// Makes the environment if needed, and returns its interpreter.
pub(super) fn ensure(paths: &Paths, folder: &Path, history: &History) -> Result<PathBuf, Error> {
    let python = folder.join("bin/python");
    let stamp = folder.join("lback-made.txt");
    // The path is part of the stamp: a moved environment names an interpreter that is gone.
    let wanted = format!("{}\n{}\n", folder.display(), history.requirements.join("\n"));
    if fs::read_to_string(&stamp).is_ok_and(|present| present == wanted) {
        return Ok(python);
    }
    venv::ensure(paths, &[])?;
    let mut step = Step::start("history");
    step.show(&format!("installing {}", history.requirements[0]));
    files::remove_folder(folder)?;
    if let Some(parent) = folder.parent() {
        files::make_folder(parent)?;
    }
    let mut venv = Command::new(paths.python());
    venv.args(["-m", "venv", "--without-pip"]).arg(folder);
    process::quiet(&mut step, "create a virtual environment", &mut venv, None)?;
    let mut pip = Command::new(paths.python());
    pip.args(["-m", "pip", "--python"]).arg(&python);
    pip.args(["install", "--quiet", "--disable-pip-version-check"]).args(history.requirements);
    process::quiet(&mut step, "install a history", &mut pip, Some(venv::PIP_HINT))?;
    fs::write(&stamp, wanted).map_err(Error::file("write", stamp))?;
    step.done(format!("{} installed", history.requirements[0]));
    Ok(python)
}
