//! Tools for plugin authors: `plugin test`, `plugin bench`, validation of settings, errors with
//! explanations, and the promise that a plugin which was built once keeps loading.

mod bench;
mod compatibility;
mod options;
mod samples;
mod settings;
mod tapes;
mod teaching;
mod trial;
mod words;

use serde_json::Value;

use crate::cli::schema::{assert_matches, schema};
use crate::support::{Done, Run};

/// Runs `plugin test --json`, and returns the document after validation.
#[track_caller]
fn report(run: Run<'_>, code: i32) -> (Value, Done) {
    let done = run.exits(code);
    let document = serde_json::from_str(&done.stdout).unwrap_or_else(|error| panic!("{error}: {done}"));
    assert_matches(&schema("plugin-test.schema.json"), &document);
    (document, done)
}

/// Returns the calls of a report.
#[track_caller]
fn calls(report: &Value) -> &[Value] {
    report["calls"].as_array().expect("a list")
}
