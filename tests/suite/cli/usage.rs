//! Wrong command lines: exit code 64, and a message that names what is wrong.

use crate::support::{Project, assert_run, assert_text};

#[test]
fn wrong_arguments_are_named_and_exit_with_64() {
    let project = Project::new();
    let mut transcripts = String::new();
    for args in [
        &[][..],
        &["migrat"],
        &["upgrad"],
        &["history", "--dry-run"],
        &["migrate", "--dry-run", "--sql"],
        &["rollback", "--dry-run", "users", "--as-migration"],
        &["rollback", "--table"],
        &["rollback", "--table", "--revision", "users"],
        &["rollback", "users", "--count", "0"],
        &["rollback", "users", "--count", "2", "--to-before", "one"],
        &["rollback", "users", "--as-migration", "--yes"],
        &["rollback", "-1", "--count", "2"],
        &["rollback", "a@base", "--include-references"],
        &["plan", "--json", "--markdown"],
        &["plan", "history"],
        &["rollback", "--sqll"],
        &["rollback", "one", "two"],
        &["makemigrations", "--autogenerate"],
        &["migrate", "--environment"],
        &["--color", "sometimes", "history"],
        &["plugin"],
        &["plugin", "inspect"],
        &["plugin", "instal", "x"],
    ] {
        let done = project.lback(args).exits(64);
        assert_eq!(done.stdout, "", "{done}");
        transcripts.push_str(&done.transcript());
    }
    assert_text!("wrong-arguments", transcripts);
    assert_eq!(project.revision_of_database(), None, "nothing was run");
}

#[test]
fn a_negative_target_is_not_an_option() {
    let project = Project::new();
    project.lback(&["migrate"]).exits(0);
    project.lback(&["rollback", "-2"]).exits(0);
    assert_eq!(project.revision_of_database().as_deref(), Some("one"));
}

#[test]
fn an_invalid_log_filter_is_refused() {
    let project = Project::new();
    assert_run!("log-filter", project.lback(&["--log", "plugin=loud", "migrate"]).exits(64));
    assert_run!("log-filter-without-level", project.lback(&["--log", "=,=", "migrate"]).exits(64));
    let in_variable = project.lback(&["migrate"]).env("LBACK_LOG", "plugin=loud").exits(64);
    assert_run!("log-filter-in-variable", in_variable);
    assert_eq!(project.revision_of_database(), None, "nothing was run");
}

#[test]
fn version_is_data() {
    let done = Project::empty().lback(&["--version"]).exits(0);
    let version = concat!("lback ", env!("CARGO_PKG_VERSION"));
    let lines: Vec<&str> = done.stdout.lines().collect();
    assert_eq!((lines[0], done.stderr.as_str()), (version, ""));
    let [.., target] = lines[..] else { panic!("{done}") };
    assert!(target.starts_with("target: ") && target.matches('-').count() >= 2, "{done}");
    let commit = |line: &str| line.strip_prefix("commit: ").is_some_and(|commit| commit.len() == 40);
    assert!(lines.len() == 2 || (lines.len() == 3 && commit(lines[1])), "{done}");
    assert_eq!(Project::empty().lback(&["-V"]).exits(0).stdout, format!("{version}\n"));
}
