//! Denials: their text and their audience, several of them, and audits.

use serde_json::{Value, json};

use super::heard::told;
use super::table::{Database, logged};
use crate::support::{Done, Project, component};

const ROLLBACK: &str = "migration_rollback_command";

/// Returns settings that deny these signals.
fn deny(signals: &[&str]) -> String {
    format!("[plugin.settings]\ndeny = {signals:?}")
}

fn with_policy(project: Project, name: &str, more: &str) -> Project {
    project.plugin(name, &component("record-policy"), more)
}

fn with_handler(project: Project) -> Project {
    project.plugin("ear", &component("record-handler"), "")
}

/// Returns the signals that the handler `ear` got.
fn names(done: &Done) -> Vec<String> {
    told(done, "handler").iter().map(|record| record["signal"].as_str().expect("a name").to_owned()).collect()
}

#[track_caller]
fn says_in_order(done: &Done, texts: &[&str]) {
    let mut rest = &*done.stderr;
    for text in texts {
        let Some((_, after)) = rest.split_once(text) else { panic!("stderr lacks {text:?} in its place: {done}") };
        rest = after;
    }
}

#[test]
fn all_denials_are_reported_in_the_order_of_the_file() {
    // Not sorted by name, and with a policy between them that allows.
    let project = with_policy(Database::AtHead.put(Project::new()), "zulu", &deny(&[ROLLBACK]));
    let project = with_policy(project, "mike", &format!("[plugin.settings]\nwarn = [{ROLLBACK:?}]"));
    let project = with_policy(project, "alpha", &deny(&[ROLLBACK]));
    let project = with_policy(project, "papa", "[plugin.settings]\nfail = [\"migration_rollback_command\"]");
    let project = with_handler(project);
    let run = logged(&project, &["rollback"]);
    let files = project.files();
    let done = run.exits(77);
    assert!(project.files() == files, "nothing has changed: {done}");
    says_in_order(
        &done,
        &[
            "error: denied by policy; Alembic was not started\n",
            "zulu: the recorder denies `migration_rollback_command` (recorder)\n",
            "alpha: the recorder denies `migration_rollback_command` (recorder)\n",
            "papa failed: it returned an error: the recorder fails as a policy",
            "hint: take `migration_rollback_command` out of the recorder's `deny`",
        ],
    );
    let done = done.stderr_has(&["warning: mike: the recorder warns about `migration_rollback_command`"]);

    let end = told(&done, "handler").pop().expect("a last signal");
    assert_eq!(end["error_type"], "denied_by_policy");
    assert_eq!(end["exception"]["message"], "denied by policy `zulu`, `alpha`, `papa`");
    let denials = end["exception"]["denials"].as_array().expect("denials");
    let by: Vec<&Value> = denials.iter().map(|denial| &denial["plugin"]).collect();
    assert_eq!(by, ["zulu", "alpha", "papa"]);
    assert_eq!(denials[1]["denial"]["code"], "recorder");
    let failed = &denials[2]["denial"];
    assert_eq!(failed["code"], "plugin-failed");
    let message = "the plugin could not be asked: it returned an error: the recorder fails as a policy on \
                   `migration_rollback_command`";
    assert_eq!(failed["message"], message);
    assert_eq!(names(&done), ["migration_commands_initialized", "alembic_command_failed"]);
}

#[test]
fn every_policy_is_asked_although_the_first_one_denies() {
    let project = with_policy(Project::new(), "first", &deny(&["migration_commands_initialized"]));
    let project = with_policy(project, "second", "");
    let done = logged(&project, &["migrate"]).exits(77).stderr_has(&[
        "info: first: record: ",
        "info: second: record: ",
        "first: the recorder denies `migration_commands_initialized` (recorder)",
    ]);
    assert_eq!(told(&done, "policy").len(), 2, "each of the two was asked once: {done}");
    assert_eq!(project.query("select 1 from sqlite_master"), None);
}

#[test]
fn audit_only_notes_a_denial_and_goes_on() {
    let denied = ["migration_migrate_command", "alembic_command_started"];
    let audit = format!("mode = \"audit\"\non-error = \"block\"\n{}", deny(&denied));
    let project = with_handler(with_policy(Project::new(), "watch", &audit));
    let done = logged(&project, &["migrate"])
        .exits(0)
        .stderr_has(&denied.map(|signal| {
            let note = "note: watch (audit) would deny SIGNAL: the recorder denies `SIGNAL` (recorder)";
            note.replace("SIGNAL", signal).leak() as &str
        }))
        .output_lacks(&["\nerror: ", "denied by policy"]);
    let expected = [
        "migration_commands_initialized",
        "migration_migrate_command",
        "alembic_command_started",
        "alembic_command_completed",
    ];
    assert_eq!(names(&done), expected);
    assert_eq!(project.revision_of_database().as_deref(), Some("three"));
}

#[test]
fn policy_is_asked_only_about_the_signals_that_the_file_chooses() {
    let more = format!("signals = [{ROLLBACK:?}]\n{}", deny(&[ROLLBACK, "migration_migrate_command"]));
    let project = with_policy(Project::new(), "choosy", &more);
    let done = logged(&project, &["migrate"]).exits(0);
    assert_eq!(told(&done, "policy"), Vec::<Value>::new());
    let done = logged(&project, &["rollback"]).exits(77).stderr_has(&["choosy: the recorder denies"]);
    assert_eq!(told(&done, "policy"), [json!({ "signal": ROLLBACK, "version": "-1", "table": null })]);
    assert_eq!(project.revision_of_database().as_deref(), Some("three"));
}
