//! Every command with an Alembic that exits with 0.

use serde_json::json;

use super::commands::{self, Command};
use super::heard;
use super::table::{Database, logged, recorded, side_by_side};
use crate::support::Project;

struct Success {
    command: Command,
    database: Database,
    stdout: &'static [&'static str],
    stderr: &'static [&'static str],
    /// The revision of the database afterwards.
    revision: Option<&'static str>,
}

const fn success(
    command: Command,
    database: Database,
    stdout: &'static [&'static str],
    stderr: &'static [&'static str],
    revision: Option<&'static str>,
) -> Success {
    Success { command, database, stdout, stderr, revision }
}

const SUCCESSES: [Success; commands::ALL.len()] = {
    use Database::{Absent, AtHead};
    use commands as of;
    const UP_TO_TWO: [&str; 2] = ["Running upgrade  -> one, make one", "Running upgrade one -> two, make two"];
    const DOWN_TO_TWO: &str = "Running downgrade three -> two, make three";
    [
        success(of::MAKEMIGRATIONS_NAMED, AtHead, &["Generating ", "_add_users.py"], &["alembic."], Some("three")),
        success(of::MAKEMIGRATIONS, AtHead, &["Generating ", "_.py"], &["alembic."], Some("three")),
        success(of::MIGRATE, Absent, &[], &["Running upgrade two -> three, make three"], Some("three")),
        success(of::MIGRATE_TO, Absent, &[], &UP_TO_TWO, Some("two")),
        success(of::ROLLBACK, AtHead, &[], &[DOWN_TO_TWO], Some("two")),
        success(of::ROLLBACK_TO, AtHead, &[], &[DOWN_TO_TWO, "Running downgrade two -> one"], Some("one")),
        success(of::HISTORY, Absent, &["two -> three (head), make three\n", "<base> -> one, make one\n"], &[], None),
        success(of::CURRENT, AtHead, &["three (head)\n"], &["Context impl SQLiteImpl"], Some("three")),
        success(of::STAMP, Absent, &[], &["Running stamp_revision  -> two"], Some("two")),
        success(of::SQL, Absent, &["CREATE TABLE one (", "CREATE TABLE three ("], &["Generating static SQL"], None),
        success(of::VERSION, Absent, &["alembic "], &[], None),
    ]
};

#[test]
fn completed_commands_send_their_signals_with_all_arguments() {
    side_by_side(2, SUCCESSES, |Success { command, database, stdout, stderr, revision }| {
        let project = recorded(database.put(Project::new()));
        let done = logged(&project, command.typed).exits(0).stderr_has(stderr);
        for text in stdout {
            assert!(done.stdout.contains(text), "stdout lacks {text:?}: {done}");
        }
        let end = heard::ended(&done, &command, &json!({ "signal": "alembic_command_completed", "returncode": 0 }));
        heard::check(&done, &command, end);
        assert_eq!(project.revision_of_database().as_deref(), revision, "{done}");
    });
}
