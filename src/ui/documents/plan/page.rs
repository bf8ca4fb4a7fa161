//! Lines for a terminal: indented, coloured, and wrapped to its width. Lines for other outputs are
//! not wrapped, because CI logs are searched.

use std::io::IsTerminal;

use anstyle::Style;
use unicode_width::UnicodeWidthStr as _;

use crate::support::printable::printable;
use crate::ui::terminal::screen_text::ScreenText;

/// The longest line. Longer lines are hard to read on any terminal.
const WIDEST: usize = 120;
/// The narrowest terminal for which lines are wrapped.
const NARROWEST: usize = 40;

/// Returns the width at which lines wrap; none if the stream is not a terminal.
pub(crate) fn width_of<S>(stream: &S) -> Option<usize>
where
    S: IsTerminal + StreamSize,
{
    let width = stream.is_terminal().then(|| stream.columns())??;
    (width >= NARROWEST).then_some(width.min(WIDEST))
}

/// A stream that may be a terminal with a width.
pub(crate) trait StreamSize {
    fn columns(&self) -> Option<usize>;
}

#[cfg(unix)]
impl<S: std::os::fd::AsFd> StreamSize for S {
    fn columns(&self) -> Option<usize> {
        terminal_size::terminal_size_of(self).map(|(width, _)| width.0.into())
    }
}

#[cfg(windows)]
impl<S: std::os::windows::io::AsHandle> StreamSize for S {
    fn columns(&self) -> Option<usize> {
        terminal_size::terminal_size_of(self).map(|(width, _)| width.0.into())
    }
}

pub(crate) struct Page {
    width: Option<usize>,
    text: ScreenText,
}

impl Page {
    pub(crate) fn new(width: Option<usize>) -> Self {
        Self { width, text: ScreenText::default() }
    }

    /// Adds a line: an indent, a mark and a text. Continuation lines align with the first word.
    pub(crate) fn line(&mut self, indent: usize, mark: &str, style: Style, text: &str) {
        // Without a mark, continuation lines are indented, so that foreign text never looks like a
        // line of lback.
        let hang = if mark.is_empty() { indent + 2 } else { indent + mark.width() };
        let (mut at, mut mark) = (indent, mark);
        for line in printable(text).lines() {
            for line in broken(line, at + mark.width(), hang, self.width) {
                self.push(at, style, &format!("{mark}{line}"));
                (at, mark) = (hang, "");
            }
        }
    }

    /// Adds lines that are never wrapped.
    pub(crate) fn verbatim(&mut self, indent: usize, style: Style, text: &str) {
        for line in text.lines() {
            match line.trim_end() {
                "" => self.blank(),
                line => self.push(indent, style, line),
            }
        }
    }

    pub(crate) fn blank(&mut self) {
        self.text.new_line();
    }

    fn push(&mut self, indent: usize, style: Style, line: &str) {
        self.text.push(Style::new(), &" ".repeat(indent));
        self.text.push(style, line);
        self.text.new_line();
    }

    pub(crate) fn finish(self) -> ScreenText {
        self.text.trimmed()
    }
}

/// Returns the parts of a line that fit. A word longer than a line stays whole, so that a path can
/// be copied.
fn broken(line: &str, first: usize, next: usize, width: Option<usize>) -> Vec<String> {
    let Some(width) = width else { return vec![line.to_owned()] };
    let mut lines = Vec::new();
    let (mut current, mut left) = (String::new(), width.saturating_sub(first));
    for word in line.split(' ') {
        let more = if current.is_empty() { word.width() } else { word.width() + 1 };
        if more > left && !current.is_empty() {
            lines.push(std::mem::take(&mut current));
            left = width.saturating_sub(next);
        }
        if !current.is_empty() {
            current.push(' ');
            left = left.saturating_sub(1);
        }
        current.push_str(word);
        left = left.saturating_sub(word.width());
    }
    lines.push(current);
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_broken_between_words_where_they_must() {
        assert_eq!(broken("one two three", 2, 4, Some(12)), ["one two", "three"]);
        assert_eq!(broken("日本 日本 日本", 0, 0, Some(9)), ["日本 日本", "日本"]);
        assert_eq!(broken("a/very/long/path is whole", 0, 0, Some(8)), ["a/very/long/path", "is whole"]);
        assert_eq!(broken("one two three", 2, 4, None), ["one two three"]);
    }

    #[test]
    fn what_a_line_continues_on_is_deeper() {
        let mut page = Page::new(Some(14));
        page.line(0, "", Style::new(), "one two three four");
        page.line(2, "! ", Style::new(), "one two three\nfour");
        page.verbatim(2, Style::new(), "one two three four\n\nfive");
        assert_eq!(
            page.finish().as_str(),
            "one two three\n  four\n  ! one two\n    three\n    four\n  one two three four\n\n  five"
        );
    }
}
