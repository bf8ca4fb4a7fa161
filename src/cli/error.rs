//! What ends a command before there is an outcome: each error with its exit code and its next step.

use std::io;
use std::path::PathBuf;

use super::overrides::OverrideError;
use crate::config::ConfigError;
use crate::journal::JournalError;
use crate::output::{self, Exit};
use crate::plugin::Failure;

#[derive(Debug, thiserror::Error)]
pub(crate) enum CliError {
    #[error(transparent)]
    Config(#[from] ConfigError),
    #[error("cannot read the current folder: {0}")]
    CurrentFolder(io::Error),
    #[error(transparent)]
    Override(#[from] OverrideError),
    #[error("cannot set up the plugin host: {0}")]
    Host(String),
    #[error("the plugin `{}` is not valid: {failure}", .path.display())]
    Plugin { path: PathBuf, failure: Failure },
    #[error("{0}")]
    Journal(#[from] JournalError),
    #[error("the journal can't be written now: other processes hold it")]
    JournalBusy,
    #[error("there is no run `{0}` in the journal")]
    NoSuchRun(String),
    #[error("several runs begin with `{beginning}`: {}", .found.join(", "))]
    ManyRuns { beginning: String, found: Vec<String> },
    #[error("`lback.toml` lists no plugin `{0}`")]
    NoSuchPlugin(String),
    #[error("`-n {0}` is not a number of runs")]
    NotANumber(String),
    #[error("cannot write `{}`: {cause}", .path.display())]
    Write { path: PathBuf, cause: io::Error },
    #[error("cannot write to stdout: {0}")]
    Stdout(io::Error),
}

impl CliError {
    /// Shows the error, and says with which code to exit.
    pub(super) fn show(self) -> Exit {
        match self {
            Self::Config(error) => {
                let here = std::env::current_dir().unwrap_or_default();
                output::config_error(&error, &here);
                Exit::Config
            }
            Self::Plugin { ref failure, .. } => {
                output::error(&self.to_string());
                if let Some(next) = failure.hint() {
                    output::hint(&next);
                }
                Exit::InvalidPlugin
            }
            Self::Override(ref refused) => {
                output::error(&self.to_string());
                output::hint(&refused.hint());
                match refused {
                    OverrideError::NotPermitted { .. } => Exit::Denied,
                    OverrideError::Unknown { .. } | OverrideError::NoReason => Exit::Usage,
                }
            }
            Self::Journal(ref error) => {
                output::error(&format!("the journal can't be used: {error}"));
                if let Some(next) = error.hint() {
                    output::hint(next);
                }
                Exit::Unavailable
            }
            Self::NoSuchRun(_) | Self::ManyRuns { .. } | Self::NoSuchPlugin(_) | Self::NotANumber(_) => {
                output::error(&self.to_string());
                output::hint(match self {
                    Self::NoSuchPlugin(_) => "`lback plugin list` says which there are",
                    Self::NotANumber(_) => "write `-n 50`, or `--limit 50`",
                    _ => "`lback log --all` lists the runs; as much of an id is enough as no other run begins with",
                });
                Exit::Usage
            }
            // Whoever read stdout has gone; there is nobody to tell.
            Self::Stdout(ref cause) if cause.kind() == io::ErrorKind::BrokenPipe => Exit::Success,
            Self::CurrentFolder(_) | Self::JournalBusy | Self::Write { .. } | Self::Stdout(_) => {
                output::error(&self.to_string());
                Exit::Unavailable
            }
            Self::Host(_) => {
                output::error(&self.to_string());
                output::hint("this is a defect of lback: please report it");
                Exit::Bug
            }
        }
    }
}
