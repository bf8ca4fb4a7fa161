//! Journals that can't be used, which never stop a run.

use super::looking::{recorded, sql};
use crate::support::{Done, Project};

/// Checks that the run succeeds as without a journal, and warns once.
#[track_caller]
fn goes_on(done: Done, says: &str) {
    let done = done.exits(0).stderr_has(&[says, "Running upgrade two -> three"]);
    assert_eq!(done.stderr.matches("the journal is not kept").count(), 1, "it is said once: {done}");
}

fn fails() -> Project {
    recorded(Project::new(), "rec", "[plugin.settings]\nfail-handler = [\"alembic_command_started\"]")
}

#[test]
fn a_folder_that_cannot_be_made() {
    let project = fails().file("file", "");
    let state = project.path("file/state");
    let run = |typed: &[&str]| project.lback(typed).env("LBACK_STATE_DIR", &state);
    let done = run(&["migrate"]).run();
    // Nothing is journaled, and no message claims that it is.
    let done = done.stderr_has(&["failed at alembic_command_started: it returned an error: the recorder fails"]);
    assert!(!done.stderr.contains("sends the signal again"), "{done}");
    goes_on(done, "warning: the journal is not kept: cannot use the folder `");
}

#[test]
fn a_file_that_is_no_database() {
    let project = Project::new().file(".state/journal.sqlite3", &"no database ".repeat(100));
    goes_on(project.lback(&["migrate"]).run(), "warning: the journal is not kept: cannot use `");
    project.lback(&["log"]).exits(69).stderr_has(&["error: the journal can't be used: ", "file is not a database"]);
}

#[test]
fn a_journal_of_a_later_lback() {
    let project = fails();
    project.lback(&["history"]).exits(0);
    sql(&project, "pragma user_version = 99");
    let later = "was written by a later lback (its version is 99, this lback reads up to 2)";
    let done = project.lback(&["migrate"]).run().stderr_has(&[later]);
    assert_eq!(done.stderr.matches(later).count(), 1, "{done}");
    done.exits(0);
    for typed in [&["log"][..], &["log", "show"], &["log", "redeliver"]] {
        project
            .lback(typed)
            .exits(69)
            .stderr_has(&[later, "hint: update lback, or give this lback a journal of its own"]);
    }
}

#[test]
fn a_journal_that_somebody_holds() {
    let project = Project::new();
    project.lback(&["history"]).exits(0);
    let mut holder = std::process::Command::new(crate::support::python())
        .arg(crate::support::suite_file("journal/python/hold_journal.py"))
        .arg(project.path(".state/journal.sqlite3"))
        .stdout(std::process::Stdio::piped())
        .spawn()
        .expect("python");
    let mut line = String::new();
    let stdout = holder.stdout.take().expect("it is piped");
    std::io::BufRead::read_line(&mut std::io::BufReader::new(stdout), &mut line).expect("a line");
    let done = project.lback(&["migrate"]).run();
    holder.kill().expect("it runs");
    holder.wait().expect("it ends");
    let done = done.exits(0).stderr_has(&["Running upgrade two -> three", "warning: the journal is not kept: "]);
    assert_eq!(done.stderr.matches("the journal is not kept").count(), 1, "{done}");
    // The run ended properly, and isn't reported as crashed.
    project.lback(&["history"]).exits(0).output_lacks(&["crashed"]);
}

#[test]
fn a_pipe_in_the_place_of_a_file_of_sqlite() {
    for end in ["", "-wal", "-shm", "-journal"] {
        let project = Project::new().file(".state/kept", "");
        if !end.is_empty() {
            project.lback(&["history"]).exits(0);
        }
        let pipe = project.path(&format!(".state/journal.sqlite3{end}")).display().to_string();
        let make = format!("rm -f '{pipe}' && mkfifo '{pipe}'");
        project.program("sh".as_ref(), &["-c", &make]).exits(0);
        goes_on(project.lback(&["migrate"]).run(), "it is not a regular file");
        let said = format!("cannot use `{pipe}`: it is not a regular file");
        project.lback(&["log"]).exits(69).stderr_has(&["error: the journal can't be used: ", &said]);
    }
}
