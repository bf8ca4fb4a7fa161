//! Alembic's own commands by their own names, without the word `alembic` in front.

use crate::support::Project;

/// A command of Alembic, with its effects.
struct Case {
    typed: &'static [&'static str],
    /// A text of stdout.
    says: Option<&'static str>,
    /// The revision of the database afterwards.
    at: Option<&'static str>,
}

const fn case(typed: &'static [&'static str], says: Option<&'static str>, at: Option<&'static str>) -> Case {
    Case { typed, says, at }
}

/// Each command of Alembic that lback has no command of its own for, in an order in which each can
/// run.
const COMMANDS: [Case; 12] = [
    case(&["list_templates"], Some("generic"), None),
    case(&["heads"], Some("three (head)"), None),
    case(&["branches"], None, None),
    case(&["show", "head"], Some("Rev: three (head)"), None),
    case(&["upgrade", "+1"], None, Some("one")),
    case(&["current"], Some("one"), Some("one")),
    case(&["upgrade", "head", "--sql"], Some("CREATE TABLE"), Some("one")),
    case(&["upgrade", "head"], None, Some("three")),
    case(&["downgrade", "-1"], None, Some("two")),
    case(&["stamp", "one"], None, Some("one")),
    case(&["ensure_version"], None, Some("one")),
    case(&["revision", "--rev-id", "four", "-m", "more"], Some("Generating"), Some("one")),
];

#[test]
fn a_command_of_alembic_runs_under_its_own_name_with_signals() {
    let project = Project::new();
    for Case { typed, says, at } in COMMANDS {
        let events = project.path("events");
        let done = project.lback(&[&["--events", "events"], typed].concat()).exits(0);
        assert!(says.map_or(done.stdout.is_empty(), |text| done.stdout.contains(text)), "{done}");
        assert_eq!(project.revision_of_database().as_deref(), at, "{done}");
        let sent = std::fs::read_to_string(&events).expect("events");
        std::fs::remove_file(&events).expect("events");
        let started = reports_of(&sent, "alembic_command_started");
        assert_eq!(started["command"], typed[0], "{done}");
        assert_eq!(reports_of(&sent, "alembic_command_completed")["returncode"], 0, "{done}");
    }
    project.lback(&["check"]).exits(255).stdout_has(&["FAILED"]);
    project.lback(&["edit", "head"]).env("EDITOR", "true").exits(0);
}

#[test]
fn merge_joins_heads() {
    let project = Project::new().revision("other", Some("two"), "pass", "pass");
    project.lback(&["upgrade", "head"]).exits(255).stdout_has(&["FAILED: Multiple head revisions are present"]);
    project.lback(&["merge", "--rev-id", "joined", "heads"]).exits(0).stdout_has(&["Generating", "joined"]);
    project.lback(&["heads"]).exits(0).stdout_has(&["joined (head)"]);
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
