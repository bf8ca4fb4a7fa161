//! Converts the file's bytes to the raw types, and reports the parser's errors and everything that
//! the schema forbids, in one pass.
//!
//! Serde stops at the first error, but a user wants to see all of them. The parsed document is
//! therefore validated against the JSON Schema of the same types first. What doesn't match is
//! reported and removed, and the rest is deserialised, so that `resolve` can check it too.

mod advice;
mod document_path;
mod walk;

use serde::Deserialize;
use serde_json::Value;
use toml::{Spanned, de::DeTable};

use super::{
    fault::{Fault, Problem},
    raw::RawConfig,
};

const BYTE_ORDER_MARK: &[u8] = "\u{feff}".as_bytes();

/// Returns the text of the file, without a byte order mark.
pub(super) fn decode(bytes: &[u8]) -> Result<&str, Vec<Problem>> {
    let bytes = without_mark(bytes);
    str::from_utf8(bytes).map_err(|error| {
        // The lossy text has a replacement character at the first invalid byte.
        let start = error.valid_up_to();
        vec![Problem::new(start..start + char::REPLACEMENT_CHARACTER.len_utf8(), Fault::NotUtf8)]
    })
}

/// Returns the text of any file, as well as it can be shown.
pub(super) fn lossy(bytes: &[u8]) -> String {
    String::from_utf8_lossy(without_mark(bytes)).into_owned()
}

fn without_mark(bytes: &[u8]) -> &[u8] {
    bytes.strip_prefix(BYTE_ORDER_MARK).unwrap_or(bytes)
}

/// Reads the part of `text` that matches `schema`, and returns the problems of the rest.
pub(super) fn read(text: &str, schema: &Value) -> (RawConfig, Vec<Problem>) {
    let (document, errors) = DeTable::parse_recoverable(text);
    if !errors.is_empty() {
        // Values that the parser made up to continue would only cause more errors, and so do the
        // lines of a merge conflict.
        let conflicts = merge_conflicts(text);
        let problems =
            if conflicts.is_empty() { errors.iter().map(|error| syntax(error, text)).collect() } else { conflicts };
        return (RawConfig::default(), problems);
    }
    let span = document.span();
    let (document, mut problems) = walk::fit(document, schema);
    let raw = RawConfig::deserialize(toml::de::Deserializer::from(Spanned::new(span.clone(), document)))
        .unwrap_or_else(|error| {
            let fault = Fault::Other { message: error.message().to_owned() };
            problems.push(Problem::new(error.span().unwrap_or(span), fault));
            RawConfig::default()
        });
    (raw, problems)
}

/// Returns the conflicts that a merge left in the text: where the line with `<<<<<<<` is.
fn merge_conflicts(text: &str) -> Vec<Problem> {
    let mut conflicts = Vec::new();
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        if line.starts_with("<<<<<<<") {
            let end = start + line.trim_end().len();
            conflicts.push(Problem::new(start..end, Fault::MergeConflict));
        }
        start += line.len();
    }
    conflicts
}

fn syntax(error: &toml::de::Error, text: &str) -> Problem {
    let span = error.span().unwrap_or(text.len()..text.len());
    Problem::new(span, Fault::Syntax { message: error.message().to_owned() })
}
