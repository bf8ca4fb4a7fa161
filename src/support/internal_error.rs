//! Failures that only a defect of lback explains.

use std::fmt::Display;

use super::exit::Exit;
use super::refused_resource::{RAISE_LIMITS, is_refusal};
use super::user_error::UserError;

/// A failure that the user did not cause, and can mend only where the system refused a resource.
#[derive(Debug, thiserror::Error)]
#[error("lback could not start: {0}")]
pub(crate) struct InternalError(String);

impl InternalError {
    pub(crate) fn new(cause: impl Display) -> Self {
        Self(cause.to_string())
    }
}

impl UserError for InternalError {
    fn exit(&self) -> Exit {
        if is_refusal(&self.0) { Exit::Unavailable } else { Exit::Bug }
    }

    fn hint(&self) -> Option<String> {
        let next = if is_refusal(&self.0) { RAISE_LIMITS } else { "this is a defect of lback: please report it" };
        Some(next.to_owned())
    }
}
