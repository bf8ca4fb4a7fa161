//! The errors of the journal.

use std::io;
use std::path::PathBuf;

use rusqlite::ErrorCode;

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
    pub(crate) fn hint(&self) -> &'static str {
        match self {
            Self::Newer { .. } => "update lback, or give this lback a journal of its own",
            Self::NotAJournal { .. } => "name another file: lback makes it",
            Self::File { .. } => FOLDER_HINT,
            Self::Database { cause, .. } => database_hint(cause),
            Self::Event(_) => "update lback: a later one has written it",
        }
    }
}

const FOLDER_HINT: &str = "the journal needs a folder that the user who runs lback can write to";

fn database_hint(cause: &rusqlite::Error) -> &'static str {
    // The locks of runs are files beside the journal.
    if let rusqlite::Error::ToSqlConversionFailure(inner) = cause
        && inner.is::<io::Error>()
    {
        return FOLDER_HINT;
    }
    match cause.sqlite_error_code() {
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => {
            "another process uses the journal: run the command again when it has ended"
        }
        Some(ErrorCode::DiskFull) => "free some space on the disk of the journal",
        Some(ErrorCode::ReadOnly | ErrorCode::PermissionDenied | ErrorCode::CannotOpen) => FOLDER_HINT,
        Some(ErrorCode::OutOfMemory) => "raise the memory limit of this process (`ulimit -v`)",
        Some(ErrorCode::SystemIoFailure) => {
            "check the disk of the journal, and the limits of this process (`ulimit -f`)"
        }
        // The file is not a database, it is damaged, or its values are not those of a journal.
        _ => {
            "the file is damaged: move it away together with its `-wal` and `-shm` files, and the next run begins a new \
             journal; `sqlite3 FILE .recover` may save the old one"
        }
    }
}
