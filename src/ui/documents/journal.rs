//! `lback log`, `lback log show` and `lback log redeliver`: one model behind the terminal's and the JSON form. `text` draws the one, serde
//! the other; the JSON Schemas in `schemas/` are generated from these types.

#[cfg(test)]
mod schemas;
mod text;

use std::io;

use anstream::println;
use schemars::JsonSchema;
use serde::Serialize;

use super::json::print_json;
use crate::journal::{DatabaseRow, EventRow, OverrideRow, RunDetails, RunRow, StepRow, VerdictRow, WaitingRow};
use crate::ui::terminal::message::{note, warning};

/// The form of the JSON documents below. It changes when a field changes its meaning or goes; new fields may come at any time.
const FORMAT: u32 = 1;

/// Runs, and what handlers have not heard.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(title = "lback log --json")]
struct RunList {
    /// The form of this document. Within a form nothing goes and nothing changes its meaning.
    #[schemars(extend("const" = FORMAT))]
    format: u32,
    /// The newest first.
    runs: Vec<RunRow>,
    /// What was not delivered, by plugin.
    waiting: Vec<WaitingMessages>,
}

/// A run in a list of them.
pub(crate) struct ListedRun {
    pub(crate) run: RunRow,
    /// So much of its id that no other begins so.
    pub(crate) short_id: String,
}

/// What one plugin has not heard.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct WaitingMessages {
    /// The plugin, as `lback.toml` named it when the message was sent.
    plugin: String,
    /// Whether `lback.toml` still lists it. Otherwise nobody will be told, and the messages go when they are old.
    listed: bool,
    /// Messages that are tried again at the next run.
    waiting: i64,
    /// Messages that only `lback log redeliver --parked` tries again.
    parked: i64,
    /// When the oldest of them was sent, in RFC 3339.
    oldest: String,
    /// Why the oldest of them was not heard.
    error: Option<String>,
}

/// All there is of a run.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(title = "lback log show --json")]
struct RunDocument {
    /// The form of this document. Within a form nothing goes and nothing changes its meaning.
    #[schemars(extend("const" = FORMAT))]
    format: u32,
    run: RunRow,
    databases: Vec<DatabaseRow>,
    /// In the order in which they were begun.
    steps: Vec<StepRow>,
    /// What policies answered, in the order of the run.
    verdicts: Vec<VerdictRow>,
    /// Policies that were overridden.
    overrides: Vec<OverrideRow>,
    /// Signals in the order in which they were sent, and who was told.
    events: Vec<EventRow>,
    /// What Alembic wrote, where the run failed.
    stdout: Option<String>,
    stderr: Option<String>,
}

/// What came of a redelivery.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(title = "lback log redeliver --json")]
struct Redelivery {
    /// The form of this document. Within a form nothing goes and nothing changes its meaning.
    #[schemars(extend("const" = FORMAT))]
    format: u32,
    /// Those that something waited for.
    plugins: Vec<RedeliveredPlugin>,
}

/// What one plugin was told.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct RedeliveredPlugin {
    pub(crate) plugin: String,
    /// Messages that it has heard now.
    pub(crate) heard: usize,
    /// Messages that still wait.
    pub(crate) waiting: i64,
    /// Messages that are no longer tried by themselves.
    pub(crate) parked: i64,
    /// Why it has not heard the rest.
    pub(crate) error: Option<String>,
}

impl WaitingMessages {
    pub(crate) fn new(row: WaitingRow, listed: bool) -> Self {
        let WaitingRow { plugin, waiting, parked, oldest, error } = row;
        Self { plugin, listed, waiting, parked, oldest: oldest.to_string(), error }
    }
}

impl RedeliveredPlugin {
    /// Has it heard what it was to be told?
    pub(crate) fn is_done(&self) -> bool {
        self.error.is_none() && self.waiting == 0
    }
}

/// `projects` says whether there may be runs of several.
pub(crate) fn show_runs(
    runs: Vec<ListedRun>,
    waiting: Vec<WaitingMessages>,
    projects: bool,
    json: bool,
) -> io::Result<()> {
    if json {
        let runs = runs.into_iter().map(|listed| listed.run).collect();
        return print_json(&RunList { format: FORMAT, runs, waiting });
    }
    if !runs.is_empty() {
        println!("{}", text::runs(&runs, projects));
    }
    for messages in &waiting {
        for line in text::waiting(messages) {
            note(&line);
        }
    }
    Ok(())
}

pub(crate) fn show_run(details: RunDetails, json: bool) -> io::Result<()> {
    if !json {
        println!("{}", text::run(&details));
        return Ok(());
    }
    let RunDetails { run, databases, steps, verdicts, overrides, events, stdout, stderr } = details;
    print_json(&RunDocument { format: FORMAT, run, databases, steps, verdicts, overrides, events, stdout, stderr })
}

pub(crate) fn show_redelivered(plugins: Vec<RedeliveredPlugin>, json: bool) -> io::Result<()> {
    if json {
        return print_json(&Redelivery { format: FORMAT, plugins });
    }
    if !plugins.is_empty() {
        println!("{}", text::redelivered(&plugins));
    }
    for RedeliveredPlugin { plugin, error, .. } in &plugins {
        if let Some(error) = error {
            warning(&format!("the plugin `{plugin}` has not heard all: {error}"));
        }
    }
    Ok(())
}
