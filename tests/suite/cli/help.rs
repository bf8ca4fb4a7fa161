//! The help of every command, compared with a snapshot.

use crate::support::{Project, assert_text};

/// Makes a test of each row: its name, and the arguments.
macro_rules! snapshots_of_help {
    ($($name:ident: $typed:expr,)*) => {
        const SNAPSHOTS: &[&str] = &[$(stringify!($name)),*];

        mod help_of {
            $(#[test]
            fn $name() {
                super::assert_help(stringify!($name), $typed);
            })*
        }
    };
}

snapshots_of_help! {
    lback: &["--help"],
    lback_short: &["-h"],
    makemigrations: &["makemigrations", "--help"],
    migrate: &["migrate", "--help"],
    rollback: &["rollback", "--help"],
    history: &["history", "--help"],
    plan: &["plan", "--help"],
    plan_migrate: &["plan", "migrate", "--help"],
    plan_rollback: &["plan", "rollback", "--help"],
    // `lback alembic --help` is Alembic's own help.
    alembic: &["help", "alembic"],
    init: &["init", "--help"],
    completions: &["completions", "--help"],
    man_pages: &["man-pages", "--help"],
    log: &["log", "--help"],
    log_show: &["log", "show", "--help"],
    log_redeliver: &["log", "redeliver", "--help"],
    plugin: &["plugin", "--help"],
    plugin_install: &["plugin", "install", "--help"],
    plugin_update: &["plugin", "update", "--help"],
    plugin_remove: &["plugin", "remove", "--help"],
    plugin_vendor: &["plugin", "vendor", "--help"],
    plugin_publish: &["plugin", "publish", "--help"],
    plugin_list: &["plugin", "list", "--help"],
    plugin_inspect: &["plugin", "inspect", "--help"],
    plugin_new: &["plugin", "new", "--help"],
    plugin_build: &["plugin", "build", "--help"],
    plugin_componentize: &["plugin", "componentize", "--help"],
    plugin_test: &["plugin", "test", "--help"],
    plugin_bench: &["plugin", "bench", "--help"],
    facts: &["facts", "--help"],
    status: &["status", "--help"],
    self_: &["self", "--help"],
    self_doctor: &["self", "doctor", "--help"],
    migrate_short: &["migrate", "-h"],
}

#[track_caller]
fn assert_help(name: &str, typed: &[&str]) {
    let done = Project::empty().lback(typed).exits(0);
    assert_eq!(done.stderr, "", "help is data: {done}");
    // clap fills empty lines with spaces.
    let help: String = done.transcript().lines().flat_map(|line| [line.trim_end(), "\n"]).collect();
    assert_text!(format!("help-{}", name.trim_end_matches('_').replace('_', "-")), help);
}

#[test]
fn every_command_has_a_snapshot() {
    let project = Project::empty();
    for (args, prefix) in [
        (&["help"][..], ""),
        (&["help", "plugin"], "plugin_"),
        (&["help", "log"], "log_"),
        (&["help", "self"], "self_"),
        (&["help", "plan"], "plan_"),
    ] {
        let help = project.lback(args).exits(0).stdout;
        let (_, rest) = help.split_once("Commands:\n").expect("a list of commands");
        let (list, _) = rest.split_once("\n\n").expect("something after the list");
        for line in list.lines().filter(|line| !line.starts_with("   ")) {
            let command = line.split_whitespace().next().expect("a name");
            let known = command == "help"
                || SNAPSHOTS.iter().any(|name| name.trim_end_matches('_') == format!("{prefix}{command}"));
            assert!(known, "`{prefix}{command}` has no snapshot");
        }
    }
}

#[test]
fn long_help_lists_every_exit_code() {
    let help = Project::empty().lback(&["--help"]).exits(0).stdout;
    let (_, table) = help.split_once("Exit codes:\n").expect("a table of exit codes");
    let codes: Vec<&str> =
        table.lines().filter_map(|line| line.strip_prefix("  ")?.split_whitespace().next()).collect();
    assert_eq!(
        codes,
        ["0", "1", "64", "65", "69", "70", "74", "75", "76", "77", "78", "79", "124", "127", "130", "143"]
    );
}

#[test]
fn help_does_not_show_values_of_variables() {
    Project::empty().lback(&["--help"]).env("LBACK_ENVIRONMENT", "moon").exits(0).output_lacks(&["moon"]);
}

#[test]
fn alembic_with_help_shows_the_help_of_alembic() {
    let done = Project::new().lback(&["alembic", "upgrade", "--help"]).exits(0);
    assert!(done.stdout.contains("usage: alembic upgrade"), "{done}");
}
