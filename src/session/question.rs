//! Asking a person, where there is one.

use std::io::{self, IsTerminal as _};

use crate::alembic::StopRequest;
use crate::cli::error::CliError;

/// Is there a person who sees the question, and can answer it?
pub(crate) fn is_interactive() -> bool {
    io::stdin().is_terminal() && io::stderr().is_terminal()
}

/// Waits on a thread of its own, so that lback hears signals meanwhile.
pub(crate) async fn ask(question: String) -> Result<bool, CliError> {
    let answer = tokio::task::spawn_blocking(move || dialoguer::Confirm::new().with_prompt(question).interact()).await;
    match answer {
        Ok(Ok(answer)) => Ok(answer),
        Ok(Err(dialoguer::Error::IO(cause))) if cause.kind() == io::ErrorKind::Interrupted => {
            Err(CliError::Stopped(StopRequest::Interrupt))
        }
        Ok(Err(dialoguer::Error::IO(cause))) => Err(CliError::Prompt(cause)),
        Err(panicked) => Err(CliError::Host(panicked.to_string())),
    }
}
