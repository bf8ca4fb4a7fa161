//! What these tests need: projects with a recorder, and what the journal says of their runs.

use std::collections::BTreeSet;
use std::process::Command;

use serde_json::Value;

use crate::support::{Done, Project, Run, component, python, records};

pub(super) const BEFORE: [&str; 3] =
    ["migration_commands_initialized", "migration_migrate_command", "alembic_command_started"];

/// Adds a handler of this name that wants every signal and logs what it hears; `more` are lines of its `[[plugin]]` table.
pub(super) fn recorded(project: Project, name: &str, more: &str) -> Project {
    project.plugin(name, &component("record-handler"), more)
}

/// The same project with this text of `lback.toml` replaced.
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

/// The document that this command prints.
#[track_caller]
pub(super) fn json(project: &Project, typed: &[&str]) -> Value {
    let done = project.lback(typed).exits(0);
    serde_json::from_str(&done.stdout).unwrap_or_else(|error| panic!("{error}: {done}"))
}

/// All there is of each run, the newest first.
pub(super) fn runs(project: &Project) -> Vec<Value> {
    let list = json(project, &["log", "--limit", "1000", "--json"]);
    let ids = list["runs"].as_array().expect("a list").iter().map(|run| run["id"].as_str().expect("an id").to_owned());
    ids.map(|id| json(project, &["log", "show", &id, "--json"])).collect()
}

/// The ids of all events that this plugin was to be told, the oldest run first, with the state of each delivery.
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

/// What waits, as `lback log --json` says: the plugin, and how many messages.
pub(super) fn waiting(project: &Project) -> Vec<(String, i64, i64)> {
    let list = json(project, &["log", "--json"]);
    let row = |row: &Value| {
        (text(&row["plugin"]), row["waiting"].as_i64().expect("a number"), row["parked"].as_i64().expect("a number"))
    };
    list["waiting"].as_array().expect("a list").iter().map(row).collect()
}

/// The signals and ids that the recorder of this name heard, in order.
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

/// Does this to the journal behind lback's back.
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
