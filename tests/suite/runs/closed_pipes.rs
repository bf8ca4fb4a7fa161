//! Readers that leave (`lback history | head`) change neither what Alembic does nor how lback
//! ends.

use crate::support::{Project, Run, component};

use super::table::stuck;

/// Runs lback in a pipeline of a shell, which writes lback's exit code to the file `code`.
fn in_pipeline<'a>(run: Run<'a>, pipeline: &str) -> Run<'a> {
    let own = "{ \"$0\" \"$@\"; echo $? >code; }";
    run.through("/bin/sh", &["-c", &pipeline.replace("LBACK", own)])
}

#[track_caller]
fn code(project: &Project) -> String {
    std::fs::read_to_string(project.path("code")).expect("lback has ended").trim().to_owned()
}

/// A project whose first migration writes far more than a pipe holds, and whose second one more
/// after that.
fn talkative(stream: &str) -> Project {
    let talk = format!("import sys\nfor number in range(40000): print('line', number, 'of many', file=sys.{stream})");
    Project::new().revision("one", None, &talk, "pass").revision("two", Some("one"), &talk, "pass")
}

#[test]
fn a_migration_completes_without_a_reader() {
    for (stream, pipeline, expected) in [
        ("stdout", "LBACK | head -n 1", "0"),
        ("stderr", "LBACK 2>&1 >out | head -n 1", "0"),
        // A stdout that was closed before the start never had a reader: the output is lost.
        ("stdout", "LBACK >&-", "74"),
    ] {
        let project = talkative(stream);
        let done = in_pipeline(project.lback(&["migrate"]), pipeline).exits(0);
        assert_eq!(code(&project), expected, "{pipeline}: {done}");
        assert_eq!(project.revision_of_database().as_deref(), Some("three"), "{pipeline}: {done}");
        assert!(!done.stderr.contains("panicked"), "{done}");
    }
}

#[test]
fn history_into_head_is_a_success() {
    let project = Project::new();
    let done = in_pipeline(project.lback(&["history"]), "LBACK | head -n 1").exits(0);
    assert_eq!(done.stdout, "two -> three (head), make three\n");
    assert_eq!((done.stderr.as_str(), code(&project).as_str()), ("", "0"));
}

#[test]
fn messages_of_lback_without_a_reader_change_nothing() {
    let denies = "[plugin.settings]\ndeny = [\"migration_rollback_command\"]\nwarn = [\"migration_migrate_command\"]";
    let fails = "[plugin.settings]\nfail-handler = [\"migration_commands_initialized\", \"alembic_command_completed\"]";
    let project = talkative("stderr").plugin("policy", &component("recorder"), denies).plugin(
        "handler",
        &component("record-handler"),
        fails,
    );
    // The reader is gone from the start, and the log writes too.
    let typed = |command| ["--log", "plugin=info", command];
    let _ = in_pipeline(project.lback(&typed("migrate")), "LBACK 2>&1 | true").exits(0);
    assert_eq!(code(&project), "0");
    assert_eq!(project.revision_of_database().as_deref(), Some("three"));

    let _ = in_pipeline(project.lback(&typed("rollback")), "LBACK 2>&1 | true").exits(0);
    assert_eq!(code(&project), "77");
    assert_eq!(project.revision_of_database().as_deref(), Some("three"));
}

#[test]
fn timed_out_migration_without_a_reader_ends_as_timed_out() {
    let project = Project::new().config("timeout = \"5s\"");
    let talk = format!("print('x' * 100000)\n{}", stuck(&project));
    let project = project.revision("one", None, &talk, "pass");
    let _ = in_pipeline(project.lback(&["migrate"]), "LBACK 2>&1 | true").exits(0);
    assert_eq!(code(&project), "124");
}
