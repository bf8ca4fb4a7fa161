//! What is told of a run while it goes on.

use std::fmt::{self, Display, Formatter};
use std::time::Duration;

use serde::{Deserialize, Deserializer};

use super::BypassReason;
use crate::model::database::Direction;
use crate::support::redact::redact;

/// One thing that happened. Where a report names a database, it is by a number: 1 for the first one that Alembic ran on, and so on. A
/// database may be met, and counted, more than once. Seconds on the wire are durations here.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub(crate) enum LauncherEvent {
    /// Alembic runs as it is configured, and nothing more will be reported.
    #[serde(skip)]
    Bypassed {
        why: BypassReason,
        /// Whether the run is one that a lock would have been for.
        changes_database: bool,
    },
    /// Alembic is imported. `remembered` is the number of modules whose code was known from an earlier run.
    Versions { python: String, alembic: String, sqlalchemy: String, remembered: usize },
    /// Alembic runs, but what it does can't be seen from here on, and no lock is taken.
    Blind { why: String },
    /// Alembic is about to run on a database.
    Database {
        database: u32,
        /// `SQLAlchemy`'s name of it: `postgresql`, `mysql`, `sqlite`.
        dialect: String,
        driver: Option<String>,
        server_version: Option<String>,
        /// The name of the database, or the file.
        name: Option<String>,
        /// Whether Alembic takes statements that change the schema for a part of transactions.
        transactional_ddl: bool,
        /// Whether each step has a transaction of its own, instead of one for all.
        transaction_per_migration: bool,
    },
    /// Another run holds the lock; this one waits.
    LockWaiting {
        database: u32,
        /// What is known of the holder.
        holder: Option<String>,
    },
    LockAcquired {
        database: u32,
        scope: LockScope,
        #[serde(deserialize_with = "seconds")]
        waited: Duration,
    },
    /// The run ends with status 75.
    LockNotAcquired {
        database: u32,
        why: LockFailure,
        holder: Option<String>,
        #[serde(deserialize_with = "seconds")]
        waited: Duration,
    },
    /// Another run holds the lock, and nothing is pending: the run ends without a step.
    LockGaveWay { database: u32, holder: Option<String> },
    /// The run goes on without a lock.
    Unlocked { database: u32, why: String },
    /// The heads of the database, read under the lock.
    HeadsBefore { database: u32, heads: Vec<String> },
    /// Several revisions are current, and the target may be meant from any of them: the run ends with status 64.
    Ambiguous { database: u32, heads: Vec<String> },
    /// The steps are not those that were planned: the heads have changed since. The run ends with status 75.
    Drifted {
        database: u32,
        heads: Vec<String>,
        /// The heads for which the plan was made.
        planned: Vec<String>,
    },
    /// So many steps will be taken, if all goes well; none where Alembic doesn't know beforehand.
    Steps { database: u32, total: Option<u32> },
    StepStarted {
        database: u32,
        /// From 1.
        number: u32,
        of: Option<u32>,
        direction: Direction,
        revision: String,
        down_revisions: Vec<String>,
        /// The first line of the revision's description.
        doc: Option<String>,
    },
    /// A step is over, with its entry in the version table. Only where each step has a transaction of its own, or there is none, does that
    /// mean that it stays.
    StepEnded {
        database: u32,
        number: u32,
        #[serde(rename = "seconds", deserialize_with = "seconds")]
        duration: Duration,
        /// The heads as they are after it.
        heads: Vec<String>,
    },
    /// A migration left its transaction (`autocommit_block`): what was done before is committed.
    LeftTransaction { database: u32 },
    /// All steps are over; their transaction may still fail.
    HeadsAfter { database: u32, heads: Vec<String> },
    /// lback was asked to stop, and the statement that runs on the server could not be.
    NotCancelled { why: String },
    /// What ended Alembic. The message has no password of a URL, but may hold other values.
    Error {
        /// The exception's type, with its module.
        error: String,
        /// The type of the driver's error, where `SQLAlchemy` passed one on.
        cause: Option<String>,
        message: String,
    },
}

impl Display for LockFailure {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Fail => "another run holds the lock of the database",
            Self::Timeout => "another run held the lock of the database for too long",
            Self::Stale => "another run holds the lock of the database, and this one could not see what it does",
            Self::Blocking => "another run holds the lock of the database, and this one's transaction is in its way",
        })
    }
}

/// How long a lock holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum LockScope {
    /// As long as the connection.
    Connection,
    /// Only for one transaction: a pooler stands before the server.
    Transaction,
    /// As long as the process, for a file.
    File,
    /// This process has it already, by another connection.
    Held,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum LockFailure {
    /// Another run holds it, and this one was not to wait.
    Fail,
    /// It wasn't free in time.
    Timeout,
    /// There is no use in waiting: env.py has begun a transaction that would still see the database as it is now.
    Stale,
    /// There is no use in waiting: env.py has begun a transaction that the other run would wait for in turn.
    Blocking,
}

impl LauncherEvent {
    pub(super) fn database_mut(&mut self) -> Option<&mut u32> {
        match self {
            Self::Bypassed { .. }
            | Self::Versions { .. }
            | Self::Blind { .. }
            | Self::NotCancelled { .. }
            | Self::Error { .. } => None,
            Self::Database { database, .. }
            | Self::LockWaiting { database, .. }
            | Self::LockAcquired { database, .. }
            | Self::LockNotAcquired { database, .. }
            | Self::LockGaveWay { database, .. }
            | Self::Unlocked { database, .. }
            | Self::HeadsBefore { database, .. }
            | Self::Ambiguous { database, .. }
            | Self::Drifted { database, .. }
            | Self::Steps { database, .. }
            | Self::StepStarted { database, .. }
            | Self::StepEnded { database, .. }
            | Self::LeftTransaction { database }
            | Self::HeadsAfter { database, .. } => Some(database),
        }
    }

    /// The same, without passwords of URLs.
    pub(super) fn redacted(self) -> Self {
        let hide = |text: String| redact(&text).into_owned();
        match self {
            Self::Error { error, cause, message } => Self::Error { error, cause, message: hide(message) },
            Self::Blind { why } => Self::Blind { why: hide(why) },
            Self::NotCancelled { why } => Self::NotCancelled { why: hide(why) },
            Self::Unlocked { database, why } => Self::Unlocked { database, why: hide(why) },
            other => other,
        }
    }
}

fn seconds<'de, D: Deserializer<'de>>(from: D) -> Result<Duration, D::Error> {
    let seconds = f64::deserialize(from)?;
    Duration::try_from_secs_f64(seconds).map_err(serde::de::Error::custom)
}
