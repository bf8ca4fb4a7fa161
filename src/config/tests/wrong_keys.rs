//! Keys that are unknown, missing, misplaced or repeated.

use super::{GUARD, plugin_report, report};

#[test]
fn an_unknown_key() {
    let shown = report("[alembic]\ncomand = ['alembic']\n");
    assert_eq!(
        shown,
        r"error: unknown key `comand` in `[alembic]`
 --> lback.toml:2:1
  |
2 | comand = ['alembic']
  | ^^^^^^

hint: did you mean `command`?"
    );
}

#[test]
fn an_unknown_key_that_belongs_in_another_table() {
    let shown = report("environment = 'production'\n");
    assert_eq!(
        shown,
        r"error: unknown key `environment` at the top level
 --> lback.toml:1:1
  |
1 | environment = 'production'
  | ^^^^^^^^^^^

hint: `environment` belongs in `[project]`"
    );
}

#[test]
fn an_unknown_key_that_belongs_in_one_of_several_tables() {
    let shown = report("timeout = '2s'\n");
    assert_eq!(
        shown,
        r"error: unknown key `timeout` at the top level
 --> lback.toml:1:1
  |
1 | timeout = '2s'
  | ^^^^^^^

hint: `timeout` belongs in `[alembic]` or `[plan]` or `[[plugin]]`"
    );
}

#[test]
fn an_unknown_key_that_belongs_in_a_table_of_the_plugin() {
    let shown = plugin_report("secrets = ['TOKEN']\n");
    assert_eq!(
        shown,
        r"error: unknown key `secrets` in `[[plugin]]`
 --> lback.toml:4:1
  |
4 | secrets = ['TOKEN']
  | ^^^^^^^

hint: `secrets` belongs in `[plugin.allow]`"
    );
}

#[test]
fn a_setting_outside_of_the_settings() {
    let shown = plugin_report("protect = ['production']\n");
    assert_eq!(
        shown,
        r"error: unknown key `protect` in `[[plugin]]`
 --> lback.toml:4:1
  |
4 | protect = ['production']
  | ^^^^^^^

hint: if it is a setting of the plugin, move it to `[plugin.settings]`"
    );
}

#[test]
fn an_unknown_key_like_no_other() {
    let shown = report("[dispatch]\nxyz = 1\n");
    assert_eq!(
        shown,
        r"error: unknown key `xyz` in `[dispatch]`
 --> lback.toml:2:1
  |
2 | xyz = 1
  | ^^^

hint: known here: `handler-grace`"
    );
}

#[test]
fn an_unknown_key_in_an_inline_table() {
    let shown = plugin_report("allow = { htp = [] }\n");
    assert_eq!(
        shown,
        r"error: unknown key `htp` in `[plugin.allow]`
 --> lback.toml:4:11
  |
4 | allow = { htp = [] }
  |           ^^^

hint: did you mean `http`?"
    );
}

#[test]
fn an_unknown_key_in_a_dotted_key() {
    let shown = plugin_report("allow.privat = true\n");
    assert_eq!(
        shown,
        r"error: unknown key `privat` in `[plugin.allow]`
 --> lback.toml:4:7
  |
4 | allow.privat = true
  |       ^^^^^^

hint: did you mean `private`?"
    );
}

#[test]
fn a_key_given_twice() {
    let shown = report("[project]\nname = 'a'\nname = 'b'\n");
    assert_eq!(
        shown,
        r"error: not valid TOML: duplicate key
 --> lback.toml:3:1
  |
3 | name = 'b'
  | ^^^^"
    );
}

#[test]
fn missing_keys() {
    let shown = report("[[plugin]]\nmode = 'audit'\n");
    assert_eq!(
        shown,
        r#"error: `[[plugin]]` has no `name`
 --> lback.toml:1:1
  |
1 | [[plugin]]
  | ^^^^^^^^^^

hint: give it a name, as `name = "guard"`

error: `[[plugin]]` has no `source`
 --> lback.toml:1:1
  |
1 | [[plugin]]
  | ^^^^^^^^^^

hint: name a plugin of lback, as `source = "builtin:guard"`, or the component's file"#
    );
}

#[test]
fn two_plugins_of_one_name() {
    let shown = report([GUARD, "\n", GUARD].concat());
    assert_eq!(
        shown,
        r"error: two plugins have the name `guard`
 --> lback.toml:6:8
  |
2 | name = 'guard'
  |        ------- first here
...
6 | name = 'guard'
  |        ^^^^^^^

hint: rename one; both may have the same `source`"
    );
}
