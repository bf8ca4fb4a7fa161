//! A reader that leaves (`lback history | head`) changes nothing of what Alembic does, and nothing of how lback ends.

use crate::support::{Project, Run, component};

use super::table::stuck;

/// lback in a pipeline of a shell; its exit code goes to the file `code`.
fn in_pipeline<'a>(run: Run<'a>, pipeline: &str) -> Run<'a> {
    let own = "{ \"$0\" \"$@\"; echo $? >code; }";
    run.through("/bin/sh", &["-c", &pipeline.replace("LBACK", own)])
}

#[track_caller]
fn code(project: &Project) -> String {
    std::fs::read_to_string(project.path("code")).expect("lback has ended").trim().to_owned()
}

/// The first migration writes far more than a pipe holds, and the second one more after that.
fn talkative(stream: &str) -> Project {
    let talk = format!("import sys\nfor number in range(40000): print('line', number, 'of many', file=sys.{stream})");
    Project::new().revision("one", None, &talk, "pass").revision("two", Some("one"), &talk, "pass")
}

#[test]
fn migration_completes_though_nobody_reads_its_output() {
    for (stream, pipeline) in
        [("stdout", "LBACK | head -n 1"), ("stderr", "LBACK 2>&1 >out | head -n 1"), ("stdout", "LBACK >&-")]
    {
        let project = talkative(stream);
        let done = in_pipeline(project.lback(&["migrate"]), pipeline).exits(0);
        assert_eq!(code(&project), "0", "{pipeline}: {done}");
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
fn words_of_lback_that_nobody_reads_change_nothing() {
    let denies = "[plugin.settings]\ndeny = [\"migration_rollback_command\"]\nwarn = [\"migration_migrate_command\"]";
    let fails = "[plugin.settings]\nfail-handler = [\"migration_commands_initialized\", \"alembic_command_completed\"]";
    let project = talkative("stderr").plugin("policy", &component("recorder"), denies).plugin(
        "handler",
        &component("record-handler"),
        fails,
    );
    // Nobody listens from the start; the log too has something to say.
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
