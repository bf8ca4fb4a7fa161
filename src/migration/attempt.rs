//! One attempt of a run: how it ended, and whether another one is safe.

use super::database_state::kept_steps;
use super::outcome::Outcome;
use super::watch::{EarlierAttempts, Raised, WatchedStep};
use crate::alembic::WaitEnd;
use crate::model::database::{Database, DatabaseState};
use crate::model::lock_wait::LockWait;
use crate::model::signal::{AlembicCommand, Finished};

/// The end of one attempt.
pub(super) struct Attempt {
    pub(super) finished: Finished,
    pub(super) outcome: Outcome,
    /// `true` if lback could not observe Alembic.
    pub(super) unseen: bool,
    /// The reason why Alembic's output did not reach its destination.
    pub(super) output_lost: Option<std::io::Error>,
    /// The steps that the attempts so far have left in the databases.
    pub(super) left: Vec<EarlierAttempts>,
    /// The last wait of a statement for a lock.
    pub(super) last_wait: Option<LockWait>,
}

impl Attempt {
    /// Returns the end of a run that never started Alembic.
    pub(super) fn without_alembic(command: AlembicCommand, outcome: Outcome) -> Self {
        let finished = Finished { command, ..Finished::default() };
        Self { finished, outcome, unseen: false, output_lost: None, left: Vec::new(), last_wait: None }
    }

    /// Returns how a lock ended the attempt, if Alembic can safely be started again.
    pub(super) fn ended_by_lock(&self) -> Option<WaitEnd> {
        let Outcome::Failed { error: Some(Raised { lock: Some(lock), .. }), .. } = &self.outcome else { return None };
        let databases = &self.finished.databases;
        let is_safe = !self.unseen && !databases.is_empty() && databases.iter().all(is_whole);
        is_safe.then_some(*lock)
    }
}

/// Returns whether no step on a database is half done, and nothing can change that any more.
fn is_whole(database: &Database) -> bool {
    let at_a_revision =
        matches!(database.state, DatabaseState::Unchanged | DatabaseState::Advanced | DatabaseState::Done);
    at_a_revision && database.unsettled.is_none() && !database.has_traces
}

/// Returns what the attempts so far have left in each database. `steps` are all that they began.
pub(super) fn left_by(databases: &[Database], steps: Vec<Vec<WatchedStep>>) -> Vec<EarlierAttempts> {
    let of = |(database, mut steps): (&Database, Vec<WatchedStep>)| {
        let before = database.heads_before.clone();
        let heads = database.heads_after.clone().unwrap_or_default();
        steps.truncate(kept_steps(&steps, before.as_deref().unwrap_or_default(), &heads));
        EarlierAttempts { heads_before: before, heads, steps }
    };
    databases.iter().zip(steps).map(of).collect()
}
