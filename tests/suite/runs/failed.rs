//! Every command, where Alembic ends otherwise by itself.

use serde_json::json;

use super::commands::{self, Command};
use super::heard;
use super::table::{Database, logged, prepend, recorded, side_by_side};
use crate::support::{Project, script};

struct Failure {
    command: Command,
    database: Database,
    /// What is broken in the project.
    broken: fn(Project) -> Project,
    code: i32,
    stdout: &'static str,
    stderr: &'static str,
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
    prepend(&project, "migrations/env.py", "raise RuntimeError('env.py is broken')\n");
    project
}

/// The commands of the other tables, made to fail; where the project can't do it, by other arguments.
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
        typed: &["rollback", "nosuch"],
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
    side_by_side(2, FAILURES, |Failure { command, database, broken, code, stdout, stderr }| {
        let project = recorded(broken(database.put(Project::new())));
        let done = logged(&project, command.typed).exits(code).says(&[stderr]);
        assert!(done.stdout.contains(stdout), "stdout lacks {stdout:?}: {done}");
        heard::check(&done, &command, heard::ended(&done, &command, &exited_with(code)));
    });
}

#[test]
fn alembic_that_a_signal_ended_has_its_negative_as_return_code() {
    let project = Project::new();
    let program = script(&project, "alembic", "echo one\necho two >&2\nkill -9 $$");
    let project = recorded(project.alembic_command(&program));
    let done = logged(&project, commands::MIGRATE.typed).exits(128 + 9);
    assert_eq!(done.stdout, "one\n");
    let end = heard::ended(&done, &commands::MIGRATE, &exited_with(-9));
    assert_eq!(end["stderr"], "two\n");
    heard::check_run_by(&done, &commands::MIGRATE, &program, end);
}

fn exited_with(code: i32) -> serde_json::Value {
    json!({
        "signal": "alembic_command_failed",
        "returncode": code,
        "error_type": "non_zero_exit_code",
        "exception": null,
    })
}
