//! Values of the wrong type, and files that are no TOML.

use super::{plugin_report, report};

#[test]
fn a_number_instead_of_a_text() {
    let shown = report("[alembic]\ntimeout = 30\n");
    assert_eq!(
        shown,
        r#"error: `timeout` must be a string, not an integer
 --> lback.toml:2:11
  |
2 | timeout = 30
  |           ^^

hint: put it in quotes, as `"30m"`"#
    );
}

#[test]
fn a_text_instead_of_a_list() {
    let shown = report("[alembic]\ncommand = 'alembic'\n");
    assert_eq!(
        shown,
        r#"error: `command` must be a list of strings, not a string
 --> lback.toml:2:11
  |
2 | command = 'alembic'
  |           ^^^^^^^^^

hint: put it in brackets, as `["…"]`"#
    );
}

#[test]
fn an_item_of_the_wrong_type() {
    let shown = report("[alembic]\ncommand = [\n  'alembic',\n  1,\n]\n");
    assert_eq!(
        shown,
        r"error: each item of `command` must be a string, not an integer
 --> lback.toml:4:3
  |
4 |   1,
  |   ^

hint: put it in quotes"
    );
}

#[test]
fn a_text_instead_of_a_boolean() {
    let shown = plugin_report("allow.private = 'true'\n");
    assert_eq!(
        shown,
        r"error: `private` must be true or false, not a string
 --> lback.toml:4:17
  |
4 | allow.private = 'true'
  |                 ^^^^^^

hint: write `true` or `false`, without quotes"
    );
}

#[test]
fn one_pair_of_brackets_too_few() {
    let shown = report("[plugin]\nname = 'guard'\n");
    assert_eq!(
        shown,
        r"error: `plugin` must be a list of tables, not a table
 --> lback.toml:1:1
  |
1 | [plugin]
  | ^^^^^^^^

hint: write `[[plugin]]`, in two pairs of brackets"
    );
}

#[test]
fn one_pair_of_brackets_too_many() {
    let shown = report("[[project]]\nname = 'shop'\n");
    assert_eq!(
        shown,
        r"error: `project` must be a table, not a list
 --> lback.toml:1:1
  |
1 | [[project]]
  | ^^^^^^^^^^^

hint: write `[project]`, in one pair of brackets"
    );
}

#[test]
fn no_table_at_all() {
    let shown = report("plugin = ['guard']\n");
    assert_eq!(
        shown,
        r"error: each item of `plugin` must be a table, not a string
 --> lback.toml:1:11
  |
1 | plugin = ['guard']
  |           ^^^^^^^"
    );
}

#[test]
fn an_empty_command() {
    let shown = report("[alembic]\ncommand = []\n");
    assert_eq!(
        shown,
        r#"error: `command` must not be empty
 --> lback.toml:2:11
  |
2 | command = []
  |           ^^

hint: name the program, as `["alembic"]`, or remove the key to let lback find it"#
    );
}

#[test]
fn no_signal() {
    let shown = plugin_report("signals = []\n");
    assert_eq!(
        shown,
        r"error: `signals` must not be empty
 --> lback.toml:4:11
  |
4 | signals = []
  |           ^^

hint: remove the key to give the plugin the signals that it requests"
    );
}

#[test]
fn an_open_bracket() {
    let shown = report("[project\nname = 'shop'\n");
    assert_eq!(
        shown,
        r"error: not valid TOML: unclosed table, expected `]`
 --> lback.toml:1:9
  |
1 | [project
  |         ^"
    );
}

#[test]
fn an_end_too_early() {
    let shown = report("[alembic]\ncommand = ['alembic',");
    assert_eq!(
        shown,
        r"error: not valid TOML: unclosed array, expected `]`
 --> lback.toml:2:22
  |
2 | command = ['alembic',
  |                      ^"
    );
}

#[test]
fn tables_that_a_revision_writes_are_a_list() {
    let shown = report("[plan.writes]\na1 = 'users'\n");
    assert_eq!(
        shown,
        r#"error: `a1` must be a list of strings, not a string
 --> lback.toml:2:6
  |
2 | a1 = 'users'
  |      ^^^^^^^

hint: put it in brackets, as `["…"]`"#
    );
}
