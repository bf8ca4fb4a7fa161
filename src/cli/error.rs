//! What ends a command before there is an outcome: each error with its exit code and its next step.

use std::io;
use std::path::PathBuf;

use super::overrides::OverrideError;
use crate::config::ConfigError;
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
            // Whoever read stdout has gone; there is nobody to tell.
            Self::Stdout(ref cause) if cause.kind() == io::ErrorKind::BrokenPipe => Exit::Success,
            Self::CurrentFolder(_) | Self::Write { .. } | Self::Stdout(_) => {
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
