//! Printing of one JSON document on stdout.

use std::fmt::Write as _;
use std::io;

use anstream::println;
use serde::Serialize;

use crate::support::printable::is_unsafe;

pub(crate) fn print_json(document: &impl Serialize) -> io::Result<()> {
    println!("{}", harmless(&serde_json::to_string_pretty(document)?));
    Ok(())
}

/// Escapes the characters that could control a terminal. JSON has them only in strings, where the
/// escaped form means the same.
fn harmless(json: &str) -> String {
    let mut text = String::with_capacity(json.len());
    for character in json.chars() {
        if is_unsafe(character) && character != '\n' {
            for unit in character.encode_utf16(&mut [0; 2]) {
                let _ = write!(text, "\\u{unit:04x}");
            }
        } else {
            text.push(character);
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_document_cannot_steer_a_terminal() {
        let text = "a\u{9b}2J\u{202e}\u{e0041}\u{1b}ü\n";
        let json = harmless(&serde_json::to_string_pretty(&[text]).unwrap());
        assert_eq!(json, "[\n  \"a\\u009b2J\\u202e\\udb40\\udc41\\u001bü\\n\"\n]");
        assert_eq!(serde_json::from_str::<[String; 1]>(&json).unwrap(), [text]);
    }
}
