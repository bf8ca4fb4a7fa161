//! The eight signals and the event around them: plain data, no wasm, no process.
//!
//! Names, order and arguments are those of the `MigrationCommands` signals that lback keeps compatible with; `wit/types.wit` documents each
//! field for plugin authors, and `plugin/convert.rs` is the one place where the two meet.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::model::database::Database;
use crate::model::verdict::AttributedDenial;

/// The name of a signal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum SignalName {
    /// The commands object is ready. Sent first in every run.
    MigrationCommandsInitialized,
    /// `lback makemigrations` was called.
    MigrationMakemigrationsCommand,
    /// `lback migrate` was called.
    MigrationMigrateCommand,
    /// `lback rollback` was called.
    MigrationRollbackCommand,
    /// `lback history` was called.
    MigrationHistoryCommand,
    /// Alembic's process is about to start.
    AlembicCommandStarted,
    /// Alembic exited with 0.
    AlembicCommandCompleted,
    /// Alembic exited otherwise, was stopped, or was never started.
    AlembicCommandFailed,
}

impl SignalName {
    /// All of them, in the order in which a run can send them.
    pub(crate) const ALL: [Self; 8] = [
        Self::MigrationCommandsInitialized,
        Self::MigrationMakemigrationsCommand,
        Self::MigrationMigrateCommand,
        Self::MigrationRollbackCommand,
        Self::MigrationHistoryCommand,
        Self::AlembicCommandStarted,
        Self::AlembicCommandCompleted,
        Self::AlembicCommandFailed,
    ];

    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::MigrationCommandsInitialized => "migration_commands_initialized",
            Self::MigrationMakemigrationsCommand => "migration_makemigrations_command",
            Self::MigrationMigrateCommand => "migration_migrate_command",
            Self::MigrationRollbackCommand => "migration_rollback_command",
            Self::MigrationHistoryCommand => "migration_history_command",
            Self::AlembicCommandStarted => "alembic_command_started",
            Self::AlembicCommandCompleted => "alembic_command_completed",
            Self::AlembicCommandFailed => "alembic_command_failed",
        }
    }

    /// Is it sent before Alembic runs, so that a policy may still deny?
    pub(crate) fn is_before(self) -> bool {
        !matches!(self, Self::AlembicCommandCompleted | Self::AlembicCommandFailed)
    }
}

impl fmt::Display for SignalName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// There is no signal of this name.
#[derive(Debug, thiserror::Error)]
#[error("there is no signal `{0}`")]
pub(crate) struct UnknownSignal(pub(crate) String);

impl FromStr for SignalName {
    type Err = UnknownSignal;

    fn from_str(name: &str) -> Result<Self, UnknownSignal> {
        Self::ALL.into_iter().find(|signal| signal.as_str() == name).ok_or_else(|| UnknownSignal(name.to_owned()))
    }
}

/// One signal on its way to the plugins.
///
/// Its JSON form is kept in the journal and read again by other versions of lback. A new field needs a default, and a change that an older
/// lback would misread needs a new version in `journal/stored.rs`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Event {
    pub(crate) id: Uuid,
    pub(crate) time: Timestamp,
    pub(crate) sender: Sender,
    pub(crate) context: Context,
    pub(crate) signal: Signal,
}

impl Event {
    /// The signal, sent now.
    pub(crate) fn now(sender: &Sender, context: &Context, signal: Signal) -> Self {
        Self { id: Uuid::now_v7(), time: Timestamp::now(), sender: sender.clone(), context: context.clone(), signal }
    }
}

/// The `MigrationCommands` instance that sends: one for each run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Sender {
    pub(crate) run_id: Uuid,
    pub(crate) project: String,
}

/// The circumstances of a run.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Context {
    pub(crate) environment: Option<String>,
    pub(crate) actor: Option<String>,
    pub(crate) host: Option<String>,
    pub(crate) git_commit: Option<String>,
    pub(crate) git_branch: Option<String>,
    pub(crate) ci_job_url: Option<String>,
    /// Whose veto does not count in this run.
    pub(crate) overrides: Vec<Override>,
}

/// A plugin whose veto a person has set aside for one run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Override {
    /// Its name in `lback.toml`.
    pub(crate) plugin: String,
    /// Why, in the person's own words.
    pub(crate) reason: String,
}

/// What is signalled, with its arguments.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "name", content = "arguments", rename_all = "snake_case", deny_unknown_fields)]
pub(crate) enum Signal {
    Initialized,
    Makemigrations { message: String },
    Migrate { version: String },
    Rollback { version: String, table: Option<String> },
    History,
    Started { command: AlembicCommand, full_command: Vec<String> },
    Completed(Finished),
    Failed { finished: Finished, error_type: ErrorType, exception: Option<Exception> },
}

impl Signal {
    pub(crate) fn name(&self) -> SignalName {
        match self {
            Self::Initialized => SignalName::MigrationCommandsInitialized,
            Self::Makemigrations { .. } => SignalName::MigrationMakemigrationsCommand,
            Self::Migrate { .. } => SignalName::MigrationMigrateCommand,
            Self::Rollback { .. } => SignalName::MigrationRollbackCommand,
            Self::History => SignalName::MigrationHistoryCommand,
            Self::Started { .. } => SignalName::AlembicCommandStarted,
            Self::Completed(_) => SignalName::AlembicCommandCompleted,
            Self::Failed { .. } => SignalName::AlembicCommandFailed,
        }
    }
}

/// The subcommand that Alembic is given (empty where there is none, as in `alembic --version`) and what follows it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct AlembicCommand {
    pub(crate) command: String,
    pub(crate) args: Vec<String>,
}

/// How Alembic's process ended, as far as there was one.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Finished {
    pub(crate) command: AlembicCommand,
    /// As in Python's `subprocess`: the exit code, or -N where signal N ended the process.
    pub(crate) returncode: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
    pub(crate) duration: Duration,
    /// In the order in which Alembic connected to them; empty where lback can't see it.
    pub(crate) databases: Vec<Database>,
}

/// Why a run failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum ErrorType {
    NonZeroExitCode,
    AlembicNotFound,
    /// lback could not start or follow Alembic.
    Exception,
    DeniedByPolicy,
    TimedOut,
    Interrupted,
}

impl ErrorType {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::NonZeroExitCode => "non_zero_exit_code",
            Self::AlembicNotFound => "alembic_not_found",
            Self::Exception => "exception",
            Self::DeniedByPolicy => "denied_by_policy",
            Self::TimedOut => "timed_out",
            Self::Interrupted => "interrupted",
        }
    }
}

impl Exception {
    /// The kind of a run that did nothing, because another one had the lock of the database.
    pub(crate) const LOCKED: &str = "Locked";
}

/// The cause of a failure, beyond the exit code.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Exception {
    /// A short name of its kind, as `PolicyDenied`.
    pub(crate) kind: String,
    pub(crate) message: String,
    /// In the order of `lback.toml`; empty unless policies denied.
    pub(crate) denials: Vec<AttributedDenial>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_the_same_in_code_and_in_files() {
        for name in SignalName::ALL {
            assert_eq!(name.as_str().parse::<SignalName>().unwrap(), name);
            assert_eq!(serde_json::to_value(name).unwrap(), name.as_str());
        }
    }
}
