//! Options of `lback plugin test`: settings, expectations, and wrong arguments.

use serde_json::json;

use super::report;
use crate::support::{Project, component, plugin};

#[test]
fn settings_come_from_a_file_and_from_the_command_line() {
    let path = component("recorder").display().to_string();
    let project = Project::empty()
        .file("settings.toml", "deny = [\"migration_migrate_command\"]\nsleep-ms = 0\n")
        .file("settings.json", r#"{ "deny": ["migration_migrate_command"] }"#);
    for file in ["settings.toml", "settings.json"] {
        let run = ["plugin", "test", &path, "--settings", file, "--expect", "migration_migrate_command=deny:recorder"];
        project.lback(&run).exits(0);
    }
    let set = ["plugin", "test", &path, "--settings", "settings.toml", "--set", "deny=[]", "--expect", "allow"];
    project.lback(&set).exits(0);
}

#[test]
fn expectations_are_checked() {
    let path = component("recorder").display().to_string();
    let project = Project::empty();
    let deny = "deny=[\"migration_rollback_command\"]";
    let test = |more: &[&str], code| {
        let run = project.lback(&[&["plugin", "test", &path, "--set", deny, "--json"], more].concat());
        report(run, code).0
    };
    for met in [
        &["--expect", "migration_rollback_command=deny"][..],
        &["--expect", "migration_rollback_command=deny:recorder", "--expect", "migration_migrate_command=allow"],
        &["--expect", "alembic_command_failed=ok", "--expect", "ok"],
        &["--expect", "alembic_command_failed.timed_out=ok"],
    ] {
        let report = test(met, 0);
        assert_eq!(report["passed"], true);
        assert!(report["expectations"].as_array().expect("a list").iter().all(|one| one["met"] == true));
    }
    for (missed, why) in [
        ("allow", "migration_rollback_command as a policy: deny:recorder"),
        ("migration_rollback_command=deny:other", "migration_rollback_command as a policy: deny:recorder"),
        ("migration_migrate_command=deny", "migration_migrate_command as a policy: allow"),
        ("migration_imagined_command=deny", "there was no such call"),
        ("error", "migration_commands_initialized as a policy: allow"),
    ] {
        let report = test(&["--expect", missed], 1);
        assert_eq!(report["expectations"], json!([{ "expected": missed, "met": false, "why": why }]));
        assert_eq!(report["passed"], false);
    }
}

#[test]
fn an_error_that_is_expected_is_no_failure() {
    let path = component("recorder").display().to_string();
    let project = Project::empty();
    let fail = "fail=[\"migration_history_command\"]";
    let test = |more: &[&str], code| {
        let run = project.lback(&[&["plugin", "test", &path, "--set", fail, "--json"], more].concat());
        report(run, code).0
    };
    test(&[], 1);
    test(&["--expect", "migration_migrate_command=allow"], 1);
    // The policy fails, and its handler is told.
    let run = test(&["--expect", "migration_history_command=error:fails as a policy"], 1);
    assert_eq!(run["expectations"][0]["why"], "migration_history_command as a handler: ok");
}

#[test]
fn wrong_options_are_refused_with_a_hint() {
    let project = Project::empty()
        .file("list.json", "[1]")
        .file("broken.toml", "a = ")
        .file("event.json", r#"{"type":"lback.migration_migrate_command"}"#)
        .file("empty.json", "");
    let path = plugin("guard").display().to_string();
    for (args, said) in [
        (&["--expect", "alow"][..], "`--expect alow` is not an expectation"),
        (&["--set", "protect"], "`--set protect` sets nothing"),
        (&["--settings", "absent.toml"], "cannot read the settings of `absent.toml`"),
        (&["--settings", "list.json"], "the settings of `list.json` are not valid: they are no table"),
        (&["--settings", "broken.toml"], "the settings of `broken.toml` are not valid: "),
        (&["--signal", "absent.json"], "cannot read the sample events of `absent.json`"),
        (&["--signal", "empty.json"], "`empty.json` has no event"),
        (
            &["--signal", "event.json"],
            "`event.json`, event 1: the arguments of `migration_migrate_command`: missing field `version`",
        ),
        (&["--replay", "absent.json"], "the recording `absent.json` can't be used: cannot read it"),
        (&["--replay", "list.json"], "the recording `list.json` can't be used: it is not a recording"),
        (&["--secret", "=x"], "`--secret =x` names no secret"),
        (&["--record", "a", "--replay", "b"], "cannot be used with"),
        (&["--all", "--signal", "event.json"], "cannot be used with"),
    ] {
        let done = project.lback(&[&["plugin", "test", &path], args].concat()).exits(64);
        assert_eq!(done.stdout, "", "{done}");
        done.stderr_has(&[said]);
    }
    project.lback(&["plugin", "test", "imagined"]).exits(64).stderr_has(&["`lback.toml` lists no plugin `imagined`"]);
    project.lback(&["plugin", "test", "./imagined.wasm"]).exits(65).stderr_has(&["does not exist"]);
}
