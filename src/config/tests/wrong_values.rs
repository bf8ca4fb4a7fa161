//! Values of the right type that mean nothing.

use super::{plugin_report, report};

#[test]
fn an_unknown_signal() {
    let shown = plugin_report("signals = ['alembic_command_startd']\n");
    assert_eq!(
        shown,
        r"error: unknown signal `alembic_command_startd`
 --> lback.toml:4:12
  |
4 | signals = ['alembic_command_startd']
  |            ^^^^^^^^^^^^^^^^^^^^^^^^

hint: did you mean `alembic_command_started`?"
    );
}

#[test]
fn a_signal_twice() {
    let shown = plugin_report("signals = [\n  'alembic_command_failed',\n  'alembic_command_failed',\n]\n");
    assert_eq!(
        shown,
        r"error: repeated item in `signals`
 --> lback.toml:6:3
  |
5 |   'alembic_command_failed',
  |   ------------------------ first here
6 |   'alembic_command_failed',
  |   ^^^^^^^^^^^^^^^^^^^^^^^^

hint: remove one of them"
    );
}

#[test]
fn an_unknown_mode() {
    let shown = plugin_report("mode = 'warn'\n");
    assert_eq!(
        shown,
        r"error: unknown value for `mode`: `warn`
 --> lback.toml:4:8
  |
4 | mode = 'warn'
  |        ^^^^^^

hint: known: `enforce`, `audit`"
    );
}

#[test]
fn an_unknown_way_to_lock() {
    let shown = report("[alembic]\nlock = 'skip-if-curent'\n");
    assert_eq!(
        shown,
        r"error: unknown value for `lock`: `skip-if-curent`
 --> lback.toml:2:8
  |
2 | lock = 'skip-if-curent'
  |        ^^^^^^^^^^^^^^^^

hint: did you mean `skip-if-current`?"
    );
}

#[test]
fn a_journal_that_would_forget_at_once() {
    let shown = report("[journal]\nkeep = '5m'\n");
    assert_eq!(
        shown,
        r"error: `5m` is too short
 --> lback.toml:2:8
  |
2 | keep = '5m'
  |        ^^^^

hint: choose from 1h to 100years"
    );
}

#[test]
fn a_command_without_a_program() {
    let shown = report("[alembic]\ncommand = ['']\n");
    assert_eq!(
        shown,
        r"error: `command` must not be empty
 --> lback.toml:2:12
  |
2 | command = ['']
  |            ^^

hint: write a value, or remove the key"
    );
}

#[test]
fn a_plugin_name_in_other_letters() {
    let shown = report("[[plugin]]\nname = 'My Guard'\nsource = 'guard.wasm'\n");
    assert_eq!(
        shown,
        r"error: `My Guard` is not a plugin's name
 --> lback.toml:2:8
  |
2 | name = 'My Guard'
  |        ^^^^^^^^^^

hint: use at most 64 lower-case letters, digits and single dashes, a letter first, as `freeze-guard`"
    );
}

#[test]
fn a_source_that_is_not_encrypted() {
    let shown = report("[[plugin]]\nname = 'guard'\nsource = 'http://a.example/guard.wasm'\n");
    assert_eq!(
        shown,
        r"error: `http://a.example/guard.wasm` is not encrypted
 --> lback.toml:3:10
  |
3 | source = 'http://a.example/guard.wasm'
  |          ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^

hint: anyone on the way could change the plugin: use `https://`, or download the file"
    );
}

#[test]
fn a_source_with_a_password_is_not_shown() {
    let shown = report("[[plugin]]\nname = 'guard'\nsource = 'https://me:s3cr3t@a.example/guard.wasm'\n");
    assert!(shown.starts_with("error: a source must not contain a user or a password"), "{shown}");
    assert!(!shown.contains("s3cr3t"), "{shown}");
}

#[test]
fn a_duration_without_a_unit() {
    let shown = plugin_report("timeout = '2'\n");
    assert_eq!(
        shown,
        r"error: `2` is not a duration
 --> lback.toml:4:11
  |
4 | timeout = '2'
  |           ^^^

hint: write a number and a unit, as `500ms`, `2s`, `30m`, `1h 30m`"
    );
}

#[test]
fn a_duration_in_months() {
    let shown = report("[alembic]\ntimeout = '30M'\n");
    assert_eq!(
        shown,
        r"error: `30M` is too long
 --> lback.toml:2:11
  |
2 | timeout = '30M'
  |           ^^^^^

hint: choose from 1ms to 30days; `M` is a month, `m` a minute"
    );
}

#[test]
fn too_little_memory() {
    let shown = plugin_report("memory = '64KiB'\n");
    assert_eq!(
        shown,
        r"error: `64KiB` is too little
 --> lback.toml:4:10
  |
4 | memory = '64KiB'
  |          ^^^^^^^

hint: choose from 1.0 MiB to 4.0 GiB"
    );
}

#[test]
fn a_size_that_is_none() {
    let shown = plugin_report("memory = 'much'\n");
    assert_eq!(
        shown,
        r"error: `much` is not a size
 --> lback.toml:4:10
  |
4 | memory = 'much'
  |          ^^^^^^

hint: write a number and a unit, as `64MiB`"
    );
}

#[test]
fn an_origin_with_a_wildcard() {
    let shown = plugin_report("allow.http = ['https://*.slack.com']\n");
    assert_eq!(
        shown,
        r"error: not an origin: it has a wildcard
 --> lback.toml:4:15
  |
4 | allow.http = ['https://*.slack.com']
  |               ^^^^^^^^^^^^^^^^^^^^^

hint: write scheme, host and, unless it is the scheme's own, port, as `https://hooks.slack.com`"
    );
}

#[test]
fn an_origin_with_a_path_may_be_a_secret() {
    let shown = plugin_report("allow = { http = ['https://hooks.slack.com/services/T0'], privat = true }\n");
    assert_eq!(
        shown,
        r"error: not an origin: it has a path, a query or a fragment
 --> lback.toml:4:19
  |
4 | allow = { http = ['***********************************'], privat = true }
  |                   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^

hint: write `https://hooks.slack.com`

error: unknown key `privat` in `[plugin.allow]`
 --> lback.toml:4:59
  |
4 | allow = { http = ['***********************************'], privat = true }
  |                                                           ^^^^^^

hint: did you mean `private`?"
    );
}

#[test]
fn an_origin_with_a_password() {
    let shown = plugin_report("allow.http = ['https://a.example', 'https://me:pässword@b.example']\n");
    assert_eq!(
        shown,
        r"error: not an origin: it has a user name or password
 --> lback.toml:4:36
  |
4 | allow.http = ['https://a.example', '******************************']
  |                                    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^

hint: write `https://b.example`"
    );
}

#[test]
fn the_value_of_a_secret_instead_of_its_name() {
    let shown = plugin_report("allow.secrets = ['xoxb-1-2'] # ü\n");
    assert_eq!(
        shown,
        r"error: not the name of a secret
 --> lback.toml:4:18
  |
4 | allow.secrets = ['********'] # ü
  |                  ^^^^^^^^^^

hint: use letters, digits and underscores, no digit first, as `SLACK_WEBHOOK_URL`; the value itself is not part of this file"
    );
}

#[test]
fn a_number_that_json_does_not_have() {
    let shown = plugin_report("[plugin.settings]\nlimits = { most = inf }\n");
    assert_eq!(
        shown,
        r"error: `inf` can't be passed to a plugin: JSON has no such number
 --> lback.toml:5:19
  |
5 | limits = { most = inf }
  |                   ^^^

hint: write it as a string, if the plugin accepts one"
    );
}

#[test]
fn a_line_break_in_the_environment() {
    let shown = report("[project]\nenvironment = \"a\\nb\"\n");
    assert_eq!(
        shown,
        r#"error: `environment` contains a control character
 --> lback.toml:2:15
  |
2 | environment = "a\nb"
  |               ^^^^^^"#
    );
}

#[test]
fn a_key_that_is_none() {
    let shown = plugin_report("public-key = 'RWQ'\n");
    assert_eq!(
        shown,
        r"error: `RWQ` is not a public key of minisign
 --> lback.toml:4:14
  |
4 | public-key = 'RWQ'
  |              ^^^^^

hint: copy the line of `minisign.pub` that begins with `RW`: 56 letters and digits, `+` and `/`"
    );
}

#[test]
fn an_environment_that_is_not_listed() {
    let listed = "[environments.staging]\n[environments.production]\n";
    let shown = report(format!("[project]\nenvironment = 'prodution'\n{listed}"));
    assert_eq!(
        shown,
        r"error: unknown environment `prodution`
 --> lback.toml:2:15
  |
2 | environment = 'prodution'
  |               ^^^^^^^^^^^

hint: did you mean `production`?"
    );
    let shown = plugin_report(&format!("environments = ['qa']\n{listed}"));
    assert_eq!(
        shown,
        r"error: unknown environment `qa`
 --> lback.toml:4:17
  |
4 | environments = ['qa']
  |                 ^^^^

hint: known: `production`, `staging`"
    );
}

#[test]
fn the_name_of_an_environment_that_looks_like_another() {
    let shown = report("[environments.\"production \"]\n");
    assert!(shown.contains("error: the name of an environment begins or ends with a space: `production `"), "{shown}");
    assert!(shown.contains("lback.toml:1:15"), "{shown}");
}
