//! Every command, stopped while Alembic runs: by its timeout, by Ctrl-C, and by SIGTERM.

use std::path::PathBuf;

use serde_json::{Value, json};

use super::commands::{self, Command};
use super::heard;
use super::table::{Database, logged, recorded, recorded_with, side_by_side, stuck};
use crate::support::{Project, alembic, component, script, wait_for};

/// The place where a real Alembic hangs.
#[derive(Clone, Copy)]
enum Stuck {
    Upgrade,
    Downgrade,
    EnvPy,
    /// A version script, for `history`, which doesn't run env.py.
    RevisionFile,
    /// Another program, for a command of Alembic that ends at once.
    Program,
}

const ALL: [(Command, Database, Stuck); commands::ALL.len()] = {
    use Database::{Absent, AtHead};
    use commands as of;
    [
        (of::MAKEMIGRATIONS_NAMED, AtHead, Stuck::EnvPy),
        (of::MAKEMIGRATIONS, AtHead, Stuck::EnvPy),
        (of::MIGRATE, Absent, Stuck::Upgrade),
        (of::MIGRATE_TO, Absent, Stuck::Upgrade),
        (of::ROLLBACK, AtHead, Stuck::Downgrade),
        (of::ROLLBACK_TO, AtHead, Stuck::Downgrade),
        (of::HISTORY, Absent, Stuck::RevisionFile),
        (of::CURRENT, AtHead, Stuck::EnvPy),
        (of::STAMP, Absent, Stuck::EnvPy),
        (of::SQL, Absent, Stuck::EnvPy),
        (of::VERSION, Absent, Stuck::Program),
    ]
};

impl Stuck {
    /// Returns a project in which Alembic hangs.
    fn project(self, database: Database) -> (Project, PathBuf) {
        let project = database.put(Project::new());
        let python = stuck(&project);
        let project = match self {
            Self::Upgrade => project.revision("one", None, &python, "pass"),
            Self::Downgrade => project.revision("three", Some("two"), "pass", &python),
            Self::EnvPy => {
                project.prepend("migrations/env.py", &python);
                project
            }
            Self::RevisionFile => {
                project.prepend("migrations/versions/two.py", &python);
                project
            }
            Self::Program => {
                let program = script(&project, "alembic", "touch inside\nexec sleep 600");
                return (project.alembic_command(&program), program);
            }
        };
        (project, alembic())
    }

    /// The traceback that shows where Python hung.
    fn last_words(self) -> &'static str {
        match self {
            Self::Program => "",
            _ => "KeyboardInterrupt",
        }
    }
}

fn stopped(error_type: &str, kind: &str, message: &str) -> Value {
    json!({
        "signal": "alembic_command_failed",
        // Alembic is stopped by SIGINT, whatever lback was asked by: it is the signal after which
        // Python cleans up.
        "returncode": -2,
        "error_type": error_type,
        "exception": { "kind": kind, "message": message, "denials": [] },
    })
}

#[test]
fn timed_out_commands_send_their_signals_with_all_arguments() {
    // Long enough for eleven interpreters to reach the place where they hang.
    side_by_side(ALL.len(), ALL, |(command, database, stuck)| {
        let (project, program) = stuck.project(database);
        let project = recorded(project.config("timeout = \"25s\""));
        let done = logged(&project, command.typed).exits(124).stderr_has(&[
            stuck.last_words(),
            "error: Alembic was stopped after 25s, the `[alembic] timeout` in `lback.toml`",
        ]);
        assert!(project.path("inside").exists(), "Alembic was at work: {done}");
        let end = stopped("timed_out", "TimedOut", "Alembic was stopped after 25s");
        heard::check_run_by(&done, &command, &program, heard::ended(&done, &command, &end));
    });
}

#[test]
fn interrupted_commands_send_their_signals_with_all_arguments() {
    check_signalled("INT", 130, "error: interrupted", "Interrupted", "lback was interrupted");
}

#[test]
fn terminated_commands_send_their_signals_with_all_arguments() {
    check_signalled("TERM", 143, "error: asked to terminate", "Terminated", "lback was asked to terminate");
}

fn check_signalled(signal: &str, code: i32, says: &str, kind: &str, message: &str) {
    side_by_side(3, ALL, |(command, database, stuck)| {
        let (project, program) = stuck.project(database);
        let project = recorded(project);
        let running = logged(&project, command.typed).hearing_signals().start();
        wait_for(&project.path("inside"));
        running.signal(signal);
        let done = running.wait().exits(code).stderr_has(&[stuck.last_words(), says]);
        assert!(!done.stderr.contains("did not finish within"), "the handler had too little time: {done}");
        let end = stopped("interrupted", kind, message);
        heard::check_run_by(&done, &command, &program, heard::ended(&done, &command, &end));
    });
}

#[test]
fn second_interrupt_kills_at_once() {
    let project = Project::new();
    let deaf = "trap 'touch heard' INT\ntrap '' TERM\ntouch inside\nwhile true; do sleep 0.05; done";
    let program = script(&project, "alembic", deaf);
    let project = recorded(project.alembic_command(&program));
    let running = logged(&project, commands::MIGRATE.typed).hearing_signals().start();
    wait_for(&project.path("inside"));
    running.signal("INT");
    wait_for(&project.path("heard"));
    running.signal("INT");
    let done = running.wait().exits(130);
    let end = &heard::told(&done, "handler")[3];
    assert_eq!((&end["error_type"], &end["returncode"]), (&json!("interrupted"), &json!(-9)), "{done}");
    done.stderr_has(&["hint: run `lback alembic current` to see the database's revision"]);
}

#[test]
fn interrupt_before_alembic_starts_keeps_it_from_starting() {
    // The handler holds the run up at its first signal, and the policy has recorded that it came.
    let project = recorded(Project::new()).plugin(
        "slow",
        &component("record-handler"),
        "on-error = \"block\"\ntimeout = \"10m\"\n[plugin.settings]\nsleep-ms = 600000",
    );
    let running = logged(&project, commands::MIGRATE.typed).hearing_signals().start();
    running.until_stderr_has("info: rec: record: {");
    let files = project.files();
    running.signal("INT");
    let done = running.wait().exits(130).stderr_has(&["error: interrupted"]);
    let cause = json!({ "kind": "Interrupted", "message": "lback was interrupted", "denials": [] });
    let end = heard::never_ran(&commands::MIGRATE, &json!({ "error_type": "interrupted", "exception": cause }));
    let initialized = json!({ "signal": "migration_commands_initialized" });
    assert_eq!(heard::told(&done, "handler"), [initialized, end], "{done}");
    assert!(project.files() == files, "Alembic was not started: {done}");
}

#[test]
fn handlers_that_are_too_slow_for_an_interrupted_run_are_given_up() {
    let project = Project::new();
    let program = script(&project, "alembic", "touch inside\nexec sleep 600");
    let more = "timeout = \"10m\"\nsignals = [\"alembic_command_failed\"]\n[plugin.settings]\nsleep-ms = 600000";
    let project = recorded_with(project.alembic_command(&program), more);
    let running = logged(&project, commands::MIGRATE.typed).hearing_signals().start();
    wait_for(&project.path("inside"));
    running.signal("TERM");
    running.wait().exits(143).stderr_has(&["the handler `rec` did not finish within 2s after the end of the run"]);
}
