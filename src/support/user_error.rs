//! Errors as a user meets them: a message, an exit code and a next step.

use std::error::Error;
use std::path::Path;

use super::exit::Exit;

/// An error that can end a command.
///
/// The message is the error's `Display`: what failed, without a full stop.
pub(crate) trait UserError: Error {
    /// Returns the exit code of a command that this error ends.
    fn exit(&self) -> Exit;

    /// Returns the next step for the user, where there is one.
    fn hint(&self) -> Option<String> {
        None
    }

    /// Returns the lines of a file that the error is about, drawn with their numbers.
    fn excerpt(&self) -> Option<String> {
        None
    }

    /// Returns the whole message, where it is more than a sentence: errors in a file, drawn at
    /// their places. Paths are shown relative to `current_folder`.
    fn report(&self, _color: bool, _current_folder: &Path) -> Option<String> {
        None
    }

    /// Returns whether the message has no reader, because the reader of stdout has closed it.
    fn is_silent(&self) -> bool {
        false
    }
}

/// The error that ends a command, of whatever type.
#[derive(Debug)]
pub(crate) struct CommandError(Box<dyn UserError + Send + Sync>);

impl CommandError {
    pub(crate) fn get(&self) -> &dyn UserError {
        &*self.0
    }
}

impl<E: UserError + Send + Sync + 'static> From<E> for CommandError {
    fn from(error: E) -> Self {
        Self(Box::new(error))
    }
}
