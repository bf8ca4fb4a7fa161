//! The help of every command, as it stands in `snapshots/`. To bring it up to date: `LBACK_UPDATE=1 cargo xtask test help`.

use std::env;
use std::fs;
use std::path::Path;

use crate::support::Project;

/// A name for the file, and what is typed.
const COMMANDS: [(&str, &[&str]); 27] = [
    ("lback", &["--help"]),
    ("lback-short", &["-h"]),
    ("makemigrations", &["makemigrations", "--help"]),
    ("migrate", &["migrate", "--help"]),
    ("rollback", &["rollback", "--help"]),
    ("history", &["history", "--help"]),
    ("plan", &["plan", "--help"]),
    ("plan-migrate", &["plan", "migrate", "--help"]),
    ("plan-rollback", &["plan", "rollback", "--help"]),
    // `lback alembic --help` is Alembic's.
    ("alembic", &["help", "alembic"]),
    ("init", &["init", "--help"]),
    ("log", &["log", "--help"]),
    ("log-show", &["log", "show", "--help"]),
    ("log-redeliver", &["log", "redeliver", "--help"]),
    ("plugin", &["plugin", "--help"]),
    ("plugin-install", &["plugin", "install", "--help"]),
    ("plugin-update", &["plugin", "update", "--help"]),
    ("plugin-remove", &["plugin", "remove", "--help"]),
    ("plugin-vendor", &["plugin", "vendor", "--help"]),
    ("plugin-publish", &["plugin", "publish", "--help"]),
    ("plugin-list", &["plugin", "list", "--help"]),
    ("plugin-inspect", &["plugin", "inspect", "--help"]),
    ("plugin-new", &["plugin", "new", "--help"]),
    ("plugin-componentize", &["plugin", "componentize", "--help"]),
    ("plugin-test", &["plugin", "test", "--help"]),
    ("plugin-bench", &["plugin", "bench", "--help"]),
    ("migrate-short", &["migrate", "-h"]),
];

#[test]
fn the_help_of_every_command_is_the_committed_one() {
    let project = Project::empty();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/suite/cli/snapshots");
    let mut outdated = Vec::new();
    for (name, args) in COMMANDS {
        let done = project.lback(args).exits(0);
        assert_eq!(done.stderr, "", "help is data: {done}");
        // Lines that clap leaves empty hold spaces.
        let help: String = done.stdout.lines().flat_map(|line| [line.trim_end(), "\n"]).collect();
        let file = folder.join(format!("{name}.txt"));
        if env::var_os("LBACK_UPDATE").is_some() {
            fs::create_dir_all(&folder).expect("a folder");
            fs::write(&file, &help).expect("a snapshot");
        }
        if fs::read_to_string(&file).unwrap_or_default() != help {
            outdated.push(format!("{name}:\n{help}"));
        }
    }
    assert!(
        outdated.is_empty(),
        "not as in tests/suite/cli/snapshots (LBACK_UPDATE=1 writes them anew): {}",
        outdated.join("\n")
    );
}

#[test]
fn every_command_is_in_the_snapshots() {
    let project = Project::empty();
    for (args, prefix) in [
        (&["help"][..], ""),
        (&["help", "plugin"], "plugin-"),
        (&["help", "log"], "log-"),
        (&["help", "plan"], "plan-"),
    ] {
        let help = project.lback(args).exits(0).stdout;
        let (_, rest) = help.split_once("Commands:\n").expect("a list of commands");
        let (list, _) = rest.split_once("\n\n").expect("something after it");
        for line in list.lines().filter(|line| !line.starts_with("   ")) {
            let command = line.split_whitespace().next().expect("a name");
            let known = command == "help" || COMMANDS.iter().any(|(name, _)| *name == format!("{prefix}{command}"));
            assert!(known, "`{prefix}{command}` has no snapshot");
        }
    }
}

#[test]
fn the_long_help_has_every_exit_code_of_lback() {
    let help = Project::empty().lback(&["--help"]).exits(0).stdout;
    let (_, table) = help.split_once("Exit codes:\n").expect("a table of exit codes");
    let codes: Vec<&str> =
        table.lines().filter_map(|line| line.strip_prefix("  ")?.split_whitespace().next()).collect();
    assert_eq!(codes, ["0", "1", "64", "65", "69", "70", "75", "77", "78", "124", "127", "130", "143"]);
}

#[test]
fn the_value_of_a_variable_is_not_in_the_help() {
    Project::empty().lback(&["--help"]).env("LBACK_ENVIRONMENT", "moon").exits(0).never_says(&["moon"]);
}

#[test]
fn help_after_alembic_is_alembics_own() {
    let done = Project::new().lback(&["alembic", "upgrade", "--help"]).exits(0);
    assert!(done.stdout.contains("usage: alembic upgrade"), "{done}");
}
