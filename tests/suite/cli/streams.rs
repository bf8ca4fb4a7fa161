//! stdout is data; what lback says is on stderr, and in a pipe it says nothing that isn't asked for.

use std::process::Command;

use crate::support::{Project, alembic, plugin, shared_cache};

#[test]
fn stdout_of_migrate_and_history_is_alembics_alone() {
    let project = Project::new().plugin("guard", &plugin("guard"), "");
    let done = project.lback(&["migrate"]).exits(0);
    assert_eq!(done.stdout, "");

    let history = project.lback(&["history", "--verbose"]).exits(0);
    let bare =
        Command::new(alembic()).args(["history", "--verbose"]).current_dir(project.root()).output().expect("alembic");
    assert_eq!(history.stdout.as_bytes(), bare.stdout);
    assert_eq!(history.stderr, "");
}

#[test]
fn a_pipe_gets_no_spinner_and_no_colour() {
    let project = Project::new().plugin("guard", &plugin("guard"), "");
    // An empty cache, so that there is something to wait for.
    let done = project.lback(&["history"]).env("LBACK_CACHE_DIR", project.path(".cache")).exits(0);
    assert_eq!(done.stderr, "");
    assert!(!done.stdout.contains('\u{1b}'), "{done}");
    assert!(
        project.path(".cache").read_dir().is_ok_and(|mut entries| entries.next().is_some()),
        "the plugin was compiled"
    );
}

#[test]
fn a_reader_of_stdout_may_go_away() {
    let project = Project::new().plugin("guard", &plugin("guard"), "");
    for args in [&["--help"][..], &["plugin", "list"], &["plugin", "list", "--json"]] {
        let (reader, writer) = std::io::pipe().expect("a pipe");
        drop(reader);
        let _written = project.lback(&[]);
        let output = Command::new(env!("CARGO_BIN_EXE_lback"))
            .args(args)
            .current_dir(project.root())
            .env("LBACK_CACHE_DIR", shared_cache())
            .stdout(writer)
            .output()
            .expect("lback starts");
        assert_eq!((output.status.code(), output.stderr), (Some(0), Vec::new()), "{args:?}");
    }
}
