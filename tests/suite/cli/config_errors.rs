//! An invalid `lback.toml`: exit code 78, the place as editors read it, a caret, and the next step.
//! Unit tests beside the code cover each kind of mistake.

use crate::support::{Project, assert_run, assert_text};

#[test]
fn a_wrong_file_is_shown_with_line_column_and_caret() {
    let project = Project::new().whole_config("[project]\nname = \"shop\"\n\n[alembik]\ncommand = [\"alembic\"]\n");
    let done = project.lback(&["migrate"]).exits(78);
    assert_run!("unknown-key", done);
    assert_eq!(project.revision_of_database(), None, "nothing was run");
}

#[test]
fn the_place_is_relative_to_the_current_folder() {
    let project = Project::new().whole_config("[project]\nname = 3\n");
    assert_run!("wrong-type-seen-two-folders-below", project.lback(&["history"]).in_folder("src/shop").exits(78));
    assert_run!("wrong-type-seen-one-folder-below", project.lback(&["plugin", "list"]).in_folder("src").exits(78));
}

#[test]
fn every_problem_is_reported_at_once() {
    let project = Project::new()
        .whole_config("[alembic]\ntimeout = \"soon\"\n\n[[plugin]]\nname = \"guard\"\nmode = \"maybe\"\n");
    assert_run!("several-problems", project.lback(&["migrate"]).exits(78));
}

#[test]
fn init_and_the_plugin_commands_refuse_it_too() {
    let project = Project::new().whole_config("nmae = 1\n");
    let transcripts = [&["init"][..], &["plugin", "list"], &["plugin", "list", "--json"]]
        .map(|args| project.lback(args).exits(78).transcript())
        .concat();
    assert_text!("unknown-key-in-other-commands", transcripts);
    assert!(!project.path("manage.py").exists());
}

#[test]
fn the_marks_of_a_merge_are_the_only_problem() {
    let project = Project::new().whole_config(
        "[project]\nname = \"shop\"\n\n<<<<<<< HEAD\n[alembic]\ntimeout = \"5m\"\n=======\n[alembic]\ntimeout = \"9m\"\n>>>>>>> other\n",
    );
    for words in [&["migrate"][..], &["plan"], &["plugin", "list"], &["status"], &["alembic", "current"]] {
        let done =
            project.lback(words).exits(78).stderr_has(&["this is an unresolved merge conflict", "lback.toml:4:1"]);
        assert_eq!(done.stderr.matches("error").count(), 1, "{done}");
    }
    assert_eq!(project.revision_of_database(), None, "nothing was run");
}
