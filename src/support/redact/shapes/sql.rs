//! Passwords in statements about users: `IDENTIFIED BY '…'`, `SET PASSWORD FOR user = '…'`.

use std::ops::Range;

use super::literal;
use super::reach::gap;

/// The most words between `IDENTIFIED` and a password: `WITH plugin BY PASSWORD`.
const MOST_WORDS: usize = 8;
/// The longest name of a user between `PASSWORD FOR` and the password.
const LONGEST_USER: usize = 256;

/// Returns the password after `IDENTIFIED`, and adds further ones of the same clause to `found`.
pub(super) fn identified(text: &[u8], anchor: Range<usize>, found: &mut Vec<Range<usize>>) -> Option<Range<usize>> {
    // A sentence may have the word too: "no revision identified by 'x'".
    if !follows_user(&text[..anchor.start]) && text[anchor.clone()].iter().any(u8::is_ascii_lowercase) {
        return None;
    }
    let mut at = anchor.end;
    let mut last = None;
    let mut value_follows = false;
    for _ in 0..MOST_WORDS {
        let start = gap(text, at);
        if start == at && !matches!(text.get(at), Some(b'(' | b'\'' | b'"')) {
            break;
        }
        let word = word(text, start);
        let is_any = |words: &[&str]| words.iter().any(|known| word.eq_ignore_ascii_case(known.as_bytes()));
        if is_any(&["by", "as", "using", "replace"]) {
            value_follows = true;
            at = start + word.len();
        } else if value_follows && is_any(&["password", "values", "random"]) {
            at = start + word.len();
            at += usize::from(text.get(at) == Some(&b'('));
        } else if value_follows {
            let value = literal::value(text, start)?;
            at = (value.end + 1).min(text.len());
            found.extend(last.replace(value));
            value_follows = false;
        } else if let Some(name) = literal::quoted(text, start) {
            at = (name.end + 1).min(text.len());
        } else if word.is_empty() {
            break;
        } else {
            at = start + word.len();
        }
    }
    last
}

/// Returns whether a statement about a user or a role ends here.
fn follows_user(text: &[u8]) -> bool {
    let near = text[text.len().saturating_sub(LONGEST_USER)..].to_ascii_lowercase();
    [&b"user "[..], b"role ", b"grant ", b"link "].iter().any(|word| memchr::memmem::find(&near, word).is_some())
}

/// Returns the password of `PASSWORD FOR user = '…'` or `… TO '…'`, where `at` is the end of the
/// word `PASSWORD`.
pub(super) fn of_user(text: &[u8], at: usize, name: &str) -> Option<Range<usize>> {
    let start = gap(text, at);
    if !name.eq_ignore_ascii_case("password") || start == at || !word(text, start).eq_ignore_ascii_case(b"for") {
        return None;
    }
    let rest = &text[start..text.len().min(start + LONGEST_USER)];
    let sign = rest.iter().position(|byte| matches!(byte, b'=' | b';' | b'\n'))?;
    if rest[sign] != b'=' {
        return None;
    }
    let mut value = gap(text, start + sign + 1);
    if word(text, value).to_ascii_lowercase().ends_with(b"password") {
        value = gap(text, value + word(text, value).len());
        value += usize::from(text.get(value) == Some(&b'('));
    }
    literal::value(text, value)
}

fn word(text: &[u8], at: usize) -> &[u8] {
    let length = text[at..].iter().take(64).take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'_').count();
    &text[at..at + length]
}
