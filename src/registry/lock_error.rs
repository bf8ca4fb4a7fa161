//! The errors of `lback.lock`, and their next steps.

use std::io;

/// An error of the lock file, which completes the sentence "`lback.lock` can't be used: …".
#[derive(Debug, thiserror::Error)]
pub(crate) enum LockError {
    #[error("it can't be read: {0}")]
    Unreadable(io::Error),
    #[error("it is not UTF-8")]
    NotUtf8,
    #[error("it has the marks of a merge conflict, the first in line {line}")]
    Conflict { line: usize },
    #[error("it is of version {found}, and this lback reads version {known}")]
    Newer { found: i64, known: i64 },
    #[error("it has no `version` that lback knows{}", .found.map(|found| format!(": {found}")).unwrap_or_default())]
    NoVersion { found: Option<i64> },
    #[error("line {line}: {message}")]
    Invalid { line: usize, message: String },
    #[error("it has `{0}` twice")]
    Repeated(String),
}

impl LockError {
    pub(crate) fn hint(&self) -> &'static str {
        match self {
            Self::Unreadable(_) => "make it readable: it names the bytes of each plugin",
            Self::Conflict { .. } => {
                "settle `lback.toml` first, take one side's `lback.lock` as it is, then run `lback plugin install`"
            }
            Self::Newer { .. } => "update lback to the version that wrote it",
            Self::NotUtf8 | Self::NoVersion { .. } | Self::Invalid { .. } | Self::Repeated(_) => {
                "only lback writes this file: bring it back from version control, or delete it and lock the plugins anew with `lback plugin install`"
            }
        }
    }
}

/// Returns the line, from 1, of the byte at `offset`.
pub(super) fn line_of(text: &str, offset: usize) -> usize {
    text.bytes().take(offset).filter(|byte| *byte == b'\n').count() + 1
}
