//! Errors of `lback log`.

use crate::journal::JournalError;
use crate::support::exit::Exit;
use crate::support::user_error::UserError;

/// A reason why the journal does not answer a question.
#[derive(Debug, thiserror::Error)]
pub(super) enum LogError {
    #[error("the journal can't be used: {0}")]
    Journal(#[from] JournalError),
    #[error("the journal can't be written now: other processes hold it")]
    Busy,
    #[error("there is no run `{0}` in the journal")]
    NoSuchRun(String),
    #[error("several runs begin with `{beginning}`: {}", .found.join(", "))]
    ManyRuns { beginning: String, found: Vec<String> },
}

impl UserError for LogError {
    fn exit(&self) -> Exit {
        match self {
            Self::Journal(_) | Self::Busy => Exit::Unavailable,
            Self::NoSuchRun(_) | Self::ManyRuns { .. } => Exit::Usage,
        }
    }

    fn hint(&self) -> Option<String> {
        match self {
            Self::Journal(error) => Some(error.hint().to_owned()),
            Self::Busy => None,
            Self::NoSuchRun(_) | Self::ManyRuns { .. } => {
                Some("`lback log --all` lists the runs; the beginning of an id is enough if it is unique".to_owned())
            }
        }
    }
}
