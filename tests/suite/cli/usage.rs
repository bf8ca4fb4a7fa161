//! A command line that is wrong: exit 64, and a text that says what is wrong.

use crate::support::Project;

#[test]
fn what_is_typed_wrong_is_named_and_exits_64() {
    let project = Project::new();
    for (args, says) in [
        (&[][..], "Usage: lback"),
        (&["migrat"], "a similar subcommand exists: 'migrate'"),
        (&["upgrade"], "unrecognized subcommand 'upgrade'"),
        (&["history", "--dry-run"], "unexpected argument '--dry-run'"),
        (&["migrate", "--dry-run", "--sql"], "'--dry-run' cannot be used with '--sql'"),
        (&["rollback", "--dry-run", "users", "--as-migration"], "'--dry-run' cannot be used with '--as-migration'"),
        (&["rollback", "--table"], "<TARGET>"),
        (&["rollback", "--table", "--revision", "users"], "'--table' cannot be used with '--revision'"),
        (&["rollback", "users", "--count", "0"], "invalid value '0' for '--count <N>'"),
        (
            &["rollback", "users", "--count", "2", "--to-before", "one"],
            "'--count <N>' cannot be used with '--to-before <REVISION>'",
        ),
        (&["rollback", "users", "--as-migration", "--yes"], "'--as-migration' cannot be used with '--yes'"),
        (&["rollback", "-1", "--count", "2"], "`-1` is not the name of a table"),
        (&["rollback", "a@base", "--include-references"], "`a@base` is not the name of a table"),
        (&["plan", "--json", "--markdown"], "'--json' cannot be used with '--markdown'"),
        (&["plan", "history"], "unrecognized subcommand 'history'"),
        (&["rollback", "--sqll"], "a similar argument exists: '--sql'"),
        (&["rollback", "one", "two"], "unexpected argument 'two'"),
        (&["makemigrations", "--autogenerate"], "unexpected argument '--autogenerate'"),
        (&["migrate", "--environment"], "a value is required for '--environment <NAME>'"),
        (&["--color", "sometimes", "history"], "possible values: auto, always, never"),
        (&["plugin"], "Usage: lback plugin"),
        (&["plugin", "inspect"], "<NAME|SOURCE>"),
        (&["plugin", "instal", "x"], "unrecognized subcommand 'instal'"),
    ] {
        let done = project.lback(args).exits(64).says(&[says]);
        assert_eq!(done.stdout, "", "{done}");
    }
    assert_eq!(project.revision_of_database(), None, "nothing was run");
}

#[test]
fn a_step_back_is_no_option() {
    let project = Project::new();
    project.lback(&["migrate"]).exits(0);
    project.lback(&["rollback", "-2"]).exits(0);
    assert_eq!(project.revision_of_database().as_deref(), Some("one"));
}

#[test]
fn a_log_filter_that_is_none_is_shown_with_the_way_to_write_one() {
    let project = Project::new();
    for filter in ["plugin=loud", "=,="] {
        let done = project.lback(&["--log", filter, "migrate"]).exits(64);
        done.says(&[
            &format!("error: the log filter `{filter}` is not valid: "),
            "\n\nhint: a filter is `LEVEL` or `TARGET=LEVEL`",
        ]);
    }
    project.lback(&["migrate"]).env("LBACK_LOG", "plugin=loud").exits(64).says(&["`plugin=loud`"]);
    assert_eq!(project.revision_of_database(), None, "nothing was run");
}

#[test]
fn version_is_data() {
    let done = Project::empty().lback(&["--version"]).exits(0);
    assert_eq!((done.stdout.as_str(), done.stderr.as_str()), (concat!("lback ", env!("CARGO_PKG_VERSION"), "\n"), ""));
}
