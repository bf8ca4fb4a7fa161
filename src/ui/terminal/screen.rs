//! The one way to stdout and stderr for everything that lback itself writes.
//!
//! Each text goes out in one write. Data that can't be written to stdout is an error. A message
//! that can't be written to stderr is lost: there is no other place for it.

use std::borrow::Cow;
use std::io::{self, Write as _};

use anstream::adapter::strip_str;
use anstream::stream::RawStream;
use anstream::{AutoStream, ColorChoice};

use super::screen_text::ScreenText;
use crate::support::standard_stream::StandardStream;

/// Writes data to stdout, and a line break.
pub(crate) fn print(text: &str) -> io::Result<()> {
    print_text(&ScreenText::plain(text))
}

/// Writes data to stdout, and a line break. Colours are used only on a terminal.
pub(crate) fn print_text(text: &ScreenText) -> io::Result<()> {
    write_line(StandardStream::Stdout, &in_color(&io::stdout(), text))
}

/// Writes the output of a renderer that escapes its own input to stdout, and a line break.
pub(crate) fn print_report(report: &str) -> io::Result<()> {
    print_text(&ScreenText::rendered(report))
}

/// Writes a message to stderr, and a line break. Colours are used only on a terminal.
pub(crate) fn message(text: &ScreenText) {
    let _ = write_line(StandardStream::Stderr, &in_color(&io::stderr(), text));
}

fn in_color<'a>(stream: &impl RawStream, text: &'a ScreenText) -> Cow<'a, str> {
    match AutoStream::choice(stream) {
        ColorChoice::Never => strip_str(text.as_str()).to_string().into(),
        _ => text.as_str().into(),
    }
}

fn write_line(mut stream: StandardStream, text: &str) -> io::Result<()> {
    stream.write_all(format!("{text}\n").as_bytes())
}
