//! A lock that ended an attempt of a run.

use std::fmt::{self, Display, Formatter};
use std::time::Duration;

use super::watch::Raised;
use crate::alembic::WaitEnd;
use crate::model::lock_wait::LockWait;

/// A wait for a lock that ended a run.
#[derive(Debug)]
pub(crate) struct LockTimeout {
    pub(crate) raised: Raised,
    pub(crate) lock: WaitEnd,
    /// The last wait that the server has described.
    pub(crate) last_wait: Option<LockWait>,
    /// The number of times that Alembic was started.
    pub(crate) attempts: u32,
}

/// Another attempt that is about to begin.
#[derive(Debug)]
pub(crate) struct NextAttempt {
    pub(crate) lock: WaitEnd,
    /// The number of the attempt, from 2.
    pub(crate) number: u32,
    /// The largest number of attempts.
    pub(crate) of: u32,
    pub(crate) pause: Duration,
}

impl Display for LockTimeout {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        let Self { lock, attempts, last_wait, .. } = self;
        formatter.write_str(lock_error(*lock))?;
        if *attempts > 1 {
            write!(formatter, ", in the last of {attempts} attempts")?;
        }
        let Some(wait) = last_wait else { return Ok(()) };
        write!(formatter, "; it needed {}", wait.wanted())?;
        wait.blockers.iter().try_for_each(|blocker| write!(formatter, "\nheld by {blocker}"))
    }
}

/// Returns a sentence about a lock that ended a statement.
pub(crate) fn lock_error(lock: WaitEnd) -> &'static str {
    match lock {
        WaitEnd::Timeout => "a statement timed out waiting for a lock",
        WaitEnd::Deadlock => "the database ended a transaction of the run to resolve a deadlock",
    }
}
