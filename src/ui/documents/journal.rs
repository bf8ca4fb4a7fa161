//! The output of `lback log`, `lback log show` and `lback log redeliver`.
//!
//! `documents` has the one model of both forms: `text` draws the terminal's, serde writes the JSON.
//! The JSON Schemas in `schemas/` are generated from its types.

mod documents;
mod run_list;
#[cfg(test)]
mod schemas;
mod text;

use std::io;

pub(super) use run_list::run_list;
pub(super) use text::waiting as waiting_lines;

pub(crate) use documents::{ListedRun, RedeliveredPlugin, WaitingMessages};

use self::documents::{FORMAT, Redelivery, RunDocument, RunList};
use super::json::print_json;
use crate::journal::RunDetails;
use crate::ui::terminal::message::{note, warning};
use crate::ui::terminal::screen::{print, print_text};

/// Shows a list of runs, and the messages that wait. `projects`: the runs may be of several
/// projects.
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
        print_text(&run_list(&runs, projects))?;
    }
    for messages in &waiting {
        for line in text::waiting(messages) {
            note(&line);
        }
    }
    Ok(())
}

/// Shows everything that the journal has of one run.
pub(crate) fn show_run(details: RunDetails, json: bool) -> io::Result<()> {
    if !json {
        return print(&text::run(&details));
    }
    let RunDetails { run, databases, steps, verdicts, overrides, events, stdout, stderr } = details;
    print_json(&RunDocument { format: FORMAT, run, databases, steps, verdicts, overrides, events, stdout, stderr })
}

/// Shows the result of a redelivery, one line for each plugin.
pub(crate) fn show_redelivered(plugins: Vec<RedeliveredPlugin>, json: bool) -> io::Result<()> {
    if json {
        return print_json(&Redelivery { format: FORMAT, plugins });
    }
    if !plugins.is_empty() {
        print(&text::redelivered(&plugins))?;
    }
    for RedeliveredPlugin { plugin, error, .. } in &plugins {
        if let Some(error) = error {
            warning(&format!("the plugin `{plugin}` did not receive every message: {error}"));
        }
    }
    Ok(())
}
