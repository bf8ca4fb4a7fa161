//! Python environments with the supported versions of Alembic and SQLAlchemy: made once, and anew
//! when their line in the list changes.

use crate::{error::Error, files, paths::Paths, process, progress::Step, venv};
use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

/// The list: an environment a line, with its name and its requirements.
const LIST: &str = "tests/requirements-matrix.txt";

pub(super) fn ensure(paths: &Paths) -> Result<PathBuf, Error> {
    let mut step = Step::start("Python matrix");
    let list = paths.root.join(LIST);
    let text = fs::read_to_string(&list).map_err(Error::file("read", &list))?;
    let runner = paths.root.join(venv::PYTHON.file);
    let versions = fs::read_to_string(&runner).map_err(Error::file("read", &runner))?;
    let matrix = paths.target.join("matrix");
    files::make_folder(&matrix)?;
    let mut made = 0;
    let environments: Vec<_> = environments(&text).collect();
    for (name, requirements) in &environments {
        let folder = matrix.join(name);
        let stamp = folder.join("lback-made.txt");
        // The path is part of the stamp: a moved environment names an interpreter that is gone.
        let wanted = format!("{}\n{}\n{requirements}\n{versions}", folder.display(), paths.python().display());
        if fs::read_to_string(&stamp).is_ok_and(|present| present == wanted) {
            continue;
        }
        make(paths, &folder, requirements, &mut step)?;
        fs::write(&stamp, wanted).map_err(Error::file("write", stamp))?;
        made += 1;
    }
    let count = environments.len();
    step.done(if made == 0 { format!("{count} environments") } else { format!("{count} environments, {made} made") });
    Ok(matrix)
}

/// Returns name and requirements of each line that isn't empty or a comment.
fn environments(list: &str) -> impl Iterator<Item = (&str, &str)> {
    let lines = list.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
    lines.filter_map(|line| line.split_once(' ')).map(|(name, requirements)| (name, requirements.trim()))
}

fn make(paths: &Paths, folder: &Path, requirements: &str, step: &mut Step) -> Result<(), Error> {
    step.show(&format!("installing {requirements}"));
    files::remove_folder(folder)?;
    let mut venv = Command::new(paths.python());
    venv.args(["-m", "venv", "--without-pip"]).arg(folder);
    process::quiet(step, "create a virtual environment", &mut venv, None)?;
    let mut pip = Command::new(paths.python());
    pip.args(["-m", "pip", "--python"]).arg(folder.join("bin/python"));
    pip.args(["install", "--quiet", "--disable-pip-version-check", "--only-binary=:all:"]);
    pip.args(requirements.split_whitespace());
    pip.arg("--requirement").arg(paths.root.join(venv::PYTHON.file));
    process::quiet(step, "install Python packages", &mut pip, Some(PIP_HINT))?;
    Ok(())
}

const PIP_HINT: &str =
    "pip needs PyPI, or a mirror that `PIP_INDEX_URL` names; where the network is to blame, try again when it is back";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_a_name_and_what_is_installed() {
        let list = "# remark\n\na  alembic==1 sqlalchemy==2 \n b psycopg\n";
        assert_eq!(environments(list).collect::<Vec<_>>(), [("a", "alembic==1 sqlalchemy==2"), ("b", "psycopg")]);
    }
}
