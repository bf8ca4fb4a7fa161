//! The text form: a paragraph for each call.

use std::fmt::Write as _;

use bytesize::ByteSize;

use super::test_report::TestReport;
use super::tried_call::TriedCall;
use crate::support::plural::counted;
use crate::support::printable::{printable_line, printable_lines};

pub(crate) fn report(report: &TestReport) -> String {
    let mut text = format!("{} {}\n", report.name, report.version);
    for one in &report.calls {
        let _ = write!(text, "\n{}", call(one));
    }
    if !report.expectations.is_empty() {
        text.push('\n');
    }
    for expectation in &report.expectations {
        let _ = match &expectation.why {
            None => writeln!(text, "as expected: {}", expectation.expected),
            Some(why) => writeln!(text, "not as expected: {}: {}", expectation.expected, indented(why)),
        };
    }
    let calls = match report.calls.len() {
        0 => "no calls: the plugin subscribes to none of these signals".to_owned(),
        count => counted(count, "call"),
    };
    let _ = write!(text, "\n{}: {calls}", if report.passed { "passed" } else { "failed" });
    text
}

fn call(call: &TriedCall) -> String {
    let TriedCall { event, signal, role, outcome, milliseconds, memory_bytes, .. } = call;
    let signal = if event.split('.').next() == Some(signal) { String::new() } else { format!(" ({signal})") };
    let mut text = format!("{event}{signal}, {role}: {outcome}, {milliseconds:.3} ms, {}\n", ByteSize(*memory_bytes));
    for denial in &call.denials {
        let _ = writeln!(text, "  denied: {} ({})", indented(&denial.message), printable_line(&denial.code));
        for (key, value) in [("hint", &denial.hint), ("see", &denial.url)] {
            if let Some(value) = value {
                let _ = writeln!(text, "    {key}: {}", indented(value));
            }
        }
    }
    for warning in &call.warnings {
        let code = warning.code.as_deref().map(|code| format!(" ({})", printable_line(code))).unwrap_or_default();
        let _ = writeln!(text, "  warning: {}{code}", indented(&warning.message));
    }
    for log in &call.logs {
        let _ = writeln!(text, "  log {}: {}", log.level, indented(&log.message));
    }
    for secret in &call.secrets {
        let outcome = secret.outcome.replace('_', " ");
        let _ = writeln!(text, "  secret {}: {outcome}", printable_line(&secret.name));
    }
    for request in &call.requests {
        let outcome = match (request.status, &request.reason) {
            (Some(status), _) => status.to_string(),
            (None, reason) => format!("{}: {}", request.outcome, indented(reason.as_deref().unwrap_or_default())),
        };
        let _ = writeln!(text, "  {} {}: {outcome}", printable_line(&request.method), printable_line(&request.url));
    }
    if let Some(error) = &call.error {
        let _ = writeln!(text, "  error: {}", indented(error));
    }
    if let Some(hint) = &call.hint {
        let _ = writeln!(text, "  hint: {}", indented(hint));
    }
    text
}

/// Indents the lines of a plugin's text, so that none looks like a line of lback.
fn indented(text: &str) -> String {
    printable_lines(text, "      ")
}
