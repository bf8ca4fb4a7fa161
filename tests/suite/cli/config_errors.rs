//! A wrong `lback.toml`: exit 78, the place as an editor takes it, a caret, and the next step. The faults themselves are tested beside
//! their code.

use crate::support::Project;

#[test]
fn a_wrong_file_is_shown_with_line_column_and_caret() {
    let project = Project::new().whole_config("[project]\nname = \"shop\"\n\n[alembik]\ncommand = [\"alembic\"]\n");
    let done = project.lback(&["migrate"]).exits(78);
    assert_eq!(
        done.stderr,
        "\
error: unknown key `alembik` at the top level
 --> lback.toml:4:2
  |
4 | [alembik]
  |  ^^^^^^^

hint: did you mean `alembic`?
"
    );
    assert_eq!(done.stdout, "");
    assert_eq!(project.revision_of_database(), None, "nothing was run");
}

#[test]
fn the_place_is_relative_to_the_folder_of_the_call() {
    let project = Project::new().whole_config("[project]\nname = 3\n");
    project.lback(&["history"]).in_folder("src/shop").exits(78).says(&[" --> ../../lback.toml:2:8\n"]);
    project.lback(&["plugin", "list"]).in_folder("src").exits(78).says(&[" --> ../lback.toml:2:8\n"]);
}

#[test]
fn every_problem_is_reported_at_once() {
    let project = Project::new()
        .whole_config("[alembic]\ntimeout = \"soon\"\n\n[[plugin]]\nname = \"guard\"\nmode = \"maybe\"\n");
    project.lback(&["migrate"]).exits(78).says(&["lback.toml:2:11", "lback.toml:6:8", "`source`"]);
}

#[test]
fn init_and_the_plugin_commands_refuse_it_too() {
    let project = Project::new().whole_config("nmae = 1\n");
    for args in [&["init"][..], &["plugin", "list"], &["plugin", "list", "--json"]] {
        let done = project.lback(args).exits(78).says(&["lback.toml:1:1"]);
        assert_eq!(done.stdout, "", "{done}");
    }
    assert!(!project.path("manage.py").exists());
}
