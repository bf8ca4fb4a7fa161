//! Every command with an Alembic that fails by itself.

use serde_json::{Value, json};

use super::commands::{self, Command};
use super::heard;
use super::table::{Database, logged, recorded, side_by_side};
use crate::support::{Done, Project, script};

struct Failure {
    command: Command,
    database: Database,
    /// The defect of the project.
    broken: fn(Project) -> Project,
    code: i32,
    stdout: &'static str,
    stderr: &'static str,
}

impl Failure {
    /// The exception's type; none where argparse ends Alembic.
    fn raises(&self) -> Option<&'static str> {
        match (self.code, self.stderr) {
            (255, _) => Some("alembic.util.exc.CommandError"),
            (1, "SyntaxError") => Some("SyntaxError"),
            (1, "RuntimeError: env.py is broken") => Some("RuntimeError"),
            // The driver's own, which SQLAlchemy wraps.
            (1, _) => Some("sqlite3.OperationalError"),
            _ => None,
        }
    }
}

const fn failure(
    command: Command,
    database: Database,
    broken: fn(Project) -> Project,
    code: i32,
    stdout: &'static str,
    stderr: &'static str,
) -> Failure {
    Failure { command, database, broken, code, stdout, stderr }
}

fn nothing(project: Project) -> Project {
    project
}

fn third_upgrade(project: Project) -> Project {
    project.revision("three", Some("two"), "op.execute('select * from nowhere')", "pass")
}

fn third_script(project: Project) -> Project {
    project.file("migrations/versions/three.py", "revision = (")
}

fn environment(project: Project) -> Project {
    project.prepend("migrations/env.py", "raise RuntimeError('env.py is broken')\n");
    project
}

/// The commands of the other tables, made to fail by the project, or by other arguments.
const FAILURES: [Failure; 11] = {
    use Database::{Absent, AtHead};
    use commands as of;
    const NO_TABLE: &str = "no such table: nowhere";
    const BEHIND: &str = "FAILED: Target database is not up to date.";
    const UNKNOWN: &str = "FAILED: Can't locate revision identified by 'nosuch'";
    const MIGRATE_TO: Command = Command {
        typed: &["migrate", "nosuch"],
        signal: Some(r#"{"signal": "migration_migrate_command", "version": "nosuch"}"#),
        args: &["nosuch"],
        ..of::MIGRATE
    };
    const ROLLBACK_TO: Command = Command {
        typed: &["rollback", "--revision", "nosuch"],
        signal: Some(r#"{"signal": "migration_rollback_command", "version": "nosuch", "table": null}"#),
        args: &["nosuch"],
        ..of::ROLLBACK
    };
    const STAMP: Command = Command { typed: &["alembic", "stamp", "nosuch"], args: &["nosuch"], ..of::STAMP };
    const OPTION: Command = Command { typed: &["alembic", "--nosuch"], options: &["--nosuch"], ..of::VERSION };
    [
        failure(of::MAKEMIGRATIONS_NAMED, Absent, nothing, 255, BEHIND, ""),
        failure(of::MAKEMIGRATIONS, Absent, nothing, 255, BEHIND, ""),
        failure(of::MIGRATE, Absent, third_upgrade, 1, "", NO_TABLE),
        failure(MIGRATE_TO, Absent, nothing, 255, UNKNOWN, ""),
        failure(of::ROLLBACK, Absent, nothing, 255, "FAILED: Relative revision -1 didn't produce 1 migrations", ""),
        failure(ROLLBACK_TO, AtHead, nothing, 255, UNKNOWN, ""),
        failure(of::HISTORY, Absent, third_script, 1, "", "SyntaxError"),
        failure(of::CURRENT, AtHead, environment, 1, "", "RuntimeError: env.py is broken"),
        failure(STAMP, AtHead, nothing, 255, UNKNOWN, ""),
        failure(of::SQL, Absent, third_script, 1, "", "SyntaxError"),
        failure(OPTION, Absent, nothing, 2, "", "usage: alembic"),
    ]
};

#[test]
fn failed_commands_send_their_signals_with_all_arguments() {
    side_by_side(2, FAILURES, |failure| {
        let raises = failure.raises();
        let Failure { command, database, broken, code, stdout, stderr } = failure;
        let project = recorded(broken(database.put(Project::new())));
        let done = logged(&project, command.typed).exits(code).stderr_has(&[stderr]);
        assert!(done.stdout.contains(stdout), "stdout lacks {stdout:?}: {done}");
        let end = heard::ended(&done, &command, &exited_with(code, &raised(&done, raises)));
        heard::check(&done, &command, end);
    });
}

/// Returns the exception in the handler's event, after checking its type, and its message against
/// Alembic's output.
fn raised(done: &Done, kind: Option<&str>) -> Value {
    let last = heard::told(done, "handler").pop().expect("a signal");
    let exception = last["exception"].clone();
    assert_eq!(exception["kind"].as_str(), kind, "{done}");
    if let Some(message) = exception["message"].as_str() {
        let first = message.lines().next().unwrap_or_default();
        assert!(
            !first.is_empty() && format!("{}{}", done.stdout, done.stderr).contains(first),
            "{message:?} in {done}"
        );
        assert_eq!(exception["denials"], json!([]));
    }
    exception
}

#[test]
fn alembic_that_a_signal_ended_has_its_negative_as_return_code() {
    let project = Project::new();
    let program = script(&project, "alembic", "echo one\necho two >&2\nkill -9 $$");
    let project = recorded(project.alembic_command(&program));
    let done = logged(&project, commands::MIGRATE.typed).exits(128 + 9);
    assert_eq!(done.stdout, "one\n");
    let end = heard::ended(&done, &commands::MIGRATE, &exited_with(-9, &Value::Null));
    assert_eq!(end["stderr"], "two\n");
    heard::check_run_by(&done, &commands::MIGRATE, &program, end);
}

fn exited_with(code: i32, exception: &Value) -> Value {
    json!({
        "signal": "alembic_command_failed",
        "returncode": code,
        "error_type": "non_zero_exit_code",
        "exception": exception,
    })
}
