//! Messages for a person, on stderr. Colours are used only on a terminal.

use anstyle::{AnsiColor, Style};

use crate::support::redact::redact_free;

const ERROR: Style = AnsiColor::Red.on_default().bold();
const WARNING: Style = AnsiColor::Yellow.on_default().bold();
const HINT: Style = AnsiColor::Cyan.on_default().bold();
const STATUS: Style = AnsiColor::Green.on_default().bold();

pub(crate) fn error(message: &str) {
    labelled(ERROR, "error", message);
}

pub(crate) fn warning(message: &str) {
    labelled(WARNING, "warning", message);
}

/// Shows the next step, after a blank line.
pub(crate) fn hint(message: &str) {
    anstream::eprintln!();
    labelled(HINT, "hint", message);
}

pub(crate) fn note(message: &str) {
    labelled(Style::new().bold(), "note", message);
}

/// Shows that something was done.
pub(crate) fn status(verb: &str, what: &str) {
    anstream::eprintln!("{STATUS}{verb}{STATUS:#} {}", redact_free(what));
}

fn labelled(style: Style, label: &str, message: &str) {
    let shown = redact_free(message.trim_end());
    let indented = shown.replace('\n', "\n  ");
    anstream::eprintln!("{style}{label}{style:#}: {indented}");
}
