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

/// Runs the tests with each version of Alembic beside one of SQLAlchemy. Those that depend on
/// SQLAlchemy alone run with the latest Alembic.
#[track_caller]
fn passes_with(sqlalchemy: &str) {
    let end = format!("-sqlalchemy-{sqlalchemy}");
    let environments: Vec<_> = matrix().into_iter().filter(|(name, _)| name.ends_with(&end)).collect();
    let (latest, _) = *environments.last().expect("an environment with this version");
    for (name, folder) in &environments {
        eprintln!("{name}");
        let chosen = if *name == latest { "not once" } else { "not once and not per_sqlalchemy" };
        passes(&folder.join("bin/python"), |command| {
            // These environments have no drivers.
            for server in SERVERS {
                command.env_remove(server);
            }
            command.args(["-m", chosen]);
        });
    }
}

#[test]
fn the_planner_passes_its_own_tests_with_sqlalchemy_1_4() {
    passes_with("1.4");
}

#[test]
fn the_planner_passes_its_own_tests_with_sqlalchemy_2_0() {
    passes_with("2.0");
}

#[test]
fn the_planner_passes_its_own_tests_with_sqlalchemy_2_1() {
    passes_with("2.1");
}

#[test]
fn every_version_of_sqlalchemy_has_a_test() {
    let names = matrix().into_iter().map(|(name, _)| name);
    let other =
        |name: &&str| !["1.4", "2.0", "2.1"].iter().any(|version| name.ends_with(&format!("-sqlalchemy-{version}")));
    assert_eq!(names.filter(other).collect::<Vec<_>>(), [""; 0]);
}
