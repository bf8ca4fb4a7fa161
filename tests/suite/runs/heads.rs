//! Several current heads: a rollback by a number of steps is ambiguous.

use super::table::{logged, recorded};
use crate::support::{Project, records};

/// A project with two branches from `one`; the second has the label `other`.
fn branched() -> Project {
    let project = Project::new().revision(
        "side",
        Some("one"),
        "op.create_table('side', sa.Column('id', sa.Integer()))",
        "op.drop_table('side')",
    );
    let path = "migrations/versions/side.py";
    let script = std::fs::read_to_string(project.path(path)).expect("a script");
    project.write(path, &script.replace("branch_labels = None", "branch_labels = ('other',)"));
    project
}

#[test]
fn a_rollback_by_steps_is_refused_and_nothing_is_done() {
    let project = recorded(branched());
    project.lback(&["migrate", "heads"]).exits(0);
    for typed in [&["rollback"][..], &["rollback", "-2"]] {
        let before = std::fs::read(project.path("test.db")).expect("a database");
        let done = logged(&project, typed).exits(64).stderr_has(&[
            "error: several revisions are current (`side`, `three`), so a number of steps is ambiguous; nothing was done",
            "hint: name the revision to go back to, or the branch, as `LABEL@-1`",
        ]);
        assert!(std::fs::read(project.path("test.db")).expect("a database") == before, "{done}");
        assert_eq!(done.stdout, "");
        let last = records(&done.stderr).pop().expect("a record");
        assert_eq!(
            (&last["signal"], &last["error_type"]),
            (&"alembic_command_failed".into(), &"exception".into()),
            "{done}"
        );
        assert_eq!(last["exception"]["kind"], "Ambiguous", "{done}");
    }
}

#[test]
fn unambiguous_targets_are_accepted() {
    let project = branched();
    project.lback(&["migrate", "heads"]).exits(0);
    project.lback(&["rollback", "other@-1"]).exits(0).stderr_has(&["Running downgrade side -> one"]);
    assert_eq!(project.revision_of_database().as_deref(), Some("three"));
    project.lback(&["rollback"]).exits(0).stderr_has(&["Running downgrade three -> two"]);
    // lback doesn't check commands of `lback alembic`.
    project.lback(&["migrate", "heads"]).exits(0);
    project.lback(&["alembic", "downgrade", "-1"]).exits(0).stderr_has(&["Running downgrade"]);
}
