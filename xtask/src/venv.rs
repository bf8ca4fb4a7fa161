//! The Python virtual environment at the root of the repository, with pinned packages.

use crate::{error::Error, files, paths::Paths, process, progress::Step};
use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

/// The packages of the example.
pub(crate) const EXAMPLE: Requirements = Requirements { name: "example", file: "example/requirements.txt" };
/// The packages that the tests need beyond it.
pub(crate) const TESTS: Requirements = Requirements { name: "tests", file: "tests/requirements.txt" };
/// The packages that run the tests of `python/`.
pub(crate) const PYTHON: Requirements = Requirements { name: "python", file: "python/requirements-test.txt" };
/// The tools that check `python/`.
pub(crate) const TOOLS: Requirements = Requirements { name: "tools", file: "python/requirements-dev.txt" };

/// The packages that make the documentation site.
pub(crate) const SITE: Requirements = Requirements { name: "site", file: "xtask/src/docs/requirements.txt" };

#[derive(Clone, Copy)]
pub(crate) struct Requirements {
    name: &'static str,
    pub(crate) file: &'static str,
}

/// A script that tests whether Python can make environments: on Debian, `ensurepip` is missing
/// without `python3-venv`.
const PROBE: &str =
    "import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11) and 'Python 3.11 or newer is needed')";

pub(crate) fn ensure(paths: &Paths, wanted: &[Requirements]) -> Result<(), Error> {
    let mut step = Step::start("Python environment");
    let created = !usable(paths);
    if created {
        create(paths, &mut step)?;
    }
    let mut installed = Vec::new();
    for requirements in wanted {
        if install(paths, requirements, &mut step)? {
            installed.push(requirements.file);
        }
    }
    step.done(match (created, installed.is_empty()) {
        (_, true) => "up to date".to_owned(),
        (true, false) => "created in .venv".to_owned(),
        (false, false) => format!("updated from {}", installed.join(", ")),
    });
    Ok(())
}

/// Returns whether the environment runs and was made here. The scripts of a moved one name an
/// interpreter that is gone.
fn usable(paths: &Paths) -> bool {
    let made_for = fs::read_to_string(made_for(paths)).unwrap_or_default();
    made_for == paths.venv().to_string_lossy()
        && Command::new(paths.python()).arg("--version").output().is_ok_and(|output| output.status.success())
}

fn create(paths: &Paths, step: &mut Step) -> Result<(), Error> {
    step.show("looking for Python");
    let python = if cfg!(windows) { "python" } else { "python3" };
    let mut probe = Command::new(python);
    probe.args(["-c", PROBE]);
    process::quiet(step, "use this machine's Python", &mut probe, Some(PYTHON_HINT)).map_err(|error| match error {
        Error::Spawn { program, source, .. } => Error::Spawn { program, source, hint: Some(PYTHON_HINT) },
        other => other,
    })?;

    step.show("creating .venv");
    files::remove_folder(&paths.venv())?;
    let mut venv = Command::new(python);
    venv.args(["-m", "venv"]).arg(paths.venv());
    process::quiet(step, "create the virtual environment", &mut venv, Some(PYTHON_HINT))?;
    fs::write(made_for(paths), paths.venv().to_string_lossy().as_bytes()).map_err(Error::file("write", made_for(paths)))
}

/// Installs the packages unless the same text was installed before, and returns whether it did.
fn install(paths: &Paths, requirements: &Requirements, step: &mut Step) -> Result<bool, Error> {
    let file = paths.root.join(requirements.file);
    let text = with_included(&file)?;
    let stamp = paths.venv().join(format!("lback-{}.txt", requirements.name));
    if fs::read_to_string(&stamp).is_ok_and(|installed| installed == text) {
        return Ok(false);
    }
    step.show(&format!("installing {}", requirements.file));
    let mut pip = Command::new(paths.python());
    pip.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--requirement"]).arg(&file);
    process::quiet(step, "install Python packages", &mut pip, Some(PIP_HINT))?;
    fs::write(&stamp, text).map_err(Error::file("write", stamp))?;
    Ok(true)
}

/// Returns the text of a requirements file and of those that it includes by `-r`.
fn with_included(file: &Path) -> Result<String, Error> {
    let mut text = fs::read_to_string(file).map_err(Error::file("read", file))?;
    let included: Vec<PathBuf> = (text.lines())
        .filter_map(|line| line.strip_prefix("-r "))
        .map(|name| file.with_file_name(name.trim()))
        .collect();
    for file in included {
        text.push_str(&with_included(&file)?);
    }
    Ok(text)
}

fn made_for(paths: &Paths) -> PathBuf {
    paths.venv().join("lback-path.txt")
}

const PYTHON_HINT: &str =
    "Python 3.11 or newer with `venv` is needed; on Debian and Ubuntu: `apt install python3-venv`";
pub(crate) const PIP_HINT: &str =
    "pip needs PyPI, or a mirror that `PIP_INDEX_URL` names; where the network is to blame, try again when it is back";
