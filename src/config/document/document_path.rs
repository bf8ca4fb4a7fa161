//! Where in the document a value is, and how messages speak of it.

use super::advice::header;

/// The way to a value: the keys, and whether it is one of a list.
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

    /// As the header of such a table is written.
    pub(super) fn table(&self) -> String {
        header(&self.keys.join("."), self.listed)
    }

    /// Where a key of this table is.
    pub(super) fn inside(&self) -> String {
        if self.keys.is_empty() { "at the top level".to_owned() } else { format!("in {}", self.table()) }
    }

    pub(super) fn path(&self) -> String {
        self.keys.join(".")
    }

    /// What a message calls the value here.
    pub(super) fn value(&self) -> String {
        if self.listed { format!("each item of `{}`", self.key()) } else { format!("`{}`", self.key()) }
    }

    /// What a message calls a value such as the one here: one of `signals` is a signal.
    pub(super) fn kind(&self) -> String {
        if self.listed { self.key().trim_end_matches('s').to_owned() } else { format!("value for `{}`:", self.key()) }
    }
}
