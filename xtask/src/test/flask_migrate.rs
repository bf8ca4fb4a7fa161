//! The sources of Flask-Migrate, whose own tests run with lback in the place of `flask db`.

use crate::{error::Error, files, paths::Paths, process, progress::Step, venv};
use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

const PACKAGE: &str = "Flask-Migrate==";

/// Downloads the sources of the pinned version, and returns their folder.
pub(super) fn ensure(paths: &Paths) -> Result<PathBuf, Error> {
    let mut step = Step::start("Flask-Migrate");
    let file = paths.root.join(venv::TESTS.file);
    let text = fs::read_to_string(&file).map_err(Error::file("read", &file))?;
    let requirement = pinned(&text);
    let folder = paths.target.join("flask-migrate");
    let stamp = folder.join("lback-made.txt");
    if fs::read_to_string(&stamp).is_ok_and(|present| present == requirement) {
        step.done("up to date");
        return Ok(folder);
    }
    step.show(&format!("downloading {requirement}"));
    download(paths, &folder, requirement, &mut step)?;
    fs::write(&stamp, requirement).map_err(Error::file("write", stamp))?;
    step.done("downloaded");
    Ok(folder)
}

/// Returns the line of a list of requirements that pins Flask-Migrate.
fn pinned(list: &str) -> &str {
    list.lines().map(str::trim).find(|line| line.starts_with(PACKAGE)).expect("the tests pin Flask-Migrate")
}

fn download(paths: &Paths, folder: &Path, requirement: &str, step: &mut Step) -> Result<(), Error> {
    files::remove_folder(folder)?;
    let archives = folder.join("archives");
    files::make_folder(&archives)?;
    let mut pip = Command::new(paths.python());
    pip.args(["-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps", "--no-binary=:all:"]);
    pip.arg("--dest").arg(&archives).arg(requirement);
    process::quiet(step, "download Flask-Migrate", &mut pip, Some(venv::PIP_HINT))?;
    for archive in fs::read_dir(&archives).map_err(Error::file("read", &archives))?.flatten() {
        let mut tar = Command::new("tar");
        tar.arg("-xzf").arg(archive.path()).args(["--strip-components=1", "-C"]).arg(folder);
        process::quiet(step, "unpack Flask-Migrate", &mut tar, None)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tests_pin_flask_migrate() {
        assert_eq!(pinned("a==1\nFlask-Migrate==4.1.0\n"), "Flask-Migrate==4.1.0");
    }
}
