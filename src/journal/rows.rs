//! The rows of the journal: recorded during a run, and written by `lback log` as JSON.

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;

use crate::model::finding::AcceptedFinding;
use crate::model::verdict::{Denial, Warning};

/// One run of lback.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct RunRow {
    /// A UUID, which plugins receive as the sender's run.
    pub(crate) id: String,
    /// The project's name.
    pub(crate) project: String,
    /// The folder in which Alembic ran.
    pub(crate) root: String,
    pub(crate) environment: Option<String>,
    /// The user who ran lback.
    pub(crate) actor: Option<String>,
    /// The name of the machine.
    pub(crate) host: Option<String>,
    pub(crate) git_commit: Option<String>,
    pub(crate) git_branch: Option<String>,
    pub(crate) ci_job_url: Option<String>,
    pub(crate) lback_version: String,
    pub(crate) alembic_version: Option<String>,
    pub(crate) sqlalchemy_version: Option<String>,
    pub(crate) python_version: Option<String>,
    /// Alembic's subcommand; empty if there was none.
    pub(crate) command: String,
    /// The whole command line, with `***` in place of secrets.
    pub(crate) full_command: Vec<String>,
    /// The time of the start, in RFC 3339.
    #[schemars(with = "String")]
    pub(crate) started: Timestamp,
    /// The time at which Alembic ended; null while the run goes on, and if it is unknown.
    #[schemars(with = "Option<String>")]
    pub(crate) ended: Option<Timestamp>,
    /// The time from start to end, in milliseconds.
    pub(crate) duration_ms: Option<i64>,
    /// One of `completed`, `failed`, `denied`, `timed_out`, `interrupted`, `locked`, `not_found`,
    /// `crashed` (lback was killed), `running`, or `unknown` (the journal could not be written at
    /// the end of the run).
    pub(crate) outcome: String,
    /// The error type of the signal `alembic_command_failed`.
    pub(crate) error_type: Option<String>,
    /// The cause of a failure, in addition to the exit code.
    pub(crate) error: Option<String>,
    /// The result of Alembic's process: its exit code, or -N if signal N ended it.
    pub(crate) returncode: Option<i64>,
    /// lback's own exit code.
    pub(crate) exit_code: Option<i64>,
}

/// The complete record of a run.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct RunDetails {
    pub(crate) run: RunRow,
    pub(crate) databases: Vec<DatabaseRow>,
    /// The steps, in the order of their start.
    pub(crate) steps: Vec<StepRow>,
    /// The answers of policies, and plugins that couldn't be loaded, in the order of the run.
    pub(crate) verdicts: Vec<VerdictRow>,
    /// The policies that were overridden.
    pub(crate) overrides: Vec<OverrideRow>,
    /// The signals, in the order in which they were sent.
    pub(crate) events: Vec<EventRow>,
    /// The output of Alembic, if the run failed.
    pub(crate) stdout: Option<String>,
    pub(crate) stderr: Option<String>,
}

/// A database that a run worked on.
#[derive(Debug, Default, Serialize, JsonSchema)]
pub(crate) struct DatabaseRow {
    /// The number of the database in the run, from 0.
    pub(crate) number: i64,
    /// The project's name for the database, if it has several.
    pub(crate) name: Option<String>,
    pub(crate) dialect: Option<String>,
    pub(crate) driver: Option<String>,
    pub(crate) server_version: Option<String>,
    pub(crate) transactional_ddl: Option<bool>,
    pub(crate) heads_before: Option<Vec<String>>,
    pub(crate) heads_after: Option<Vec<String>>,
    /// The database state after the run: `unchanged`, `advanced`, `done`, `lost`, `suspect`,
    /// `unknown`.
    pub(crate) outcome: Option<String>,
}

/// A step that began.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct StepRow {
    /// The number of its database.
    pub(crate) database: i64,
    /// The number of the step in the run, from 1.
    pub(crate) number: i64,
    pub(crate) revision: String,
    pub(crate) down_revisions: Vec<String>,
    /// `upgrade`, `downgrade` or `stamp`.
    pub(crate) direction: String,
    pub(crate) doc: String,
    /// The duration in milliseconds; null if the step did not end.
    pub(crate) duration_ms: Option<i64>,
}

/// The result of a call to a policy.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct VerdictRow {
    /// The signal; null if the plugin couldn't be loaded.
    pub(crate) signal: Option<String>,
    pub(crate) plugin: String,
    /// `allow`, `deny`, or `failed`.
    pub(crate) decision: String,
    /// True if it stopped the run. A policy in audit mode never does.
    pub(crate) blocked: bool,
    pub(crate) denials: Vec<Denial>,
    pub(crate) warnings: Vec<Warning>,
    /// The denials and warnings that comments in the scripts set aside.
    pub(crate) accepted: Vec<AcceptedFinding>,
    /// The reason why there is no answer.
    pub(crate) failure: Option<String>,
}

/// A policy that was overridden.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct OverrideRow {
    pub(crate) plugin: String,
    pub(crate) reason: String,
}

/// A signal that was sent.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct EventRow {
    /// A UUID, by which a receiver recognises duplicates.
    pub(crate) id: String,
    pub(crate) signal: String,
    #[schemars(with = "String")]
    pub(crate) time: Timestamp,
    /// The deliveries to the handlers that subscribe to the signal.
    pub(crate) deliveries: Vec<DeliveryRow>,
}

/// An event on its way to a handler.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct DeliveryRow {
    pub(crate) plugin: String,
    /// `waiting`, `done`, or `parked` (no longer tried by itself).
    pub(crate) state: String,
    /// The number of attempts.
    pub(crate) attempts: i64,
    #[schemars(with = "Option<String>")]
    pub(crate) last_attempt: Option<Timestamp>,
    #[schemars(with = "Option<String>")]
    pub(crate) delivered: Option<Timestamp>,
    /// The reason why it is not done.
    pub(crate) error: Option<String>,
}

/// The deliveries that wait for one plugin.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub(crate) struct WaitingRow {
    pub(crate) plugin: String,
    /// The number of messages that the next run retries.
    pub(crate) waiting: i64,
    /// The number of messages that only `lback log redeliver --parked` retries.
    pub(crate) parked: i64,
    /// The time at which the oldest of them was sent.
    #[schemars(with = "String")]
    pub(crate) oldest: Timestamp,
    /// The reason why the oldest of them was not accepted.
    pub(crate) error: Option<String>,
}
