//! Messages of Python and of drivers that quote a part of a URL that they can't read.

use std::ops::Range;

use super::literal;

/// The condition under which a quoted text is secret.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Quote {
    /// Any text: the message always quotes a part that can't be read.
    Always,
    /// The text has an `@`, without which it has no password.
    WithAt,
}

/// Returns the quoted text at `at`.
pub(super) fn find(text: &[u8], at: usize, quote: Quote) -> Option<Range<usize>> {
    let place = literal::quoted(text, at)?;
    let content = &text[place.clone()];
    (quote == Quote::Always || content.contains(&b'@')).then_some(place).filter(|place| !place.is_empty())
}
