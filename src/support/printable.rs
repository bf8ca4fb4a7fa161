//! Makes text of others (plugins, scripts, names in a database) harmless for a terminal.

use std::borrow::Cow;

/// Returns whether a character is a control character, or reorders or hides the text around it.
pub(crate) fn is_unsafe(character: char) -> bool {
    character.is_control()
        || matches!(
            character,
            '\u{061C}' | '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{2069}' | '\u{FEFF}' | '\u{E0000}'..='\u{E007F}'
        )
}

/// Returns the text with unsafe characters escaped, except line breaks and tabs.
pub(crate) fn printable(text: &str) -> Cow<'_, str> {
    escaped(text, |character| !matches!(character, '\n' | '\t'))
}

/// Returns a name, or a text of one line, with unsafe characters escaped.
pub(crate) fn printable_line(text: &str) -> Cow<'_, str> {
    escaped(text, |_| true)
}

fn escaped(text: &str, applies: impl Fn(char) -> bool) -> Cow<'_, str> {
    let must_go = |character: char| is_unsafe(character) && applies(character);
    if !text.contains(must_go) {
        return Cow::Borrowed(text);
    }
    let mut clean = String::with_capacity(text.len() + 16);
    for character in text.chars() {
        if must_go(character) {
            clean.extend(character.escape_unicode());
        } else {
            clean.push(character);
        }
    }
    Cow::Owned(clean)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_steers_a_terminal_is_written_out() {
        assert_eq!(printable("a\u{1b}[31mb\nc\td\u{202e}e"), "a\\u{1b}[31mb\nc\td\\u{202e}e");
        assert_eq!(printable_line("a\nb\u{9b}2J\u{e0041}"), "a\\u{a}b\\u{9b}2J\\u{e0041}");
        assert!(matches!(printable("naïve — 日本"), Cow::Borrowed("naïve — 日本")));
    }
}
