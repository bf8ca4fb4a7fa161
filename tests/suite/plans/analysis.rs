//! The planner's own tests, `python/tests/`, by pytest, with every version of Alembic and
//! SQLAlchemy.

use std::path::Path;
use std::process::Command;

use crate::support::{matrix, python};

#[track_caller]
fn passes(python: &Path) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let output = Command::new(python)
        .args(["-m", "pytest"])
        .current_dir(root.join("python"))
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .output()
        .expect("a run of the tests");
    let report = String::from_utf8_lossy(&output.stdout);
    let passed = output.status.success() && report.contains(" passed");
    assert!(passed, "{}:\n{report}{}", python.display(), String::from_utf8_lossy(&output.stderr));
}

#[test]
fn the_planner_passes_its_own_tests() {
    passes(&python());
}

#[test]
fn the_planner_passes_its_own_tests_with_every_version() {
    for (name, folder) in matrix() {
        eprintln!("{name}");
        passes(&folder.join("bin/python"));
    }
}
