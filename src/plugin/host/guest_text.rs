//! Texts that come from a guest, or from a project's own files: made harmless before anyone sees
//! them.

use super::limits;
use crate::support::printable::is_unsafe;

/// A text from a guest, fit for a terminal, a log and a JSON document: cut to a sane length, with
/// control characters (which can move a terminal's cursor or recolour it) written out, except for
/// line breaks and tabs.
pub(in crate::plugin) fn printable(text: &str) -> String {
    let mut characters = text.chars();
    let mut clean = harmless(characters.by_ref().take(limits::TEXT_CHARS));
    if characters.next().is_some() {
        clean.push('…');
    }
    clean
}

/// Makes all of a text printable, for texts that are limited elsewhere.
pub(in crate::plugin) fn printable_whole(text: &str) -> String {
    harmless(text.chars())
}

fn harmless(characters: impl Iterator<Item = char>) -> String {
    let mut clean = String::with_capacity(characters.size_hint().0);
    for character in characters {
        match character {
            '\n' | '\t' => clean.push(character),
            '\r' => {}
            _ if is_unsafe(character) => clean.extend(character.escape_unicode()),
            _ => clean.push(character),
        }
    }
    clean
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn control_characters_are_written_out() {
        assert_eq!(printable("a\u{1b}[31mb\nc\td\r\u{202e}e"), "a\\u{1b}[31mb\nc\td\\u{202e}e");
        assert_eq!(printable("naïve — 日本"), "naïve — 日本");
    }

    #[test]
    fn long_texts_are_cut() {
        let cut = printable(&"ü".repeat(limits::TEXT_CHARS + 1));
        assert_eq!(cut.chars().count(), limits::TEXT_CHARS + 1);
        assert!(cut.ends_with("ü…"));
        let whole = "x".repeat(limits::TEXT_CHARS);
        assert_eq!(printable(&whole), whole);
        assert_eq!(printable_whole(&"ü\u{7}".repeat(limits::TEXT_CHARS)).chars().count(), 6 * limits::TEXT_CHARS);
    }
}
