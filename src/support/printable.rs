//! Makes text of others (plugins, scripts, names in a database) harmless for a terminal.
//!
//! Characters that control a terminal, that reorder the text around them or that have no shape are
//! written out, as `\u{1b}`. Unicode's own properties decide, so that no list has to be kept here.

use std::borrow::Cow;

use icu_properties::props::{
    BidiControl, DefaultIgnorableCodePoint, GeneralCategory, GeneralCategoryGroup, PrependedConcatenationMark,
};
use icu_properties::{CodePointMapData, CodePointSetData};

/// Characters that are letters, marks or symbols by their properties, and that fonts draw as
/// nothing: a joiner of Tifinagh, the place of an object, a joiner of Brahmi, blanks of Egyptian, a
/// filler of Khitan, and a note without a head; and the blank of Braille.
const WITHOUT_SHAPE: [char; 8] =
    [BRAILLE_BLANK, '\u{2d7f}', '\u{fffc}', '\u{1107f}', '\u{13441}', '\u{13442}', '\u{16fe4}', '\u{1d159}'];

const BRAILLE_BLANK: char = '\u{2800}';

/// The most marks on one character. Tibetan, which stacks the most, needs eight.
const MARKS: usize = 8;

/// Returns whether a character is a control character, reorders or hides the text around it, or has
/// no meaning in Unicode: that looks different in each font, or like nothing.
pub(crate) fn is_unsafe(character: char) -> bool {
    if character.is_ascii() { character.is_ascii_control() } else { is_control_or_invisible(character) }
}

fn is_control_or_invisible(character: char) -> bool {
    use GeneralCategory::{Control, LineSeparator, ParagraphSeparator, PrivateUse, Surrogate, Unassigned};

    let category = category(character);
    let is_sign = CodePointSetData::new::<PrependedConcatenationMark>().contains(character);
    matches!(category, Control | LineSeparator | ParagraphSeparator | PrivateUse | Surrogate | Unassigned)
        || category == GeneralCategory::Format && !is_sign
        || CodePointSetData::new::<DefaultIgnorableCodePoint>().contains(character)
        || CodePointSetData::new::<BidiControl>().contains(character)
        || WITHOUT_SHAPE.contains(&character)
}

/// Returns whether a reader may overlook a character in a name: an unsafe one, or a space other
/// than that of the keyboard.
pub(crate) fn is_overlooked_in_name(character: char) -> bool {
    is_unsafe(character) || character.is_whitespace() && character != ' '
}

/// Returns the text with unsafe characters escaped, except line breaks and tabs.
pub(crate) fn printable(text: &str) -> Cow<'_, str> {
    escaped(text, |character| matches!(character, '\n' | '\t'), write_escape)
}

/// Returns a name, or a text of one line, with unsafe characters escaped.
pub(crate) fn printable_line(text: &str) -> Cow<'_, str> {
    escaped(text, |_| false, write_escape)
}

/// Returns a text of several lines as [`printable`] does, with the lines after the first one
/// indented: none of them looks like a line of lback.
pub(crate) fn printable_lines(text: &str, indent: &str) -> String {
    printable(text.trim_end()).replace('\n', &format!("\n{indent}"))
}

fn write_escape(clean: &mut String, character: char) {
    clean.extend(character.escape_unicode());
}

/// Returns the text with each unsafe character, and each mark without a place, written by `escape`.
/// `keeps` names the unsafe characters that stay.
pub(crate) fn escaped(text: &str, keeps: impl Fn(char) -> bool, escape: impl Fn(&mut String, char)) -> Cow<'_, str> {
    if text.bytes().all(|byte| matches!(byte, b' '..=b'~') || keeps(byte.into())) {
        return Cow::Borrowed(text);
    }
    let mut marks = Marks::default();
    let must_go: Vec<_> = text.chars().map(|character| marks.is_one_too_many(character, &keeps)).collect();
    if !must_go.contains(&true) {
        return Cow::Borrowed(text);
    }
    let mut clean = String::with_capacity(text.len() + 16);
    for (character, must_go) in text.chars().zip(must_go) {
        if must_go {
            escape(&mut clean, character);
        } else {
            clean.push(character);
        }
    }
    Cow::Owned(clean)
}

/// The number of marks on the current character; none before the first character of a line, where
/// a mark would change the character that lback wrote before the text.
#[derive(Default)]
struct Marks(Option<usize>);

impl Marks {
    /// Returns whether a character is unsafe, or a mark without a place.
    fn is_one_too_many(&mut self, character: char, keeps: &impl Fn(char) -> bool) -> bool {
        if is_unsafe(character) {
            self.0 = None;
            return !keeps(character);
        }
        if !is_mark(character) {
            self.0 = Some(0);
            return false;
        }
        self.0 = self.0.map(|count| count + 1);
        self.0.is_none_or(|count| count > MARKS)
    }
}

/// Returns whether a character is drawn above, below or around the one before it.
fn is_mark(character: char) -> bool {
    !character.is_ascii() && GeneralCategoryGroup::Mark.contains(category(character))
}

fn category(character: char) -> GeneralCategory {
    CodePointMapData::<GeneralCategory>::new().get(character)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_steers_a_terminal_is_written_out() {
        assert_eq!(printable("a\u{1b}[31mb\nc\td\u{202e}e"), "a\\u{1b}[31mb\nc\td\\u{202e}e");
        assert_eq!(printable_line("a\nb\u{9b}2J\u{e0041}"), "a\\u{a}b\\u{9b}2J\\u{e0041}");
        assert!(matches!(printable("naïve — 日本"), Cow::Borrowed("naïve — 日本")));
    }

    #[test]
    fn what_cannot_be_seen_is_written_out() {
        for invisible in "\u{ad}\u{34f}\u{61c}\u{115f}\u{1160}\u{17b4}\u{180b}\u{180e}\u{200b}\u{200d}\u{2028}\u{2060}\
            \u{2064}\u{206a}\u{3164}\u{fe0f}\u{feff}\u{ffa0}\u{fff9}\u{1bca0}\u{1d173}\u{fffc}\u{1d159}\u{13441}\u{16fe4}\u{e0001}\u{e01ef}\u{e0fff}\u{2800}\u{e000}\u{fdd0}\u{ffff}\u{378}\u{10fffd}"
            .chars()
        {
            let expected = format!("a{}b", invisible.escape_unicode());
            assert_eq!(printable(&format!("a{invisible}b")), expected, "{expected}");
        }
    }

    #[test]
    fn marks_stay_on_their_character_and_do_not_pile_up() {
        for text in ["e\u{301}", "ཧྐྵྨླྺྼྻྂ", "שָׁ", "กิ่", "\u{600}1"] {
            assert_eq!(printable(text), text);
        }
        let pile = format!("e{}", "\u{301}".repeat(MARKS + 2));
        assert_eq!(printable(&pile), format!("e{}\\u{{301}}\\u{{301}}", "\u{301}".repeat(MARKS)));
        assert_eq!(printable("\u{338}name"), "\\u{338}name");
        assert_eq!(printable("a\n\u{20dd}b"), "a\n\\u{20dd}b");
    }

    #[test]
    fn no_line_of_a_text_begins_where_a_line_of_lback_does() {
        assert_eq!(printable_lines("a\nerror: b\n\n", "  "), "a\n  error: b");
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 2_000, ..ProptestConfig::default() })]

        #[test]
        fn any_text_is_harmless(text in any::<String>()) {
            let line = printable_line(&text);
            prop_assert!(!line.chars().any(is_unsafe));
            prop_assert_eq!(printable_line(&line), line.clone(), "escaping twice changes nothing");
        }

        #[test]
        fn a_pile_of_marks_is_limited(marks in "[\u{300}-\u{36f}a\u{20d0}-\u{20f0}\u{200b}\n]{0,60}") {
            let longest = printable(&marks)
                .split(|character| !is_mark(character))
                .map(|pile| pile.chars().count())
                .max();
            prop_assert!(longest.unwrap_or_default() <= MARKS);
        }

        #[test]
        fn text_without_unsafe_characters_stays(text in "[ -~à-öぁ-ん一-十\n\t]{0,80}") {
            prop_assert_eq!(printable(&text), text.as_str());
        }
    }
}
