//! Failures that only a defect of lback explains.

use std::fmt::Display;

use super::exit::Exit;
use super::user_error::UserError;

/// A failure that the user did not cause and cannot mend.
#[derive(Debug, thiserror::Error)]
#[error("cannot set up the plugin host: {0}")]
pub(crate) struct InternalError(String);

impl InternalError {
    pub(crate) fn new(cause: impl Display) -> Self {
        Self(cause.to_string())
    }
}

impl UserError for InternalError {
    fn exit(&self) -> Exit {
        Exit::Bug
    }

    fn hint(&self) -> Option<String> {
        Some("this is a defect of lback: please report it".to_owned())
    }
}
