//! The journal's path, by `[journal]` in `lback.toml` and by variables; how long runs are kept, and
//! switching it off.

use serde_json::{Value, json};

use super::looking::{json as document, newer_runs, replaced, runs};
use crate::support::Project;

#[test]
fn a_project_chooses_the_place() {
    let project = Project::new().config("[journal]\npath = \".lback/journal.db\"");
    project.lback(&["migrate"]).exits(0);
    assert!(project.path(".lback/journal.db").exists());
    assert!(!project.path(".state/journal.sqlite3").exists());
    let all = runs(&project);
    assert_eq!(all.len(), 1);
    assert_eq!(all[0]["run"]["outcome"], "completed", "{all:#?}");
}

#[test]
fn the_place_may_be_a_link_to_a_file() {
    let project = Project::new().config("[journal]\npath = \"journal.db\"");
    project.lback(&["history"]).exits(0);
    std::fs::create_dir(project.path("elsewhere")).expect("a folder");
    // SQLite keeps the latest changes in a file beside it.
    for end in ["", "-wal"] {
        let (from, to) = (format!("journal.db{end}"), format!("elsewhere/real.db{end}"));
        std::fs::rename(project.path(&from), project.path(&to)).expect("a file");
    }
    let _ = std::fs::remove_file(project.path("journal.db-shm"));
    std::os::unix::fs::symlink("elsewhere/real.db", project.path("journal.db")).expect("a link");
    let done = project.lback(&["migrate"]).exits(0);
    done.output_lacks(&["journal is not kept"]);
    assert_eq!(runs(&project).len(), 2);
}

#[test]
fn a_project_can_do_without() {
    let project = Project::new().config("[journal]\nenabled = false");
    let done = project.lback(&["history"]).exits(0);
    assert_eq!(done.stderr, "", "a choice needs no word");
    assert!(!project.path(".state").exists());
    project.lback(&["log"]).exits(0).stderr_has(&["the journal is turned off in `lback.toml`"]);
    assert_eq!(document(&project, &["log", "--json"])["runs"], json!([]));
}

#[test]
fn old_runs_are_removed_at_the_end_of_a_run() {
    let project = Project::new().config("[journal]\nkeep = \"1h\"");
    project.lback(&["history"]).exits(0);
    let old = "import sqlite3, sys\nsqlite3.connect(sys.argv[1], isolation_level=None).execute('update run set started = started - 3700000')";
    let journal = project.path(".state/journal.sqlite3");
    let status = std::process::Command::new(crate::support::python()).args(["-c", old]).arg(&journal).status();
    assert!(status.expect("python").success());
    newer_runs(&project);
    project.lback(&["history"]).exits(0);
    assert_eq!(runs(&project).len(), 21, "the new ones");
    // A longer time restores nothing and removes nothing.
    let project = replaced(project, "\"1h\"", "\"1year\"");
    project.lback(&["history"]).exits(0);
    assert_eq!(runs(&project).len(), 22);
}

#[test]
fn a_place_that_cannot_be_written_stops_nothing() {
    let project = Project::new().file("taken", "no folder").config("[journal]\npath = \"taken/journal.db\"");
    project.lback(&["migrate"]).exits(0).stderr_has(&["warning: the journal is not kept", "taken/journal.db"]);
    assert_eq!(project.revision_of_database().as_deref(), Some("three"));
}

#[test]
fn a_relative_state_folder_is_that_of_the_project() {
    let project = Project::new();
    let relative = |typed: &[&str]| project.lback(typed).env("LBACK_STATE_DIR", "state");
    relative(&["migrate"]).exits(0);
    relative(&["migrate"]).in_folder("sub/folder").exits(0);
    let list = relative(&["log", "--json"]).in_folder("sub").exits(0).stdout;
    let list: Value = serde_json::from_str(&list).expect("JSON");
    assert_eq!(list["runs"].as_array().expect("a list").len(), 2, "{list}");
    assert!(project.path("state/journal.sqlite3").exists());
    assert!(!project.path("sub/state").exists() && !project.path("sub/folder/state").exists());
}

/// The XDG specification has relative folders ignored.
#[test]
fn relative_folders_of_xdg_are_ignored() {
    let project = Project::new();
    let home = project.path("home");
    std::fs::create_dir(&home).expect("a folder");
    let relative = |typed: &[&str]| {
        project.lback(typed).without_env("LBACK_STATE_DIR").env("XDG_STATE_HOME", "relative").env("HOME", &home)
    };
    relative(&["migrate"]).exits(0);
    let list = relative(&["log", "--json"]).in_folder("sub").exits(0).stdout;
    let list: Value = serde_json::from_str(&list).expect("JSON");
    assert_eq!(list["runs"].as_array().expect("a list").len(), 1, "{list}");
    assert!(home.join(".local/state/lback/journal.sqlite3").exists() && !project.path("relative").exists());
}
