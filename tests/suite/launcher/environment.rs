//! Virtual environments of one test, and console scripts in them.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::support::python;

/// A virtual environment that also has the packages of the tests' environment.
pub(super) struct Environment {
    pub(super) folder: PathBuf,
}

impl Environment {
    pub(super) fn new(folder: PathBuf, options: &[&str]) -> Self {
        let mut venv = Command::new(python());
        let status = venv.args(["-m", "venv", "--without-pip"]).args(options).arg(&folder).status();
        assert!(status.expect("python").success());
        let environment = Self { folder };
        fs::write(environment.packages().join("all.pth"), packages(&python()).as_os_str().as_encoded_bytes())
            .expect("a file");
        environment
    }

    /// Returns the folder of its own packages, which are found before the others.
    pub(super) fn packages(&self) -> PathBuf {
        packages(&self.python())
    }

    pub(super) fn python(&self) -> PathBuf {
        self.folder.join("bin/python")
    }

    /// Writes a console script with these first lines.
    pub(super) fn script(&self, first: &str) -> PathBuf {
        write_script(&self.folder.join("bin/alembic"), first)
    }

    /// Returns the first lines that pip writes where a path has a space, or is too long for the
    /// kernel.
    pub(super) fn trampoline(&self) -> String {
        format!("#!/bin/sh\n'''exec' \"{}\" \"$0\" \"$@\"\n' '''", self.python().display())
    }
}

/// Returns the folder of an interpreter's packages.
pub(super) fn packages(python: &Path) -> PathBuf {
    let mut ask = Command::new(python);
    let output = ask.args(["-c", "import sysconfig; print(sysconfig.get_path('purelib'))"]).output();
    String::from_utf8(output.expect("python").stdout).expect("UTF-8").trim().into()
}

pub(super) fn write_script(path: &Path, first: &str) -> PathBuf {
    let body = include_str!("python/console_script.py");
    fs::write(path, format!("{first}\n{body}")).expect("a script");
    fs::set_permissions(path, fs::Permissions::from_mode(0o755)).expect("permissions");
    path.to_owned()
}
