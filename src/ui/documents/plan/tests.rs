//! Whole outputs, as reviewers see them.

mod before_a_rollback;
mod hostile;
mod json;
mod locks;
mod long;
mod pull_request;
mod samples;
mod terminal;

use anstream::adapter::strip_str;

use super::{PlanOptions, PlanReport, markdown, text};

const USUAL: PlanOptions = PlanOptions { all: false, sql: false };
const WITH_SQL: PlanOptions = PlanOptions { all: false, sql: true };

/// Renders for a log: without colours, without wrapping.
fn shown(report: &PlanReport, options: PlanOptions) -> String {
    strip_str(text::plan(report, options.into(), None).as_str()).to_string()
}

fn commented(report: &PlanReport, options: PlanOptions) -> String {
    markdown::plan(report, options.into())
}

/// Compares texts, and shows both whole if they differ.
#[track_caller]
fn assert_text(actual: &str, expected: &str) {
    let expected = expected.strip_prefix('\n').unwrap_or(expected);
    assert!(actual == expected, "--- actual\n{actual}\n--- expected\n{expected}\n---");
}
