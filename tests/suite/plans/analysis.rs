//! The planner's own tests, `python/tests/`, by pytest, with every version of Alembic and
//! SQLAlchemy.

use std::path::Path;
use std::process::Command;

use crate::support::{matrix, python};

/// The variables with the URLs of the servers.
const SERVERS: [&str; 2] = ["LBACK_TEST_POSTGRES", "LBACK_TEST_MARIADB"];

#[track_caller]
fn passes(python: &Path, change: impl FnOnce(&mut Command)) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut command = Command::new(python);
    command.args(["-m", "pytest"]).current_dir(root.join("python")).env("PYTHONDONTWRITEBYTECODE", "1");
    change(&mut command);
    let output = command.output().expect("a run of the tests");
    let report = String::from_utf8_lossy(&output.stdout);
    let passed = output.status.success() && report.contains(" passed");
    assert!(passed, "{}:\n{report}{}", python.display(), String::from_utf8_lossy(&output.stderr));
}

#[test]
fn the_planner_passes_its_own_tests() {
    assert!(SERVERS.iter().all(|server| std::env::var_os(server).is_some()), "{SERVERS:?} are not set");
    passes(&python(), |_| ());
}

#[test]
fn the_planner_passes_its_own_tests_with_every_version() {
    for (name, folder) in matrix() {
        eprintln!("{name}");
        // These environments have no drivers.
        passes(&folder.join("bin/python"), |command| {
            for server in SERVERS {
                command.env_remove(server);
            }
        });
    }
}
