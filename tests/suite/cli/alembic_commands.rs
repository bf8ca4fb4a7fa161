//! Alembic's own commands by their own names, without the word `alembic` in front.

use crate::support::Project;

/// Each command of Alembic that lback has no command of its own for, in an order in which each can
/// run, with a text of its output.
const COMMANDS: [(&[&str], &str); 12] = [
    (&["list_templates"], "generic"),
    (&["heads"], "three (head)"),
    (&["branches"], ""),
    (&["show", "head"], "Rev: three (head)"),
    (&["upgrade", "+1"], ""),
    (&["current"], "one"),
    (&["upgrade", "head", "--sql"], "CREATE TABLE"),
    (&["upgrade", "head"], ""),
    (&["downgrade", "-1"], ""),
    (&["stamp", "two"], ""),
    (&["ensure_version"], ""),
    (&["revision", "--rev-id", "four", "-m", "more"], "Generating"),
];

#[test]
fn a_command_of_alembic_runs_under_its_own_name_with_signals() {
    let project = Project::new();
    for (typed, text) in COMMANDS {
        let events = project.path("events");
        let done = project.lback(&[&["--events", "events"], typed].concat()).exits(0).stdout_has(&[text]);
        let sent = std::fs::read_to_string(&events).expect("events");
        std::fs::remove_file(&events).expect("events");
        let started = reports_of(&sent, "alembic_command_started");
        assert_eq!(started["command"], typed[0], "{done}");
        assert_eq!(reports_of(&sent, "alembic_command_completed")["returncode"], 0, "{done}");
    }
    assert_eq!(project.revision_of_database().as_deref(), Some("two"), "stamped");
    project.lback(&["check"]).exits(255).stdout_has(&["FAILED"]);
    project.lback(&["merge", "heads"]).run().output_lacks(&["unrecognized subcommand"]);
    project.lback(&["edit", "head"]).env("EDITOR", "true").exits(0);
}

/// Returns the data of the one event of a signal.
fn reports_of(events: &str, signal: &str) -> serde_json::Value {
    let mut found = events.lines().map(|line| serde_json::from_str::<serde_json::Value>(line).expect("an event"));
    let event = found.find(|event| event["type"].as_str().is_some_and(|kind| kind.ends_with(signal)));
    event.unwrap_or_else(|| panic!("{signal} in {events}"))["data"]["arguments"].clone()
}

#[test]
fn options_of_alembic_work_before_its_own_commands() {
    let project = Project::new();
    project.lback(&["-x", "tenant=a", "upgrade", "one"]).exits(0);
    assert_eq!(project.revision_of_database().as_deref(), Some("one"));
    project.lback(&["current", "--help"]).exits(0).stdout_has(&["usage:", "current"]);
}

#[test]
fn a_word_that_no_command_has_is_refused() {
    let project = Project::new();
    let done = project.lback(&["upgrad", "head"]).exits(64);
    done.stderr_has(&["unrecognized subcommand 'upgrad'", "a similar subcommand exists: 'upgrade'"]);
    let done = project.lback(&["frobnicate"]).exits(64).stderr_has(&["unrecognized subcommand 'frobnicate'"]);
    done.output_lacks(&["similar"]);
    // The environment is at fault, and not the command of Alembic.
    let done = project.lback(&["current"]).env("LBACK_ENVIRONMENT", " ").exits(64);
    done.stderr_has(&["'--environment <NAME>'"]).output_lacks(&["unrecognized"]);
    // A value of an option is no command.
    project.lback(&["--environment", "current", "upgrad"]).exits(64);
    assert_eq!(project.revision_of_database(), None, "nothing was run");
}
