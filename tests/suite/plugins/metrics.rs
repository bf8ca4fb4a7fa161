//! metrics with a real Pushgateway.

use std::net::TcpListener;

use super::pushgateway::Pushgateway;
use crate::support::{Project, plugin};

/// A project that pushes to this origin; `more` are settings.
fn pushing(project: Project, origin: &str, more: &str) -> Project {
    let granted = format!(
        "timeout = \"30s\"\nallow.http = [\"{origin}\"]\nallow.private = true\n[plugin.settings]\npushgateway = \"{origin}\"\n{more}"
    );
    project.plugin("metrics", &plugin("metrics"), &granted)
}

#[test]
fn counters_grow_from_run_to_run_by_outcome() {
    let gateway = Pushgateway::start();
    let guarded = Project::new().plugin("guard", &plugin("guard"), "[plugin.settings]\nprotect = [\"production\"]");
    let project = pushing(guarded, &gateway.origin(), "");
    let staging = |args: &[&str]| project.lback(args).env("LBACK_ENVIRONMENT", "staging");
    let commands = |environment, command, outcome| {
        let labels = [
            ("project", "shop"),
            ("environment", environment),
            ("job", "lback"),
            ("command", command),
            ("outcome", outcome),
        ];
        gateway.sum("lback_commands_total", &labels)
    };

    staging(&["migrate"]).exits(0);
    assert_eq!(commands("staging", "upgrade", "completed"), Some(1.0));
    staging(&["migrate"]).exits(0);
    staging(&["migrate", "no_such_revision"]).exits(255);
    staging(&["alembic", "current"]).exits(0);
    for _ in 0..2 {
        project.lback(&["--environment", "production", "rollback"]).exits(77);
    }

    assert_eq!(commands("staging", "upgrade", "completed"), Some(2.0));
    assert_eq!(commands("staging", "upgrade", "failed"), Some(1.0));
    assert_eq!(commands("staging", "current", "completed"), Some(1.0));
    assert_eq!(commands("production", "downgrade", "denied"), Some(2.0));
    let denials = [("plugin", "guard"), ("code", "downgrade-in-protected-environment"), ("environment", "production")];
    assert_eq!(gateway.sum("lback_denials_total", &denials), Some(2.0));

    let durations = |name: &str, outcome| {
        gateway.sum(name, &[("command", "upgrade"), ("outcome", outcome), ("environment", "staging")])
    };
    assert_eq!(durations("lback_command_duration_seconds_count", "completed"), Some(2.0));
    assert!(durations("lback_command_duration_seconds_sum", "completed") > Some(0.1), "Alembic takes longer than that");
    assert_eq!(durations("lback_command_duration_seconds_count", "failed"), Some(1.0));
    let denied = [("environment", "production")];
    assert_eq!(gateway.sum("lback_command_duration_seconds_count", &denied), None, "what never ran took no time");
    // The Pushgateway accepts a push completely or not at all.
    assert_eq!(gateway.sum("push_failure_time_seconds", &[("environment", "staging")]), Some(0.0));
}

#[test]
fn runs_at_the_same_time_lose_no_counts() {
    const RUNS: u32 = 6;
    let gateway = Pushgateway::start();
    let project = pushing(Project::new(), &gateway.origin(), "");
    let runs: Vec<_> = (0..RUNS).map(|_| project.lback(&["history"]).start()).collect();
    for run in runs {
        let done = run.wait().exits(0);
        assert_eq!(done.stderr, "", "{done}");
    }
    assert_eq!(gateway.sum("lback_commands_total", &[("command", "history")]), Some(f64::from(RUNS)));
}

#[test]
fn a_push_that_fails_loses_nothing_and_changes_nothing() {
    let free = TcpListener::bind("127.0.0.1:0").expect("a port").local_addr().expect("an address");
    let down = pushing(Project::new(), &format!("http://{free}"), "");
    let done = down.lback(&["migrate", "one"]).exits(0);
    done.stderr_has(&["warning: the plugin `metrics` failed at alembic_command_completed: "]);
    assert_eq!(down.revision_of_database().as_deref(), Some("one"));

    // The same project with a gateway that is there. Its state is that of the runs before.
    let gateway = Pushgateway::start();
    let config = std::fs::read_to_string(down.path("lback.toml")).expect("a file");
    let up = down.whole_config(&config.replace(&format!("http://{free}"), &gateway.origin()));
    up.lback(&["migrate", "two"]).exits(0);
    assert_eq!(gateway.sum("lback_commands_total", &[("command", "upgrade"), ("outcome", "completed")]), Some(2.0));
}

#[test]
fn settings_that_are_wrong_are_named_and_change_nothing() {
    let project = pushing(Project::new(), "http://127.0.0.1:9", "grouping = { \"0bad\" = \"x\" }");
    let done = project.lback(&["migrate", "one"]).exits(0);
    done.stderr_has(&[
        "warning: the plugin `metrics` could not be loaded, and the run continues without it",
        "`/grouping` has a key whose name is not allowed",
    ]);
    assert_eq!(project.revision_of_database().as_deref(), Some("one"));
}
