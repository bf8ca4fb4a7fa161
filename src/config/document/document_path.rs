//! The position of a value in the document, and its name in messages.

use super::advice::header;

/// The keys that lead to a value, and whether it is an item of a list.
#[derive(Default)]
pub(super) struct DocumentPath {
    pub(super) keys: Vec<String>,
    listed: bool,
}

impl DocumentPath {
    pub(super) fn below(&self, key: &str) -> Self {
        Self { keys: [self.keys.as_slice(), &[key.to_owned()]].concat(), listed: false }
    }

    pub(super) fn item(&self) -> Self {
        Self { keys: self.keys.clone(), listed: true }
    }

    pub(super) fn key(&self) -> String {
        self.keys.last().cloned().unwrap_or_default()
    }

    /// Returns the header of such a table.
    pub(super) fn table(&self) -> String {
        header(&self.keys.join("."), self.listed)
    }

    /// Returns the phrase for the position of a key in this table.
    pub(super) fn inside(&self) -> String {
        if self.keys.is_empty() { "at the top level".to_owned() } else { format!("in {}", self.table()) }
    }

    pub(super) fn path(&self) -> String {
        self.keys.join(".")
    }

    /// Returns the name of this value in messages.
    pub(super) fn value(&self) -> String {
        if self.listed { format!("each item of `{}`", self.key()) } else { format!("`{}`", self.key()) }
    }

    /// Returns the name of this kind of value in messages: an item of `signals` is a signal.
    pub(super) fn kind(&self) -> String {
        if self.listed { self.key().trim_end_matches('s').to_owned() } else { format!("value for `{}`:", self.key()) }
    }
}
