//! The result of a run.

use std::fmt;
use std::io;

use super::outcome::Outcome;
use crate::model::database::{Database, Direction};
use crate::support::exit::Exit;

/// Output of a run that could not be written. A reader that has closed its pipe lost nothing.
#[derive(Debug)]
pub(crate) struct LostOutput {
    pub(crate) what: OutputKind,
    pub(crate) cause: io::Error,
    /// `true` if the run may have changed a database.
    pub(crate) changes_database: bool,
}

/// The output that was lost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum OutputKind {
    /// Alembic's output on stdout, such as the SQL of `--sql`.
    Alembic,
    /// The stream of `--events`.
    Events,
}

impl fmt::Display for OutputKind {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Alembic => "the output of Alembic",
            Self::Events => "the output of `--events`",
        })
    }
}

/// The result of a run.
pub(crate) struct RunResult {
    pub(crate) outcome: Outcome,
    /// The databases that Alembic ran on, as far as lback could observe them.
    pub(crate) databases: Vec<Database>,
    /// The values of `-x` that are no secrets, as `tenant=acme`.
    pub(crate) shown_x: Vec<String>,
    /// The direction of the command, if its success is to be reported.
    pub(crate) announces: Option<Direction>,
    /// `true` if Alembic may have changed a database that lback did not observe.
    pub(crate) unseen: bool,
    /// The output that did not reach its destination.
    pub(crate) lost: Option<LostOutput>,
}

impl RunResult {
    /// Returns the exit code of the command that started the run.
    pub(crate) fn exit(&self) -> Exit {
        match self.outcome.exit() {
            Exit::Success if self.lost.is_some() => Exit::OutputLost,
            exit => exit,
        }
    }
}
