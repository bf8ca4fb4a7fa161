//! Values as they are written: quoted, in brackets, or bare.

use std::ops::Range;

use super::placeholder::is_secret;
use super::quotes;
use super::reach::READ;
use crate::support::redact::strength::{Strength, strength};

/// The shortest word after a colon that is a secret because of its letters and digits.
const SHORTEST_UNLIKE_PROSE: usize = 10;

/// Returns the content of a value that starts at `at`.
pub(super) fn value(text: &[u8], at: usize) -> Option<Range<usize>> {
    let start = at + usize::from(matches!(text.get(at..at + 2), Some([b'(', b'\'' | b'"'])));
    let start = start + prefix(&text[start..]);
    let place = match quoted(text, start) {
        Some(place) => place.start..end_of_continued(text, place.end),
        None => bare(text, at)?,
    };
    is_secret(&text[place.clone()]).then_some(place)
}

/// Returns the content of a literal in quotes, dollar quotes or brackets.
pub(super) fn quoted(text: &[u8], at: usize) -> Option<Range<usize>> {
    let rest = &text[at..text.len().min(at + READ)];
    let (start, length) = match rest.first()? {
        quote @ (b'\'' | b'"' | b'`') => quotes::content(rest, *quote),
        b'\\' if matches!(rest.get(1), Some(b'\'' | b'"')) => (2, until_escaped_quote(&rest[2..], rest[1])),
        b'{' => (1, quotes::until_quote(&rest[1..], b'}')),
        b'$' => {
            let tag = rest[1..].iter().take(63).position(|&byte| byte == b'$')? + 2;
            rest[1..tag - 1].iter().all(|byte| byte.is_ascii_alphanumeric() || *byte == b'_').then_some(())?;
            match memchr::memmem::find(&rest[tag..], &rest[..tag]) {
                Some(length) => (tag, length),
                // A text that was cut, or a value with these signs.
                None => (0, rest.len()),
            }
        }
        _ => return None,
    };
    Some(at + start..at + start + length)
}

/// Returns whether the word at `at` is rare in sentences: it is long, and has digits and letters.
pub(super) fn is_unlike_prose(text: &[u8], at: usize) -> bool {
    let rest = &text[at..text.len().min(at + READ)];
    let word = rest.split(u8::is_ascii_whitespace).next().unwrap_or_default();
    let is_mixed = word.iter().any(u8::is_ascii_digit) && word.iter().any(u8::is_ascii_alphabetic);
    word.len() >= SHORTEST_UNLIKE_PROSE && is_mixed
}

/// Returns the end of a literal that goes on in the next line: `'abc'`, a line break, `'def'`.
fn end_of_continued(text: &[u8], end: usize) -> usize {
    let mut end = end;
    while text.get(end) == Some(&b'\'') {
        let gap = text[end + 1..].iter().take(64).take_while(|byte| byte.is_ascii_whitespace()).count();
        let next = end + 1 + gap;
        if !text[end + 1..next].contains(&b'\n') || text.get(next) != Some(&b'\'') {
            break;
        }
        end = next + 1 + quotes::until_quote(&text[next + 1..text.len().min(next + READ)], b'\'');
    }
    end
}

/// Returns the length of the letters before a quote: `E'…'`, `N'…'`, `U&'…'`, `rb'…'`.
pub(super) fn prefix(text: &[u8]) -> usize {
    let letters = text.iter().take(3).take_while(|byte| byte.is_ascii_alphabetic() || **byte == b'&').count();
    if matches!(text.get(letters), Some(b'\'' | b'"')) { letters } else { 0 }
}

/// Returns the length up to a quote that is escaped as the opening one was.
fn until_escaped_quote(text: &[u8], quote: u8) -> usize {
    let line = text.iter().position(|&byte| byte == b'\n').unwrap_or(text.len());
    text[..line].windows(2).position(|two| two == [b'\\', quote]).unwrap_or(line)
}

/// Returns a value without quotes. It ends at a space; at a `&`, `;` or `,` that separates it from
/// another parameter; at a quote or a bracket that closes what is around it.
fn bare(text: &[u8], start: usize) -> Option<Range<usize>> {
    let rest = &text[start..text.len().min(start + READ)];
    if matches!(rest.first()?, b',' | b';' | b')') {
        return None;
    }
    let mut at = 0;
    while let Some(&byte) = rest.get(at) {
        let ends = match byte {
            // An escaped space belongs to the value (libpq).
            b'\\' => {
                at += usize::from(rest.get(at + 1).is_some_and(|next| *next != b'\n'));
                false
            }
            b'\'' | b'"' | b'`' | b')' | b']' | b'}' | b'>' => is_closing(&rest[at + 1..]),
            // A value may start with `&` too.
            b'&' if at == 0 => rest.len() == 1 || is_parameter(&rest[1..]),
            b'&' | b';' | b',' => separates(byte, &rest[at + 1..]),
            _ => byte.is_ascii_whitespace() || byte.is_ascii_control(),
        };
        if ends {
            break;
        }
        at += 1;
    }
    let value = &rest[..at.min(rest.len())];
    // A list, a tag such as `<none>`, a frame, an operator.
    let is_other = match value.first()? {
        b'[' | b'<' | b'(' => {
            let is_attached = rest[0] == b'(' && start.checked_sub(1).is_some_and(|before| text[before] == b'=');
            let is_closed = matches!(rest.get(value.len()), Some(b']' | b'>'));
            let is_strong = std::str::from_utf8(&value[1..]).is_ok_and(is_unlike_a_word);
            is_closed || !(is_strong || is_attached && !value[1..].eq_ignore_ascii_case(b"select"))
        }
        _ => !value.iter().any(u8::is_ascii_alphanumeric) && value.is_ascii(),
    };
    (!is_other).then_some(start..start + value.len())
}

fn is_unlike_a_word(text: &str) -> bool {
    !text.starts_with("secret ") && strength(text) == Some(Strength::Strong)
}

fn is_closing(after: &[u8]) -> bool {
    after.first().is_none_or(|byte| !byte.is_ascii_alphanumeric() || *byte == b'\\')
}

/// Returns whether a text starts with a name and `=`.
fn is_parameter(text: &[u8]) -> bool {
    let name = text.iter().take(64).take_while(|byte| is_in_name(**byte)).count();
    name > 0 && text.get(name) == Some(&b'=')
}

/// Returns whether another parameter follows, or nothing does.
fn separates(sign: u8, after: &[u8]) -> bool {
    let after = after.strip_prefix(b" ").unwrap_or(after);
    // `User Id=…` is a name of ODBC.
    let is_in_name = |byte: &&u8| is_in_name(**byte) || (sign == b';' && **byte == b' ');
    let name = after.iter().take(64).take_while(is_in_name).count();
    let spaces = after[name..].iter().take(4).take_while(|byte| **byte == b' ').count();
    match after.get(name + spaces) {
        None => name + spaces == after.len(),
        Some(b'=' | b':') => name > 0,
        Some(byte) => name == 0 && (byte.is_ascii_whitespace() || matches!(byte, b'\'' | b'"' | b'`' | b')' | b'}')),
    }
}

pub(super) fn is_in_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.')
}
