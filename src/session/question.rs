//! Questions to the user on a terminal.

use std::io::{self, IsTerminal as _};

use crate::alembic::StopRequest;
use crate::session::stopped::Stopped;
use crate::support::exit::Exit;
use crate::support::internal_error::InternalError;
use crate::support::printable::printable_line;
use crate::support::user_error::CommandError;
use crate::support::user_error::UserError;

/// Returns `true` if stdin and stderr are a terminal.
pub(crate) fn is_interactive() -> bool {
    io::stdin().is_terminal() && io::stderr().is_terminal()
}

/// A question that the terminal cannot ask.
#[derive(Debug, thiserror::Error)]
#[error("cannot ask on this terminal: {0}")]
pub(crate) struct PromptError(io::Error);

impl UserError for PromptError {
    fn exit(&self) -> Exit {
        Exit::Unavailable
    }
}

/// Asks on a thread of its own, so that lback still receives signals.
pub(crate) async fn ask(question: String) -> Result<bool, CommandError> {
    let question = printable_line(&question).into_owned();
    let answer = tokio::task::spawn_blocking(move || dialoguer::Confirm::new().with_prompt(question).interact()).await;
    match answer {
        Ok(Ok(answer)) => Ok(answer),
        Ok(Err(dialoguer::Error::IO(cause))) if cause.kind() == io::ErrorKind::Interrupted => {
            // The cursor is behind the question. A terminal that is gone needs no new line.
            let _ = dialoguer::console::Term::stderr().write_line("");
            Err(Stopped(StopRequest::Interrupt).into())
        }
        Ok(Err(dialoguer::Error::IO(cause))) => Err(PromptError(cause).into()),
        Err(panicked) => Err(InternalError::new(panicked).into()),
    }
}
