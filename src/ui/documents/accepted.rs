//! The words about a finding that a comment in a script sets aside.

use crate::model::finding::{AcceptedFinding, AllowComment};
use crate::support::printable::printable_line;
use crate::ui::terminal::message::of_plugin;

/// Returns the finding, and until when and why it is accepted.
pub(crate) fn accepted(finding: &AcceptedFinding) -> String {
    let AcceptedFinding { plugin: _, code, message, place, comment } = finding;
    let AllowComment { line, until, reason, .. } = comment;
    let script = place.file.as_deref().unwrap_or(&place.revision);
    let until = until.as_deref().map(|until| format!(" until {until}")).unwrap_or_default();
    let reason = reason.as_deref().map(|reason| format!(": {}", printable_line(reason))).unwrap_or_default();
    format!(
        "{} ({}), accepted{until} by the comment in {}:{line}{reason}",
        of_plugin(message),
        printable_line(code),
        printable_line(script)
    )
}
