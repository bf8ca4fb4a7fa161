//! Secrets among the literals of SQL statements: keys of databases, arguments of functions, values
//! of columns with secret names.

use std::ops::Range;

use super::literal;
use super::placeholder::is_secret;
use super::reach::{READ, gap};
use crate::support::redact::names;

/// The place of a secret behind the beginning of a statement.
#[derive(Clone, Copy)]
pub(super) enum Form {
    /// `PRAGMA key = '…'`: the next literal.
    Value,
    /// `ATTACH 'file' AS x KEY '…'`: the literal behind `KEY`.
    Key,
    /// `crypt('…', …)`: an argument of a function.
    Argument(usize),
    /// `set_config('app.secret', '…', false)`: the second argument if the first is a secret name.
    Setting,
    /// `INSERT INTO users (name, password) VALUES ('a', '…')`: the values of such columns.
    Row,
}

/// Returns the last secret of a statement, and adds the others to `found`.
pub(super) fn find(
    text: &[u8],
    anchor: Range<usize>,
    form: Form,
    found: &mut Vec<Range<usize>>,
) -> Option<Range<usize>> {
    let at = anchor.end;
    let is_in_word = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_';
    if text[..anchor.start].last().is_some_and(is_in_word) {
        return None;
    }
    let mut secrets = match form {
        Form::Value => {
            let sign = gap(text, at);
            matches!(text.get(sign), Some(b'=' | b'('))
                .then(|| literal_at(text, gap(text, sign + 1)))?
                .into_iter()
                .collect()
        }
        Form::Key => vec![key(text, at)?],
        Form::Argument(index) => {
            items(text, at).0.get(index).and_then(|item| literal_of(text, item)).into_iter().collect()
        }
        Form::Setting => {
            let (arguments, _) = items(text, at);
            let [name, value, ..] = &arguments[..] else { return None };
            let name = literal_of(text, name)?;
            let is_named = std::str::from_utf8(&text[name]).is_ok_and(names::is_secret);
            is_named.then(|| literal_of(text, value)).flatten().into_iter().collect()
        }
        Form::Row => row(text, at),
    };
    secrets.retain(|place| is_secret(&text[place.clone()]));
    let last = secrets.pop();
    found.extend(secrets);
    last
}

fn literal_at(text: &[u8], at: usize) -> Option<Range<usize>> {
    literal::quoted(text, at + literal::prefix(text.get(at..)?))
}

/// Returns the content of an item that is a literal and nothing else.
fn literal_of(text: &[u8], item: &Range<usize>) -> Option<Range<usize>> {
    let place = literal_at(text, gap(text, item.start))?;
    (place.end <= item.end).then_some(place)
}

/// Returns the literal behind the word `KEY`, in the same statement.
fn key(text: &[u8], at: usize) -> Option<Range<usize>> {
    let end = text.len().min(at + READ);
    let statement = &text[at..end];
    let statement = &statement[..statement.iter().position(|byte| *byte == b';').unwrap_or(statement.len())];
    let lower = statement.to_ascii_lowercase();
    let word = memchr::memmem::find(&lower, b" key ")?;
    literal_at(text, gap(text, at + word + 5))
}

/// Returns the values of columns with secret names, in each row.
fn row(text: &[u8], at: usize) -> Vec<Range<usize>> {
    let limit = text.len().min(at + READ);
    let Some(open) = text[at..limit].iter().position(|byte| matches!(byte, b'(' | b';')) else { return Vec::new() };
    let (columns, end) = items(text, at + open + 1);
    let is_secret_column = |column: &Range<usize>| {
        let name = text[column.clone()].trim_ascii();
        let name = name.strip_prefix(b"\"").or_else(|| name.strip_prefix(b"`")).unwrap_or(name);
        let name = name.strip_suffix(b"\"").or_else(|| name.strip_suffix(b"`")).unwrap_or(name);
        std::str::from_utf8(name).is_ok_and(names::is_secret)
    };
    let secret: Vec<_> = columns.iter().map(is_secret_column).collect();
    let mut at = gap(text, end);
    if !secret.contains(&true) || !text[at..].get(..6).is_some_and(|word| word.eq_ignore_ascii_case(b"values")) {
        return Vec::new();
    }
    at = gap(text, at + 6);
    let mut found = Vec::new();
    while text.get(at) == Some(&b'(') {
        let (values, end) = items(text, at + 1);
        let of_secret = values.iter().zip(&secret).filter(|(_, is_secret)| **is_secret);
        found.extend(of_secret.filter_map(|(value, _)| literal_of(text, value)));
        at = gap(text, end);
        if text.get(at) != Some(&b',') {
            break;
        }
        at = gap(text, at + 1);
    }
    found
}

/// Returns the items of a list behind its bracket, and the place behind the closing one.
fn items(text: &[u8], start: usize) -> (Vec<Range<usize>>, usize) {
    let limit = text.len().min(start + READ);
    let (mut items, mut item, mut depth, mut at) = (Vec::new(), start, 0_usize, start);
    while at < limit {
        match text[at] {
            b'(' => depth += 1,
            b')' if depth == 0 => {
                items.push(item..at);
                return (items, at + 1);
            }
            b')' => depth -= 1,
            b',' if depth == 0 => {
                items.push(item..at);
                item = at + 1;
            }
            b'\'' | b'"' | b'`' => {
                if let Some(place) = literal::quoted(text, at) {
                    at = place.end.min(limit);
                }
            }
            _ => {}
        }
        at += 1;
    }
    (items, limit)
}
