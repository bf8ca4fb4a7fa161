//! The events that the launcher reports during a run.

use std::fmt::{self, Display, Formatter};
use std::time::Duration;

use serde::{Deserialize, Deserializer};

use super::BypassReason;
use super::failure_details::{FailureDetails, ScriptHead};
use super::session::{ServerSession, SessionState};
use super::wrong_environment::WrongEnvironment;
use crate::model::database::Direction;
use crate::model::facts_file::SavedTable;
use crate::model::lock_wait::LockWait;

/// An event of a run. Databases are numbered from 1, in the order in which Alembic migrates them; a
/// database that Alembic visits again gets another number. The launcher sends durations in seconds.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub(crate) enum LauncherEvent {
    /// Alembic runs as configured, and no more events follow.
    #[serde(skip)]
    Bypassed {
        why: BypassReason,
        /// True if the run would have acquired a lock.
        changes_database: bool,
    },
    /// Alembic is imported. `remembered` is the number of modules whose code was cached.
    Versions { python: String, alembic: String, sqlalchemy: String, remembered: usize },
    /// Alembic runs, but the launcher can't observe it and acquires no lock.
    Blind { why: String },
    /// Alembic is about to run on a database.
    Database {
        database: u32,
        /// `SQLAlchemy`'s name of the dialect: `postgresql`, `mysql`, `sqlite`.
        dialect: String,
        driver: Option<String>,
        server_version: Option<String>,
        /// The name of the database, or the file.
        name: Option<String>,
        /// True if Alembic treats schema changes as part of transactions.
        transactional_ddl: bool,
        /// True if each step runs in its own transaction, instead of one for all steps.
        transaction_per_migration: bool,
    },
    /// The schema in which the connection finds and creates tables, if it isn't the usual one.
    Schema { database: u32, schema: String },
    /// The session in which the migrations of the database run.
    Session { database: u32, session: ServerSession },
    /// A probe has looked for the session of an earlier run.
    SessionSeen {
        database: u32,
        state: SessionState,
        /// The reason why the session can't be seen.
        why: Option<String>,
        /// A name of what goes on: the session, or a transaction that it has prepared.
        what: String,
        /// A statement or a command that shows it.
        look: String,
    },
    /// Another run holds the lock; this one waits for it.
    LockWaiting {
        database: u32,
        /// A description of the holder, if known.
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
    /// The statements of the run have other limits than lback was asked for.
    Limits {
        database: u32,
        /// The settings that the project has set by itself.
        kept: Vec<String>,
        /// The limits that this database doesn't have.
        missing: Vec<String>,
    },
    /// A statement is about to create an index of a name that an invalid one has.
    InvalidIndex {
        database: u32,
        index: String,
        table: String,
        /// True if it has been dropped.
        dropped: bool,
        /// True if the statement skips an index that exists.
        skipped: bool,
        /// The reason why it was not dropped, where lback was asked to; none without one.
        why: Option<String>,
    },
    /// The statements of the run have no limits.
    Unlimited { database: u32, why: String },
    /// The heads of the database, read under the lock.
    HeadsBefore { database: u32, heads: Vec<String> },
    /// A probe has read the scripts.
    Scripts {
        script_heads: Vec<ScriptHead>,
        /// The reason why they could not be read.
        why: Option<String>,
    },
    /// A probe has found the revisions that an upgrade of the database to all heads would apply.
    Pending {
        database: u32,
        /// The number of revisions; none if it can't be determined.
        count: Option<usize>,
        /// The first ones, in the order of the upgrade.
        revisions: Vec<ScriptHead>,
        /// The reason why the number can't be determined.
        why: Option<String>,
    },
    /// A probe has read the tables of the database and their sizes.
    Facts {
        database: u32,
        server: Option<String>,
        version: Option<String>,
        /// The first revisions of the project's history.
        bases: Vec<String>,
        tables: Vec<SavedTable>,
        /// The reason why they could not be read.
        why: Option<String>,
    },
    /// Several heads are current, and the target is ambiguous: the run ends with exit code 64.
    Ambiguous { database: u32, heads: Vec<String> },
    /// The steps differ from the planned ones, because the heads have changed: the run ends with
    /// exit code 75.
    Drifted {
        database: u32,
        heads: Vec<String>,
        /// The heads for which the plan was made.
        planned: Vec<String>,
    },
    /// The database doesn't belong to the environment of the run: the run ends with exit code 77.
    WrongEnvironment(WrongEnvironment),
    /// Files of the plan have changed: the run ends with exit code 75.
    Changed {
        /// Relative to the project's root, if they are in there.
        files: Vec<String>,
    },
    /// The number of steps to run; `None` if Alembic can't determine it in advance.
    Steps { database: u32, total: Option<u32> },
    StepStarted {
        database: u32,
        /// The number of the step, from 1.
        number: u32,
        of: Option<u32>,
        direction: Direction,
        revision: String,
        down_revisions: Vec<String>,
        /// The first line of the revision's description.
        doc: Option<String>,
    },
    /// A step ended, with its entry in the version table. It is permanent only if each step has its
    /// own transaction, or there is none.
    StepEnded {
        database: u32,
        number: u32,
        #[serde(rename = "seconds", deserialize_with = "seconds")]
        duration: Duration,
        /// The heads after the step.
        heads: Vec<String>,
    },
    /// The transaction in which the current step runs, where the server numbers them.
    Transaction { database: u32, transaction: String },
    /// The transaction of the steps is over: what the run's own connection then found.
    Settled {
        database: u32,
        /// The heads, sorted; `None` if they could not be read.
        heads: Option<Vec<String>>,
        /// The reported transactions that were committed.
        committed: Vec<String>,
    },
    /// A probe has found these transactions of the run to be committed.
    Committed { database: u32, transactions: Vec<String> },
    /// A migration left its transaction: its earlier statements are committed.
    LeftTransaction { database: u32 },
    /// The current step had changed nothing when a lock ended its statement.
    Untouched { database: u32 },
    /// A statement of the current step waits for a lock: for longer than a second, for another one
    /// than before, or for another minute.
    LockWait {
        database: u32,
        #[serde(flatten)]
        wait: LockWait,
    },
    /// The statement doesn't wait any more.
    LockWaitEnded {
        database: u32,
        #[serde(rename = "seconds", deserialize_with = "seconds")]
        waited: Duration,
    },
    /// lback can't see what a statement waits for.
    WaitUnseen { database: u32, why: String },
    /// A statement of the current step has run for longer than a second, without a wait.
    StatementRuns {
        database: u32,
        /// The beginning of the statement, without literals.
        statement: String,
        /// The part of the work, in the server's words.
        phase: Option<String>,
        /// The part of the work that is done, from 0 to 100; none if the server doesn't say.
        percent: Option<f64>,
    },
    /// All steps ended; their transaction may still fail.
    HeadsAfter { database: u32, heads: Vec<String> },
    /// Migrations are about to be loaded, and then to run, or to be printed.
    MigrationsBegan { printed: bool },
    /// The migrations that began last have ended.
    MigrationsEnded,
    /// env.py has run to its end.
    EnvironmentEnded,
    /// lback received a stop request, and could not cancel the statement on the server.
    NotCancelled { why: String },
    /// The exception that ended Alembic.
    Error {
        /// The exception's type, with its module.
        error: String,
        /// The type of the driver's error, where `SQLAlchemy` passed one on.
        cause: Option<String>,
        message: String,
        /// True if the connection was lost: what the server does with the last statement is then
        /// unknown.
        #[serde(default)]
        disconnected: bool,
        /// The lock that led to the error, if one did.
        #[serde(default)]
        lock: Option<WaitEnd>,
        #[serde(default)]
        details: FailureDetails,
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

/// The way in which a lock of the database has ended a statement.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum WaitEnd {
    /// The statement waited for longer than its limit.
    Timeout,
    /// Two transactions waited for each other, and the server ended this one.
    Deadlock,
}

/// The lifetime of a lock.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum LockScope {
    /// The lock ends with the connection.
    Connection,
    /// The lock ends with the transaction, because a pooler is in front of the server.
    Transaction,
    /// The lock is on a file and ends with the process.
    File,
    /// This process already holds the lock, on another connection.
    Held,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum LockFailure {
    /// Another run holds the lock, and `lock = "fail"` excludes waiting.
    Fail,
    /// The lock was not released in time.
    Timeout,
    /// Waiting can't help: env.py has begun a transaction whose snapshot predates the changes of
    /// the other run.
    Stale,
    /// Waiting can't help: env.py has begun a transaction that blocks the other run.
    Blocking,
}

impl LauncherEvent {
    pub(super) fn database_mut(&mut self) -> Option<&mut u32> {
        match self {
            Self::Bypassed { .. }
            | Self::Versions { .. }
            | Self::Blind { .. }
            | Self::MigrationsBegan { .. }
            | Self::MigrationsEnded
            | Self::EnvironmentEnded
            | Self::NotCancelled { .. }
            | Self::Scripts { .. }
            | Self::WrongEnvironment(_)
            | Self::Changed { .. }
            | Self::Error { .. } => None,
            Self::Database { database, .. }
            | Self::Schema { database, .. }
            | Self::Transaction { database, .. }
            | Self::Settled { database, .. }
            | Self::Committed { database, .. }
            | Self::Session { database, .. }
            | Self::SessionSeen { database, .. }
            | Self::LockWaiting { database, .. }
            | Self::LockAcquired { database, .. }
            | Self::LockNotAcquired { database, .. }
            | Self::LockGaveWay { database, .. }
            | Self::Unlocked { database, .. }
            | Self::Limits { database, .. }
            | Self::InvalidIndex { database, .. }
            | Self::Unlimited { database, .. }
            | Self::HeadsBefore { database, .. }
            | Self::Pending { database, .. }
            | Self::Facts { database, .. }
            | Self::Ambiguous { database, .. }
            | Self::Drifted { database, .. }
            | Self::Steps { database, .. }
            | Self::StepStarted { database, .. }
            | Self::StepEnded { database, .. }
            | Self::LeftTransaction { database }
            | Self::Untouched { database }
            | Self::LockWait { database, .. }
            | Self::LockWaitEnded { database, .. }
            | Self::WaitUnseen { database, .. }
            | Self::StatementRuns { database, .. }
            | Self::HeadsAfter { database, .. } => Some(database),
        }
    }
}

fn seconds<'de, D: Deserializer<'de>>(from: D) -> Result<Duration, D::Error> {
    let seconds = f64::deserialize(from)?;
    Duration::try_from_secs_f64(seconds).map_err(serde::de::Error::custom)
}
