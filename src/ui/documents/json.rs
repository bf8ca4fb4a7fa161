//! Printing of one JSON document on stdout.

use std::borrow::Cow;
use std::fmt::Write as _;
use std::io;

use serde::Serialize;

use crate::support::printable::escaped;
use crate::ui::terminal::screen::print;

pub(crate) fn print_json(document: &impl Serialize) -> io::Result<()> {
    print(&harmless(&serde_json::to_string_pretty(document)?))
}

/// Escapes the characters that could control a terminal. JSON has them only in strings, where the
/// escaped form means the same.
pub(super) fn harmless(json: &str) -> Cow<'_, str> {
    let escape = |text: &mut String, character: char| {
        for unit in character.encode_utf16(&mut [0; 2]) {
            let _ = write!(text, "\\u{unit:04x}");
        }
    };
    escaped(json, |character| character == '\n', escape)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::support::printable::printable;

    #[test]
    fn a_document_cannot_steer_a_terminal() {
        let text = "a\u{9b}2J\u{202e}\u{e0041}\u{1b}ü\n";
        let json = harmless(&serde_json::to_string_pretty(&[text]).unwrap()).into_owned();
        assert_eq!(json, "[\n  \"a\\u009b2J\\u202e\\udb40\\udc41\\u001bü\\n\"\n]");
        assert_eq!(serde_json::from_str::<[String; 1]>(&json).unwrap(), [text]);
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 500, ..ProptestConfig::default() })]

        #[test]
        fn a_document_stays_what_it_is(text in "[a\u{300}-\u{310}\u{200b}\u{1b}\u{9b}\u{e0041}\"\\\\ü]{0,40}") {
            let json = harmless(&serde_json::to_string_pretty(&[&text]).unwrap()).into_owned();
            prop_assert_eq!(&printable(&json), &json, "the gate to the terminal changes nothing");
            prop_assert_eq!(serde_json::from_str::<[String; 1]>(&json).unwrap(), [text]);
        }
    }
}
