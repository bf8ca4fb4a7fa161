//! The end of a command that the user, or the system, asked to stop before it changed anything.

use crate::alembic::StopRequest;
use crate::migration::stopped_exit;
use crate::support::exit::Exit;
use crate::support::user_error::UserError;

/// A stop request that arrived before Alembic started.
#[derive(Debug, thiserror::Error)]
#[error("interrupted; nothing was changed")]
pub(crate) struct Stopped(pub(crate) StopRequest);

impl UserError for Stopped {
    fn exit(&self) -> Exit {
        stopped_exit(self.0)
    }
}
