//! Projects with a recorder, and the journal's view of their runs.

use std::collections::BTreeSet;
use std::process::Command;

use serde_json::Value;

use crate::support::{Done, Project, Run, component, python, records};

pub(super) const BEFORE: [&str; 3] =
    ["migration_commands_initialized", "migration_migrate_command", "alembic_command_started"];

/// Adds a handler of this name that subscribes to every signal and logs it; `more` are lines of its
/// `[[plugin]]` table.
pub(super) fn recorded(project: Project, name: &str, more: &str) -> Project {
    project.plugin(name, &component("record-handler"), more)
}

/// Replaces a text in `lback.toml`.
pub(super) fn replaced(project: Project, from: &str, to: &str) -> Project {
    let config = std::fs::read_to_string(project.path("lback.toml")).expect("a file");
    assert!(config.contains(from), "{config}");
    let config = config.replace(from, to);
    project.write("lback.toml", &config);
    project.whole_config(&config)
}

/// A run whose records are logged.
pub(super) fn logged<'a>(project: &'a Project, typed: &[&str]) -> Run<'a> {
    project.lback(&[&["--log", "plugin=info"], typed].concat())
}

/// Runs a command, and returns the document that it prints.
#[track_caller]
pub(super) fn json(project: &Project, typed: &[&str]) -> Value {
    let done = project.lback(typed).exits(0);
    serde_json::from_str(&done.stdout).unwrap_or_else(|error| panic!("{error}: {done}"))
}

/// Returns everything about each run, newest first.
pub(super) fn runs(project: &Project) -> Vec<Value> {
    let list = json(project, &["log", "--limit", "1000", "--json"]);
    let ids = list["runs"].as_array().expect("a list").iter().map(|run| run["id"].as_str().expect("an id").to_owned());
    ids.map(|id| json(project, &["log", "show", &id, "--json"])).collect()
}

/// Returns the ids of all events that this plugin should get, oldest run first, with the state of
/// each delivery.
pub(super) fn deliveries(project: &Project, plugin: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for run in runs(project).iter().rev() {
        for event in run["events"].as_array().expect("a list") {
            for delivery in event["deliveries"].as_array().expect("a list") {
                if delivery["plugin"] == plugin {
                    found.push((text(&event["id"]), text(&delivery["state"])));
                }
            }
        }
    }
    found
}

/// Returns the pending deliveries of `lback log --json`: the plugin, and the number of messages.
pub(super) fn waiting(project: &Project) -> Vec<(String, i64, i64)> {
    let list = json(project, &["log", "--json"]);
    let row = |row: &Value| {
        (text(&row["plugin"]), row["waiting"].as_i64().expect("a number"), row["parked"].as_i64().expect("a number"))
    };
    list["waiting"].as_array().expect("a list").iter().map(row).collect()
}

/// Returns the signals and ids that the recorder of this name logged, in order.
pub(super) fn heard(done: &Done, name: &str) -> Vec<(String, String)> {
    heard_in(&done.stderr, name)
}

pub(super) fn heard_in(stderr: &str, name: &str) -> Vec<(String, String)> {
    let mark = format!("info: {name}: ");
    let lines: Vec<_> = stderr.lines().filter(|line| line.starts_with(&mark)).collect();
    records(&lines.join("\n")).iter().map(|record| (text(&record["signal"]), text(&record["id"]))).collect()
}

pub(super) fn ids(heard: &[(String, String)]) -> BTreeSet<String> {
    heard.iter().map(|(_, id)| id.clone()).collect()
}

pub(super) fn text(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("{value} is no text")).to_owned()
}

/// Runs SQL on the journal without lback.
pub(super) fn sql(project: &Project, script: &str) {
    let python_script = "import sqlite3, sys\nconnection = sqlite3.connect(sys.argv[1])\nconnection.executescript(sys.argv[2])\nconnection.commit()";
    let output = Command::new(python())
        .args(["-c", python_script])
        .arg(project.path(".state/journal.sqlite3"))
        .arg(script)
        .output()
        .expect("python");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

/// Records the runs that must follow old ones before these are deleted.
pub(super) fn newer_runs(project: &Project) {
    sql(
        project,
        "with recursive n(i) as (select 1 union all select i + 1 from n where i < 20)
         insert into run (id, scope, project, root, lback_version, started, outcome)
         select 'filler-' || (100 + i), scope, project, root, lback_version,
             cast(strftime('%s', 'now') as integer) * 1000, 'completed'
         from n, (select * from run order by rowid desc limit 1)",
    );
}
