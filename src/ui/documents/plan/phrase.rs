//! A line of which some words are other people's. Who draws it makes these harmless, each form in its own way.

use crate::support::printable::{printable, printable_line};

#[derive(Clone, Debug, Default)]
pub(crate) struct Phrase(Vec<Piece>);

#[derive(Clone, Debug)]
pub(crate) enum Piece {
    /// lback's own words: harmless in every form.
    Ours(String),
    /// The name of a table, a revision, a file. It stands on one line.
    Name(String),
    /// Prose by somebody else, as a docstring. Its line breaks are spaces: no line of it looks like one of lback's.
    Prose(String),
    /// Several lines by somebody else, as a policy's message. Who draws it sets them apart.
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

    /// With commas between them.
    pub(crate) fn names<T: ToString>(mut self, names: impl IntoIterator<Item = T>) -> Self {
        for (place, name) in names.into_iter().enumerate() {
            if place > 0 {
                self = self.say(", ");
            }
            self = self.name(&name);
        }
        self
    }

    /// So many of them, and how many more there are.
    pub(crate) fn some_names<T: ToString>(self, names: &[T], limit: usize) -> Self {
        // A name is as short as the words that it is left out.
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

    /// For a terminal and for messages.
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

/// With single spaces for line breaks and all other white space.
pub(crate) fn on_one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
