//! A finding: a place in a file, and what is wrong there.

use std::fmt;

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Finding {
    /// The path from the top of the repository, with `/`.
    pub(super) file: String,
    /// The line, counted from 1.
    pub(super) line: usize,
    pub(super) text: String,
}

impl Finding {
    pub(super) fn new(file: impl Into<String>, line: usize, text: impl Into<String>) -> Self {
        Self { file: file.into(), line, text: text.into() }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.file, self.line, self.text)
    }
}
