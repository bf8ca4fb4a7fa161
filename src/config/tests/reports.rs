//! Tests of the form of reports.

use std::path::Path;

use super::{parse, plugin_report, report};

#[test]
fn all_problems_at_once_in_the_order_of_the_file() {
    let shown = plugin_report(
        "timeout = 'soon'\nretries = 3\n[project]\nname = 1\n[[plugin]]\nname = 'guard'\nmode = 'off'\nsource = 'b.wasm'\n",
    );
    assert_eq!(
        shown,
        r#"error: `soon` is not a duration
 --> lback.toml:4:11
  |
4 | timeout = 'soon'
  |           ^^^^^^

hint: write a number and a unit, as `500ms`, `2s`, `30m`, `1h 30m`

error: unknown key `retries` in `[[plugin]]`
 --> lback.toml:5:1
  |
5 | retries = 3
  | ^^^^^^^

hint: if it is a setting of the plugin, move it to `[plugin.settings]`

error: `name` must be a string, not an integer
 --> lback.toml:7:8
  |
7 | name = 1
  |        ^

hint: put it in quotes, as `"shop"`

error: two plugins have the name `guard`
 --> lback.toml:9:8
  |
2 | name = 'guard'
  |        ------- first here
...
9 | name = 'guard'
  |        ^^^^^^^

hint: rename one; both may have the same `source`

error: unknown value for `mode`: `off`
  --> lback.toml:10:8
   |
10 | mode = 'off'
   |        ^^^^^

hint: known: `enforce`, `audit`"#
    );
}

#[test]
fn letters_of_several_bytes_before_the_place() {
    let shown = report("[project]\nname = '日本語 ü'\n[alembic]\n'größe' = 'ß'\ncommand = ['日本語', 1]\n");
    assert_eq!(
        shown,
        r"error: unknown key `größe` in `[alembic]`
 --> lback.toml:4:1
  |
4 | 'größe' = 'ß'
  | ^^^^^^^

hint: known here: `command`, `config`, `launcher`, `lock`, `lock-timeout`, `show-x`, `timeout`

error: each item of `command` must be a string, not an integer
 --> lback.toml:5:19
  |
5 | command = ['日本語', 1]
  |                      ^

hint: put it in quotes"
    );
}

#[test]
fn windows_line_ends() {
    let shown = report("[project]\r\nname = 'shop'\r\nenv = 'x'\r\n");
    assert_eq!(
        shown,
        r"error: unknown key `env` in `[project]`
 --> lback.toml:3:1
  |
3 | env = 'x'
  | ^^^

hint: did you mean `environment`?"
    );
}

#[test]
fn a_byte_order_mark() {
    let shown = report("\u{feff}nmae = 1\n");
    assert_eq!(
        shown,
        r"error: unknown key `nmae` at the top level
 --> lback.toml:1:1
  |
1 | nmae = 1
  | ^^^^

hint: `name` belongs in `[[plugin]]` or `[project]`"
    );
}

#[test]
fn an_escape_sequence_in_a_key() {
    let shown = report("\"\\u001b[31m\\u202e\" = 1\n");
    assert_eq!(
        shown,
        r#"error: unknown key `\u{1b}[31m\u{202e}` at the top level
 --> lback.toml:1:1
  |
1 | "\u001b[31m\u202e" = 1
  | ^^^^^^^^^^^^^^^^^^

hint: known here: `alembic`, `dispatch`, `environments`, `journal`, `migrate`, `plan`, `plugin`, `project`, `registry`"#
    );
}

#[test]
fn a_raw_escape_sequence() {
    let shown = report("[project]\nname = 'a\u{1b}[31m'\n");
    assert_eq!(
        shown,
        r"error: not valid TOML: invalid literal string, expected non-single-quote visible characters
 --> lback.toml:2:10
  |
2 | name = 'a␛[31m'
  |          ^"
    );
}

#[test]
fn another_encoding() {
    let shown = report(b"[project]\nname = 'caf\xe9'\n");
    let expected = r"error: the file is not UTF-8
 --> lback.toml:2:12
  |
2 | name = 'caf?'
  |            ^

hint: save it as UTF-8";
    assert_eq!(shown, expected.replace('?', "\u{fffd}"));
}

#[test]
fn of_many_problems_the_first_ten_are_shown() {
    let text =
        ["a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l", "m"].map(|key| format!("{key} = 0\n")).concat();
    let shown = report(text);
    assert_eq!(shown.matches("error: ").count(), 10);
    assert!(shown.ends_with("\n\nand 3 more problems"), "{shown}");
}

#[test]
fn colour_changes_only_the_colour() {
    let text = "[alembic]\ntimeout = 30\n";
    let coloured = parse(text).unwrap_err().render(true, Path::new("/srv/shop"));
    assert!(coloured.contains("\u{1b}[1m\u{1b}[36mhint:\u{1b}[0m put it"), "{coloured:?}");
    let mut parts = coloured.split('\u{1b}');
    let mut plain = parts.next().unwrap().to_owned();
    for part in parts {
        plain.push_str(part.split_once('m').unwrap().1);
    }
    assert_eq!(plain, report(text));
}

#[test]
fn the_path_is_the_one_that_a_person_there_would_type() {
    let table = [
        ("/srv/shop", "lback.toml"),
        ("/srv/shop/app/api", "../../lback.toml"),
        ("/srv", "shop/lback.toml"),
        ("/srv/other", "/srv/shop/lback.toml"),
    ];
    for (here, path) in table {
        let shown = parse("x = 1").unwrap_err().render(false, Path::new(here));
        assert!(shown.contains(&format!("\n --> {path}:1:1\n")), "from {here}: {shown}");
    }
}

#[test]
fn an_unresolved_merge_conflict() {
    let shown = report("[project]\n<<<<<<< HEAD\nname = 'a'\n=======\nname = 'b'\n>>>>>>> other\n");
    assert_eq!(
        shown,
        r"error: this is an unresolved merge conflict
 --> lback.toml:2:1
  |
2 | <<<<<<< HEAD
  | ^^^^^^^^^^^^

hint: keep the lines that are right, and delete those that begin with `<<<<<<<`, `=======` and `>>>>>>>`"
    );
}
