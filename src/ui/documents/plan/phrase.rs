//! A line in which some words are foreign text. Each form of output escapes these in its own way.

use crate::support::printable::{printable, printable_line};

#[derive(PartialEq, Clone, Debug, Default)]
pub(crate) struct Phrase(Vec<Piece>);

#[derive(PartialEq, Clone, Debug)]
pub(crate) enum Piece {
    /// Text of lback, which needs no escaping.
    Ours(String),
    /// The name of a table, a revision or a file, on one line.
    Name(String),
    /// Foreign prose, as a docstring. Line breaks become spaces, so that no line of it looks like
    /// one of lback.
    Prose(String),
    /// Several foreign lines, as a policy's message. The form of output sets them apart.
    Lines(String),
}

impl Phrase {
    pub(crate) fn new(text: impl Into<String>) -> Self {
        Self::default().say(text)
    }

    pub(crate) fn say(mut self, text: impl Into<String>) -> Self {
        self.0.push(Piece::Ours(text.into()));
        self
    }

    pub(crate) fn name(mut self, name: &(impl ToString + ?Sized)) -> Self {
        self.0.push(Piece::Name(name.to_string()));
        self
    }

    pub(crate) fn prose(mut self, text: impl Into<String>) -> Self {
        self.0.push(Piece::Prose(text.into()));
        self
    }

    pub(crate) fn lines(mut self, text: impl Into<String>) -> Self {
        self.0.push(Piece::Lines(text.into()));
        self
    }

    /// Adds names with commas between them.
    pub(crate) fn names<T: ToString>(mut self, names: impl IntoIterator<Item = T>) -> Self {
        for (place, name) in names.into_iter().enumerate() {
            if place > 0 {
                self = self.say(", ");
            }
            self = self.name(&name);
        }
        self
    }

    /// Adds at most `limit` names, and the number of the others.
    pub(crate) fn some_names<T: ToString>(self, names: &[T], limit: usize) -> Self {
        // One name is as short as the words that would replace it.
        let shown = if names.len() <= limit.saturating_add(1) { names.len() } else { limit };
        let phrase = self.names(names[..shown].iter().map(ToString::to_string));
        match names.len() - shown {
            0 => phrase,
            more => phrase.say(format!(" and {more} more")),
        }
    }

    pub(crate) fn then(mut self, other: Self) -> Self {
        self.0.extend(other.0);
        self
    }

    pub(crate) fn pieces(&self) -> &[Piece] {
        &self.0
    }

    /// Returns the text for a terminal and for messages.
    pub(crate) fn plain(&self) -> String {
        let mut text = String::new();
        for piece in &self.0 {
            match piece {
                Piece::Ours(words) => text.push_str(words),
                Piece::Name(name) => {
                    text.push('`');
                    text.push_str(&printable_line(name));
                    text.push('`');
                }
                Piece::Prose(prose) => text.push_str(&printable_line(&on_one_line(prose))),
                Piece::Lines(lines) => text.push_str(printable(&lines.replace('\r', "")).trim()),
            }
        }
        text
    }
}

/// Replaces line breaks and other white space by single spaces.
pub(crate) fn on_one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
