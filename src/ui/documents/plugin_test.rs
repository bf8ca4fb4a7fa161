//! The output of `lback plugin test`: each call of the plugin, and whether its result was expected.
//!
//! `test_report` has the one model of both forms: `text` draws the terminal's, serde writes the
//! JSON. The JSON Schema in `schemas/` is generated from its types.

mod expectation;
#[cfg(test)]
mod schemas;
mod test_report;
mod text;
mod tried_call;

use std::io;

pub(crate) use expectation::{Expectation, ExpectationError};
pub(crate) use test_report::TestReport;
pub(crate) use tried_call::{TriedCall, milliseconds};

use super::json::print_json;
use crate::ui::terminal::screen::print;

/// Shows the report of a test.
pub(crate) fn show_test(report: &TestReport, json: bool) -> io::Result<()> {
    if json {
        return print_json(report);
    }
    print(&text::report(report))
}
