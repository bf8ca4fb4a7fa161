//! Handlers, which never change how Alembic starts, runs and ends.

use serde_json::Value;

use super::heard::told;
use super::table::logged;
use crate::support::{Done, Project, component, records, wait_for};

/// The signals of a `migrate` that succeeds.
const SIGNALS: [&str; 4] = [
    "migration_commands_initialized",
    "migration_migrate_command",
    "alembic_command_started",
    "alembic_command_completed",
];

const AFTER: &str =
    "signals = [\"alembic_command_started\", \"alembic_command_completed\", \"alembic_command_failed\"]";

struct Bad {
    component: &'static str,
    /// Lines of the handler's `[[plugin]]` table.
    more: &'static str,
    says: &'static [&'static str],
}

const BAD: [Bad; 6] = [
    Bad {
        component: "record-handler",
        more: "[plugin.settings]\nfail-handler = [\"migration_commands_initialized\", \"alembic_command_started\", \
               \"alembic_command_completed\", \"alembic_command_failed\"]",
        says: &[
            "warning: the plugin `bad` failed at migration_commands_initialized: it returned an error: the recorder fails",
            "warning: the plugin `bad` failed at alembic_command_started: it returned an error: the recorder fails",
        ],
    },
    Bad {
        component: "hostile-handler",
        more: "[plugin.settings]\nattack = \"panic\"",
        says: &[
            "warning: the plugin `bad` failed at alembic_command_started: it trapped",
            "a panic of the hostile component",
        ],
    },
    Bad {
        component: "hostile-handler",
        more: "timeout = \"300ms\"\n[plugin.settings]\nattack = \"sleep\"",
        says: &["warning: the plugin `bad` failed at alembic_command_started: it did not finish within 300ms"],
    },
    Bad {
        component: "hostile-handler",
        more: "timeout = \"300ms\"\n[plugin.settings]\nattack = \"loop\"",
        says: &["warning: the plugin `bad` failed at alembic_command_started: it did not finish within 300ms"],
    },
    Bad {
        component: "hostile-handler",
        more: "timeout = \"10m\"\n[plugin.settings]\nattack = \"sleep\"",
        says: &["warning: the handler `bad` did not finish within 1s after the end of the run and was stopped"],
    },
    Bad {
        component: "hostile-handler",
        more: "timeout = \"300ms\"\n[plugin.settings]\nattack = \"log-flood\"",
        says: &["bad: it logged more than 64 KiB in one call; the rest is dropped"],
    },
];

/// A project whose Alembic prints something, and whose handlers get a short time at the end.
fn project() -> Project {
    Project::new()
        .revision(
            "one",
            None,
            "print('out of upgrade()')\nop.create_table('one', sa.Column('id', sa.Integer()))",
            "pass",
        )
        .config("[dispatch]\nhandler-grace = \"1s\"")
}

fn with_bad(project: Project, name: &str, bad: &Bad) -> Project {
    project.plugin(name, &component(bad.component), bad.more)
}

#[test]
fn handlers_that_fail_never_change_what_alembic_does() {
    for bad in &BAD {
        let project = with_bad(project(), "bad", bad);
        let done =
            logged(&project, &["migrate"]).exits(0).stderr_has(bad.says).stderr_has(&["Running upgrade two -> three"]);
        assert_eq!(done.stdout, "out of upgrade()\n", "{done}");
        assert_eq!(project.revision_of_database().as_deref(), Some("three"));
    }
}

#[test]
fn handlers_that_fail_all_together_do_not_change_how_alembic_fails() {
    let plain = project().lback(&["migrate", "nosuch"]).exits(255).stdout;
    let project = BAD.iter().enumerate().fold(project(), |project, (number, bad)| {
        // The last signal too, not only those that they subscribe to.
        let more = format!("{AFTER}\n{}", bad.more);
        project.plugin(&format!("bad-{number}"), &component(bad.component), &more)
    });
    let done = project.lback(&["migrate", "nosuch"]).exits(255).stderr_has(&["warning: the plugin `bad-1` failed at"]);
    assert!(plain.contains("Can't locate revision identified by 'nosuch'"), "{plain}");
    assert_eq!(done.stdout, plain, "{done}");
}

#[test]
fn sleeping_handler_does_not_delay_the_start_of_alembic() {
    let project = Project::new();
    let marker = project.path("migrated");
    let upgrade = format!("import pathlib\npathlib.Path({marker:?}).touch()");
    // Longer than any test waits: if Alembic waited for it, the marker would not appear.
    let sleeper = "signals = [\"alembic_command_started\"]\ntimeout = \"10m\"\n[plugin.settings]\nsleep-ms = 600000";
    let project = project
        .revision("three", Some("two"), &upgrade, "pass")
        .config("[dispatch]\nhandler-grace = \"500ms\"")
        .plugin("sleeper", &component("record-handler"), sleeper);
    let running = logged(&project, &["migrate"]).start();
    wait_for(&marker);
    let done = running
        .wait()
        .exits(0)
        .stderr_has(&["warning: the handler `sleeper` did not finish within 500ms after the end"]);
    assert_eq!(records(&done.stderr), Vec::<Value>::new(), "it still slept at the end: {done}");
    assert_eq!(project.revision_of_database().as_deref(), Some("three"));
}

#[test]
fn each_handler_hears_its_signals_in_order_however_slow_it_is() {
    let slow = "[plugin.settings]\nsleep-ms = 300\nfail-handler = [\"migration_migrate_command\"]";
    let project = Project::new()
        .plugin("slow", &component("record-handler"), slow)
        .plugin("quick", &component("record-handler"), "")
        .plugin("panics", &component("hostile-handler"), "[plugin.settings]\nattack = \"panic\"");
    let done = logged(&project, &["migrate"]).exits(0);
    for name in ["slow", "quick"] {
        assert_eq!(heard_by(&done, name), SIGNALS, "{name}: {done}");
    }
}

/// Returns the signals that the handler of this name recorded.
fn heard_by(done: &Done, name: &str) -> Vec<String> {
    let mark = format!("info: {name}: ");
    let lines: Vec<_> = done.stderr.lines().filter(|line| line.starts_with(&mark)).collect();
    records(&lines.join("\n")).iter().map(|record| record["signal"].as_str().expect("a name").to_owned()).collect()
}

#[test]
fn handler_that_must_not_fail_blocks_before_alembic_and_not_after() {
    for (position, signal) in SIGNALS.into_iter().enumerate() {
        let more = format!("on-error = \"block\"\n[plugin.settings]\nfail-handler = [{signal:?}]");
        let project = Project::new().plugin("strict", &component("record-handler"), &more);
        let run = logged(&project, &["migrate"]);
        let files = project.files();
        let done = run.run();
        let words = format!("it returned an error: the recorder fails as a handler on `{signal}`");
        if signal == "alembic_command_completed" {
            done.exits(0).stderr_has(&[&format!("warning: the plugin `strict` failed at {signal}: {words}")]);
            assert_eq!(project.revision_of_database().as_deref(), Some("three"));
            continue;
        }
        let done = done.exits(77).stderr_has(&[&format!("strict failed: {words}")]);
        assert!(project.files() == files, "Alembic was not started: {done}");
        let heard = told(&done, "handler");
        let names: Vec<_> = heard.iter().map(|record| record["signal"].as_str().expect("a name")).collect();
        assert_eq!(names, [&SIGNALS[..=position], &["alembic_command_failed"]].concat());
        let end = &heard[position + 1];
        assert_eq!(end["error_type"], "denied_by_policy");
        assert_eq!(end["exception"]["denials"][0]["plugin"], "strict");
        assert_eq!(end["exception"]["denials"][0]["denial"]["code"], "plugin-failed");
    }
}
