//! Text that may be shown on a terminal: its only control sequences are colours of lback.

use std::fmt::Write as _;

use anstyle::Style;

use crate::support::printable::printable;

/// A text in which everything but lback's own colours is escaped.
#[derive(Debug, Default)]
pub(crate) struct ScreenText(String);

impl ScreenText {
    /// Makes a text without colours.
    pub(crate) fn plain(text: &str) -> Self {
        Self(printable(text).into_owned())
    }

    /// Makes a text of the output of a renderer that escapes its own input: its colours stay.
    pub(crate) fn rendered(text: &str) -> Self {
        let mut rest = text;
        let mut clean = String::with_capacity(text.len());
        while let Some(start) = rest.find("\u{1b}[") {
            let (before, sequence) = rest.split_at(start);
            let end = color_end(sequence).unwrap_or(1);
            clean.push_str(&printable(before));
            clean.push_str(&if end > 1 { sequence[..end].into() } else { printable(&sequence[..end]) });
            rest = &sequence[end..];
        }
        clean.push_str(&printable(rest));
        Self(clean)
    }

    /// Appends a text in a style.
    pub(crate) fn push(&mut self, style: Style, text: &str) {
        let _ = write!(self.0, "{style}{}{style:#}", printable(text));
    }

    pub(crate) fn new_line(&mut self) {
        self.0.push('\n');
    }

    /// Returns the text without blank lines at its end.
    pub(crate) fn trimmed(mut self) -> Self {
        self.0.truncate(self.0.trim_end().len());
        self
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

/// Returns the end of a sequence that sets a colour; none for any other sequence.
fn color_end(sequence: &str) -> Option<usize> {
    let parameters = sequence.strip_prefix("\u{1b}[")?;
    let end = parameters.find(|character: char| !character.is_ascii_digit() && character != ';')?;
    parameters[end..].starts_with('m').then_some(2 + end + 1)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn colours_of_a_renderer_stay_and_nothing_else_does() {
        let text = ScreenText::rendered("\u{1b}[1;31merror\u{1b}[0m: a\u{1b}[2Jb\u{1b}]0;c\u{7}\u{1b}[31");
        assert_eq!(text.as_str(), "\u{1b}[1;31merror\u{1b}[0m: a\\u{1b}[2Jb\\u{1b}]0;c\\u{7}\\u{1b}[31");
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 500, ..ProptestConfig::default() })]

        #[test]
        fn only_colours_are_left_of_any_text(text in "([\u{1b}\u{9b}\\[0-9;mJHa\n]|\u{1b}\\[31m){0,40}") {
            let text = text.as_str();
            let shown = anstream::adapter::strip_str(ScreenText::rendered(text).as_str()).to_string();
            let is_harmless = |character: char| character == '\n' || !character.is_control();
            prop_assert!(shown.chars().all(is_harmless));
            let plain = ScreenText::plain(text);
            let escapes = plain.as_str().matches(['\u{1b}', '\u{9b}']).count();
            prop_assert_eq!(escapes, 0);
        }
    }
}
