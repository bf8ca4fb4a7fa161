//! The result of a run.

use super::outcome::Outcome;
use crate::model::database::Database;
use crate::support::exit::Exit;

/// The result of a run.
pub(crate) struct RunResult {
    pub(crate) outcome: Outcome,
    /// The databases that Alembic ran on, as far as lback could observe them.
    pub(crate) databases: Vec<Database>,
    /// `true` if Alembic may have changed a database that lback did not observe.
    pub(crate) unseen: bool,
}

impl RunResult {
    /// Returns the exit code of the command that started the run.
    pub(crate) fn exit(&self) -> Exit {
        self.outcome.exit()
    }
}
