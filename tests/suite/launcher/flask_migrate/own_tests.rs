//! Flask-Migrate's own tests, with lback in the place of `flask db`.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt as _;
use std::process::Command;

use super::{flask, text};
use crate::support::{Project, flask_migrate, python};

#[test]
fn flask_migrate_passes_its_own_tests() {
    let project = Project::empty().file("bin/flask", include_str!("python/flask_by_lback.sh"));
    fs::set_permissions(project.path("bin/flask"), Permissions::from_mode(0o755)).expect("permissions");
    let tests = project.path("tests");
    let status = Command::new("cp").arg("-R").arg(flask_migrate().join("tests")).arg(&tests).status().expect("cp");
    assert!(status.success());

    let path = format!("{}:/usr/bin:/bin", project.path("bin").display());
    let run = project.program(python().as_os_str(), &["-m", "unittest", "discover", "-s", "tests", "-t", "."]);
    let done = run.env("PATH", path).env("FLASK", text(&flask())).env("LBACK", env!("CARGO_BIN_EXE_lback")).exits(0);
    let done = done.stderr_has(&["\nOK\n"]).output_lacks(&["without lback's launcher"]);
    // The tests print the output of each command: lback ran them, and observed the steps.
    assert_eq!(done.stdout.matches("applied 1 revision").count(), 7, "{done}");
}
