//! Messages for a person, on stderr. Colours are used only on a terminal.
//!
//! Lines after the first one are indented, so that no text of others looks like a message of lback.
//! Those of texts of plugins are indented deeper than lback's own, such as the denials of an error.

use anstyle::{AnsiColor, Style};

use super::screen;
use super::screen_text::ScreenText;
use crate::support::printable::printable_lines;
use crate::support::redact::redact_free;

const ERROR: Style = AnsiColor::Red.on_default().bold();
const WARNING: Style = AnsiColor::Yellow.on_default().bold();
const HINT: Style = AnsiColor::Cyan.on_default().bold();
const STATUS: Style = AnsiColor::Green.on_default().bold();
const PLAIN: Style = Style::new();

pub(crate) fn error(message: &str) {
    screen::message(&labelled(ERROR, "error", message));
}

pub(crate) fn warning(message: &str) {
    screen::message(&labelled(WARNING, "warning", message));
}

/// Shows the next step, after a blank line.
pub(crate) fn hint(message: &str) {
    screen::message(&ScreenText::default());
    screen::message(&labelled(HINT, "hint", message));
}

pub(crate) fn note(message: &str) {
    screen::message(&labelled(Style::new().bold(), "note", message));
}

/// Shows that something was done.
pub(crate) fn status(verb: &str, what: &str) {
    let mut text = ScreenText::default();
    text.push(STATUS, verb);
    text.push(PLAIN, &format!(" {}", printable_lines(&redact_free(what), "  ")));
    screen::message(&text);
}

/// Shows that nothing had to be done.
pub(super) fn nothing(what: &str) {
    screen::message(&ScreenText::plain(&printable_lines(&redact_free(what), "  ")));
}

/// Shows the output of a renderer that escapes its own input.
pub(crate) fn report(report: &str) {
    screen::message(&ScreenText::rendered(report));
}

/// Shows lines without a label.
pub(crate) fn lines(lines: &[String]) {
    let lines: Vec<_> = lines.iter().map(|line| printable_lines(&redact_free(line), "    ")).collect();
    screen::message(&ScreenText::plain(&lines.join("\n  ")));
}

/// Returns a text of a plugin for use in a message. Its later lines are indented by four spaces in
/// all, because lback's own lines of a message have two.
pub(in crate::ui) fn of_plugin(text: &str) -> String {
    printable_lines(text, "  ")
}

fn labelled(style: Style, label: &str, message: &str) -> ScreenText {
    let mut text = ScreenText::default();
    text.push(style, label);
    text.push(PLAIN, &format!(": {}", printable_lines(&redact_free(message), "  ")));
    text
}
