//! The answers to a command line that runs no command: help, the version, and errors of usage.

use std::borrow::Cow;

use clap::builder::StyledStr;
use clap::error::{ContextKind, ContextValue};

use crate::support::exit::Exit;
use crate::support::io_error::StdoutError;
use crate::support::printable::printable_line;
use crate::ui;

/// Prints the help or the version on stdout, or the error on stderr.
pub(super) fn answer(error: clap::Error) -> Result<Exit, StdoutError> {
    let is_error = error.use_stderr();
    let text = harmless(error).render().ansi().to_string();
    if is_error {
        ui::report(text.trim_end());
        return Ok(Exit::Usage);
    }
    ui::print_report(text.trim_end())?;
    Ok(Exit::Success)
}

/// Returns a tip as it is, or without colours where it quotes an unsafe argument.
fn plain(text: &StyledStr) -> StyledStr {
    match printable_line(&text.to_string()) {
        Cow::Borrowed(_) => text.clone(),
        Cow::Owned(escaped) => escaped.into(),
    }
}

/// Escapes the arguments that the error quotes.
fn harmless(mut error: clap::Error) -> clap::Error {
    let escaped = |text: &String| printable_line(text).into_owned();
    let quoted: Vec<(ContextKind, ContextValue)> = error
        .context()
        .filter_map(|(kind, value)| match value {
            ContextValue::String(text) => Some((kind, ContextValue::String(escaped(text)))),
            ContextValue::Strings(texts) => Some((kind, ContextValue::Strings(texts.iter().map(escaped).collect()))),
            ContextValue::StyledStr(text) => Some((kind, ContextValue::StyledStr(plain(text)))),
            ContextValue::StyledStrs(texts) => {
                Some((kind, ContextValue::StyledStrs(texts.iter().map(plain).collect())))
            }
            _ => None,
        })
        .collect();
    for (kind, value) in quoted {
        error.insert(kind, value);
    }
    error
}
