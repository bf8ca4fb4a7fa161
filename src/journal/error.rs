//! The errors of the journal.

use std::io;
use std::path::PathBuf;

#[derive(Debug, thiserror::Error)]
pub(crate) enum JournalError {
    #[error("cannot use `{}`: {cause}", .path.display())]
    File { path: PathBuf, cause: io::Error },
    #[error("cannot use `{}`: {cause}", .path.display())]
    Database { path: PathBuf, cause: rusqlite::Error },
    #[error("`{}` was written by a later lback (its version is {found}, this lback reads up to {known})", .path.display())]
    Newer { path: PathBuf, found: u32, known: u32 },
    #[error("`{}` is a database of another program", .path.display())]
    NotAJournal { path: PathBuf },
    #[error("an event in it can't be read: {0}")]
    Event(#[from] StoredEventError),
}

/// The reason why an event of the journal can't be read.
#[derive(Debug, thiserror::Error)]
pub(crate) enum StoredEventError {
    #[error("it has the form {found}, and this lback reads up to {known}")]
    Newer { found: u64, known: u64 },
    #[error("it is not valid: {0}")]
    Invalid(#[from] serde_json::Error),
    #[error("its content is no longer kept")]
    Gone,
}

impl JournalError {
    /// Returns the next step for the user.
    pub(crate) fn hint(&self) -> Option<&'static str> {
        match self {
            Self::Newer { .. } => Some("update lback, or give this lback a journal of its own"),
            Self::NotAJournal { .. } => Some("name another file: lback makes it"),
            Self::File { .. } => Some("the journal needs a folder that the user who runs lback can write to"),
            Self::Database { .. } => None,
            Self::Event(_) => Some("update lback: a later one has written it"),
        }
    }
}
