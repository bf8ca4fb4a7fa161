//! `lback status`.

use serde_json::{Value, json};

use super::schema::{assert_matches, schema};
use crate::support::{Database, Done, Project, VersionScript, component, plugin};

const SQLITE_FILES: &str = include_str!("../runs/python/sqlite_files_env.py");

fn status(project: &Project) -> Value {
    document(&project.lback(&["status", "--json"]).exits(0))
}

fn document(done: &Done) -> Value {
    let document = serde_json::from_str(&done.stdout).unwrap_or_else(|error| panic!("{error}: {done}"));
    assert_matches(&schema("status.schema.json"), &document);
    document
}

/// Returns the revisions of a list.
fn revisions(list: &Value) -> Vec<&str> {
    list.as_array().expect("a list").iter().filter_map(|one| one["revision"].as_str()).collect()
}

#[test]
fn it_says_where_the_database_is_and_what_is_pending() {
    let project = Project::new();
    let found = status(&project);
    let database = &found["databases"][0];
    assert_eq!((&database["heads"], &database["pending"]), (&json!([]), &json!(3)), "{found:#}");
    assert_eq!(revisions(&database["pending_revisions"]), ["one", "two", "three"]);
    assert_eq!(project.query("select name from sqlite_master"), None, "no version table is made");
    project.lback(&["migrate", "two"]).exits(0);
    let found = status(&project);
    let database = &found["databases"][0];
    assert_eq!((&database["heads"], &database["pending"]), (&json!(["two"]), &json!(1)), "{found:#}");
    assert_eq!(database["pending_revisions"][0]["doc"], "make three");
    assert_eq!(revisions(&found["scripts"]["heads"]), ["three"]);
    assert_eq!(
        (&found["failure"], &found["project"], &found["environment"]),
        (&json!(null), &json!("shop"), &json!(null))
    );
    assert_eq!(found["runs"][0]["outcome"], "completed");

    let text = project.lback(&["--environment", "staging", "status"]).exits(0);
    assert_eq!(text.stderr, "", "{text}");
    let text =
        text.stdout_has(&["staging", " at two, 1 revision pending\n", "  three  make three", "1 head", "completed"]);
    project.lback(&["migrate"]).exits(0);
    project.lback(&["status"]).exits(0).stdout_has(&[" at three, nothing pending\n"]);
    drop(text);
}

#[test]
fn a_look_is_no_run_and_changes_nothing() {
    let project = Project::new();
    for number in 1..=7 {
        project.lback(&[if number % 2 == 1 { "migrate" } else { "rollback" }]).exits(0);
    }
    let before = project.dump();
    let found = status(&project);
    assert_eq!(found["runs"].as_array().map(Vec::len), Some(5), "{found:#}");
    assert_eq!(status(&project)["runs"], found["runs"]);
    assert_eq!(project.dump(), before);
    for kind in ["record-policy", "record-handler"] {
        let hears = Project::new().plugin("rec", &component(kind), "");
        hears.lback(&["--log", "plugin=info", "migrate"]).exits(0).stderr_has(&["record: "]);
        let _ = hears.lback(&["--log", "plugin=info", "status"]).exits(0).output_lacks(&["record: "]);
    }
}

#[test]
fn several_heads_and_databases_are_listed() {
    let head = |name: &str| VersionScript::new(name).after(&["three"]);
    let project = Project::new()
        .script(&head("billing").labelled("invoices"))
        .script(&head("orders"))
        .file("migrations/env.py", SQLITE_FILES)
        .file("tenants", "a.db\nb.db");
    project.lback(&["migrate", "invoices@head"]).exits(0);
    project.write("tenants", "a.db\nb.db\nc.db");
    let found = status(&project);
    let databases = found["databases"].as_array().expect("databases");
    let pending: Vec<_> = databases.iter().map(|database| &database["pending"]).collect();
    assert_eq!(pending, [1, 1, 5], "{found:#}");
    assert_eq!(revisions(&databases[0]["pending_revisions"]), ["orders"]);
    assert_eq!(revisions(&found["scripts"]["heads"]), ["billing", "orders"]);
    project.lback(&["status"]).exits(0).stdout_has(&["2 heads", "billing (invoices)  make billing"]);
}

#[test]
fn a_database_that_cannot_be_reached_leaves_the_rest() {
    let url = "postgresql+psycopg://shop:s3cr3t-p4ss@127.0.0.1:1/shop";
    let project = Project::on(url);
    project.lback(&["migrate"]).exits(1);
    let done = project.lback(&["status", "--json"]).exits(69).output_lacks(&["s3cr3t-p4ss"]);
    let found = document(&done);
    assert_eq!(revisions(&found["scripts"]["heads"]), ["three"]);
    assert_eq!((&found["databases"], &found["runs"][0]["outcome"]), (&json!([]), &json!("failed")));
    let why = found["failure"].as_str().expect("a reason");
    assert!(why.starts_with("cannot connect to the database: ") && why.contains("refused"), "{why}");
    let text = project.lback(&["status"]).exits(69).output_lacks(&["s3cr3t-p4ss"]);
    text.stdout_has(&["1 head", "three", "failed"])
        .stderr_has(&["warning: the databases could not be read: cannot connect", "hint: `lback current`"]);
}

#[test]
fn a_password_in_a_description_is_not_shown() {
    let database = Database::postgres();
    let url = database.url().replace("postgres@", "postgres:s3cr3t-p4ss@").replace('%', "%%");
    let project = Project::on(&url).script(&VersionScript::new("four").after(&["three"]).doc("uses s3cr3t-p4ss"));
    for words in [&["status"][..], &["status", "--json"]] {
        project.lback(words).exits(0).stdout_has(&["four", "uses "]).output_lacks(&["s3cr3t-p4ss"]);
    }
}

#[test]
fn what_cannot_be_read_has_its_reason() {
    let broken = Project::new().file("migrations/env.py", "raise RuntimeError('no settings')\n");
    broken.lback(&["status"]).exits(69).stdout_has(&["1 head"]).stderr_has(&["no settings"]);

    let unknown = Project::new();
    unknown.lback(&["migrate"]).exits(0);
    std::fs::remove_file(unknown.path("migrations/versions/three.py")).expect("a script");
    let found = status(&unknown);
    let database = &found["databases"][0];
    assert_eq!((&database["heads"], &database["pending"]), (&json!(["three"]), &json!(null)), "{found:#}");
    assert!(database["pending_failure"].as_str().is_some_and(|why| why.contains("three")), "{found:#}");

    let syntax = Project::new().file("migrations/versions/four.py", "def (:\n");
    // The database itself can be read.
    syntax.lback(&["status"]).exits(0).stderr_has(&["the version scripts could not be read"]);

    let journal = Project::new().config("[journal]\npath = \"journal.db\"").file("journal.db", "text");
    journal.lback(&["status"]).exits(0).stdout_has(&["3 revisions pending"]).stderr_has(&["the journal can't be used"]);

    let missing = Project::new().alembic_command(std::path::Path::new("/nowhere/alembic"));
    missing.lback(&["status"]).exits(127).stderr_has(&["was not found"]);
    Project::new().config("launcher = false").lback(&["status"]).exits(69).stderr_has(&["`launcher = false`"]);
}

#[test]
fn undelivered_messages_are_shown() {
    let allowed = "allow.http = [\"http://127.0.0.1:1\"]\nallow.private = true\n[plugin.settings]\npushgateway = \"http://127.0.0.1:1\"";
    let project = Project::new().plugin("metrics", &plugin("metrics"), allowed);
    project.lback(&["migrate"]).exits(0);
    project.lback(&["status"]).exits(0).stdout_has(&["1 message for `metrics` not delivered yet"]);
    assert_eq!(status(&project)["waiting"][0]["plugin"], "metrics");
}
