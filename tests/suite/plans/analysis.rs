//! The tests of the analysis, which are in Python as it is itself: `tests/analysis/`. With every version of Alembic and SQLAlchemy.

use std::path::Path;
use std::process::Command;

use crate::support::{matrix, python};

#[track_caller]
fn passes(python: &Path) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let output = Command::new(python)
        .args(["-W", "ignore", "-m", "unittest", "discover", "-s", "tests/analysis"])
        .current_dir(root)
        .env("PYTHONPATH", root.join("src/alembic/plan/python"))
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .output()
        .expect("a run of the tests");
    let report = String::from_utf8_lossy(&output.stderr);
    let passed = output.status.success() && report.contains("\nOK") && !report.contains("Ran 0 tests");
    assert!(passed, "{}:\n{report}", python.display());
}

#[test]
fn the_analysis_passes_its_own_tests() {
    passes(&python());
}

#[test]
fn it_does_with_every_pair_of_alembic_and_sqlalchemy() {
    for (name, folder) in matrix() {
        eprintln!("{name}");
        passes(&folder.join("bin/python"));
    }
}
