//! stdout carries data only. lback's own messages go to stderr, and a pipe gets no progress.

use crate::support::{Project, plugin};

#[test]
fn stdout_of_migrate_and_history_is_that_of_alembic() {
    let project = Project::new().plugin("guard", &plugin("guard"), "");
    let done = project.lback(&["migrate"]).exits(0);
    assert_eq!(done.stdout, "");

    let history = project.lback(&["history", "--verbose"]).exits(0);
    let bare = project.alembic(&["history", "--verbose"]).exits(0);
    assert_eq!(history.stdout, bare.stdout);
    assert_eq!(history.stderr, "");
}

#[test]
fn a_pipe_gets_no_spinner_and_no_colour() {
    let project = Project::new().plugin("guard", &plugin("guard"), "");
    // An empty cache, so that lback has to compile.
    let done = project.lback(&["history"]).env("LBACK_CACHE_DIR", project.path(".cache")).exits(0);
    assert_eq!(done.stderr, "");
    assert!(!done.stdout.contains('\u{1b}'), "{done}");
    assert!(
        project.path(".cache").read_dir().is_ok_and(|mut entries| entries.next().is_some()),
        "the plugin was compiled"
    );
}

#[test]
fn a_closed_stdout_is_not_an_error() {
    let project = Project::new().plugin("guard", &plugin("guard"), "");
    for args in [&["--help"][..], &["plugin", "list"], &["plugin", "list", "--json"]] {
        let (reader, writer) = std::io::pipe().expect("a pipe");
        drop(reader);
        let running = project.lback(args).with_stdout(writer).start();
        let done = running.wait().exits(0);
        assert_eq!(done.stderr, "", "{done}");
    }
}
