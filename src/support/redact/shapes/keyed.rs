//! Values of parameters whose names say that they are secret: in DSNs, queries of URLs, JSON, SQL,
//! Python, ini files.

use std::ops::Range;

use super::literal::{self, is_in_name};
use super::placeholder::is_secret;
use super::reach::{READ, gap};
use super::sql;
use crate::support::redact::names;

/// The longest name of a parameter.
const LONGEST_NAME: usize = 64;

/// The sign between a name and its value.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Sign {
    Equals,
    Colon,
    /// `PASSWORD('…')`.
    Bracket,
    /// `PASSWORD '…'`, `--password …`.
    Space,
    /// `['--password', '…']`.
    Comma,
    /// `<password>…</password>`.
    Tag,
}

/// Returns the value of the parameter whose name has a part at `anchor`.
pub(super) fn find(text: &[u8], anchor: Range<usize>) -> Option<Range<usize>> {
    let name = name(text, anchor);
    let shown = std::str::from_utf8(&text[name.clone()]).ok()?;
    if !names::is_secret(shown) && shown != "PWD" {
        return None;
    }
    let quotes = text[name.end..].iter().take(3).take_while(|byte| matches!(byte, b'\'' | b'"' | b'`' | b'\\' | b']'));
    let quotes = quotes.count();
    if quotes == 0
        && let Some(value) = sql::of_user(text, name.end, shown)
    {
        return Some(value);
    }
    let (sign, at) = sign(text, name.end + quotes)?;
    if text.get(at).is_none_or(|byte| *byte == b'\n') {
        return None;
    }
    let has_literal = literal::quoted(text, at + literal::prefix(&text[at..])).is_some();
    let is_value = match sign {
        // `--secret =x` is a mistake that a message quotes.
        Sign::Equals => !shown.starts_with("--") || text[name.end] != b' ',
        Sign::Colon => has_literal || quotes > 0 || is_unlike_prose(shown) || literal::is_unlike_prose(text, at),
        Sign::Bracket => has_literal,
        Sign::Space if shown.starts_with("--") => quotes == 0 && text[at] != b'-' && is_option(shown),
        // In a sentence, a name in backticks may follow: "the secret `TOKEN`".
        Sign::Space => {
            let is_word = is_word_of_sql(shown) || matches!(shown, "SECRET" | "TOKEN");
            quotes == 0 && has_literal && text[at] != b'`' && is_word
        }
        Sign::Comma => has_literal && is_option(shown),
        Sign::Tag if text[..name.start].last() == Some(&b'<') => return tag(text, at),
        Sign::Tag => false,
    };
    let at = if shown.eq_ignore_ascii_case("authorization") { at + scheme(&text[at..]) } else { at };
    is_value.then(|| literal::value(text, at)).flatten()
}

/// Returns the whole name around a part of it.
fn name(text: &[u8], part: Range<usize>) -> Range<usize> {
    let before = text[..part.start].iter().rev().take(LONGEST_NAME).take_while(|byte| is_in_name(**byte)).count();
    let after = text[part.end..].iter().take(LONGEST_NAME).take_while(|byte| is_in_name(**byte)).count();
    part.start - before..part.end + after
}

/// Returns the sign at `at`, and where the value starts.
fn sign(text: &[u8], at: usize) -> Option<(Sign, usize)> {
    let after = gap(text, at);
    let rest = &text[after..];
    let (sign, length) = match rest {
        [b'=', b'>', ..] | [b':', b'=', ..] => (Sign::Equals, 2),
        [b'-', b'>', ..] => (Sign::Colon, 2),
        [b'>', ..] => (Sign::Tag, 1),
        // A value that starts with `=`, unless it is a comparison.
        [b'=', b'=', next, ..] if after == at && next.is_ascii_alphanumeric() => {
            return Some((Sign::Equals, after + 1));
        }
        [b'=', b'=', ..] | [b':', b':', ..] => return None,
        [b'=', ..] => (Sign::Equals, 1),
        [b':', ..] => (Sign::Colon, 1),
        [b'(', ..] => (Sign::Bracket, 1),
        [b',', ..] => (Sign::Comma, 1),
        _ if after > at => return Some((Sign::Space, after)),
        _ => return None,
    };
    Some((sign, gap(text, after + length)))
}

/// Returns the content of an element of XML.
fn tag(text: &[u8], at: usize) -> Option<Range<usize>> {
    let length = text[at..].iter().take(READ).position(|byte| *byte == b'<')?;
    is_secret(&text[at..at + length]).then_some(at..at + length)
}

/// Returns whether the next word is the value of an option. lback's own `--secret` has a name.
fn is_option(name: &str) -> bool {
    name.starts_with("--") && (is_word_of_sql(name) || name.ends_with("token"))
}

/// Returns whether statements have a literal after this word.
fn is_word_of_sql(name: &str) -> bool {
    ["password", "passwd", "passphrase", "pwd"].iter().any(|word| name.to_ascii_lowercase().ends_with(word))
}

/// Returns whether a name is rare in sentences, where a colon explains: "invalid token: x".
fn is_unlike_prose(name: &str) -> bool {
    !matches!(
        name.to_ascii_lowercase().as_str(),
        "token" | "secret" | "pass" | "credential" | "credentials" | "jwt" | "bearer" | "signature" | "sig"
    )
}

/// Returns the length of the scheme of an `Authorization` header.
fn scheme(text: &[u8]) -> usize {
    let word = text.iter().take(16).take_while(|byte| byte.is_ascii_alphabetic()).count();
    if word > 0 && text.get(word) == Some(&b' ') { word + 1 } else { 0 }
}
