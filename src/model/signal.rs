//! The signals, with their arguments.
//!
//! Names, order and arguments are those of the `MigrationCommands` signals that lback is compatible
//! with. `wit/types.wit` documents each field for authors of plugins; `plugin/convert.rs` converts
//! between the two.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::model::database::Database;
use crate::model::finding::AcceptedFinding;
use crate::model::lock_wait::LockWait;
use crate::model::verdict::AttributedDenial;
use crate::support::redact::Treatment;

/// The name of a signal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum SignalName {
    /// The commands object is ready. The first signal of every run.
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
    /// A statement of a migration waits for a lock. Plugins receive it as an extension.
    AlembicLockWait,
    /// Alembic exited with code 0.
    AlembicCommandCompleted,
    /// Alembic exited with another code, was stopped, or was never started.
    AlembicCommandFailed,
}

impl SignalName {
    /// All names, in the order in which a run can send the signals.
    pub(crate) const ALL: [Self; 9] = [
        Self::MigrationCommandsInitialized,
        Self::MigrationMakemigrationsCommand,
        Self::MigrationMigrateCommand,
        Self::MigrationRollbackCommand,
        Self::MigrationHistoryCommand,
        Self::AlembicCommandStarted,
        Self::AlembicLockWait,
        Self::AlembicCommandCompleted,
        Self::AlembicCommandFailed,
    ];

    /// Returns the name as it is written in files and contracts.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::MigrationCommandsInitialized => "migration_commands_initialized",
            Self::MigrationMakemigrationsCommand => "migration_makemigrations_command",
            Self::MigrationMigrateCommand => "migration_migrate_command",
            Self::MigrationRollbackCommand => "migration_rollback_command",
            Self::MigrationHistoryCommand => "migration_history_command",
            Self::AlembicCommandStarted => "alembic_command_started",
            Self::AlembicLockWait => "alembic_lock_wait",
            Self::AlembicCommandCompleted => "alembic_command_completed",
            Self::AlembicCommandFailed => "alembic_command_failed",
        }
    }

    /// Returns whether the signal is sent before Alembic runs, so that a policy can still deny.
    pub(crate) fn is_before(self) -> bool {
        !matches!(self, Self::AlembicLockWait | Self::AlembicCommandCompleted | Self::AlembicCommandFailed)
    }
}

impl fmt::Display for SignalName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The error for a name that no signal has.
#[derive(Debug, thiserror::Error)]
#[error("there is no signal `{0}`")]
pub(crate) struct UnknownSignal(pub(crate) String);

impl FromStr for SignalName {
    type Err = UnknownSignal;

    fn from_str(name: &str) -> Result<Self, UnknownSignal> {
        Self::ALL.into_iter().find(|signal| signal.as_str() == name).ok_or_else(|| UnknownSignal(name.to_owned()))
    }
}

/// A signal with its arguments.
///
/// A part of [`Event`](crate::model::event::Event), whose JSON form the journal keeps.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "name", content = "arguments", rename_all = "snake_case", deny_unknown_fields)]
pub(crate) enum Signal {
    Initialized,
    Makemigrations { message: String },
    Migrate { version: String },
    Rollback { version: String, table: Option<String> },
    History,
    Started { command: AlembicCommand, full_command: Vec<String> },
    LockWait(LockWait),
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
            Self::LockWait(_) => SignalName::AlembicLockWait,
            Self::Completed(_) => SignalName::AlembicCommandCompleted,
            Self::Failed { .. } => SignalName::AlembicCommandFailed,
        }
    }

    /// Calls `act` with each text of the arguments that lback didn't choose itself.
    pub(super) fn for_each_text(&mut self, act: &mut impl FnMut(Treatment, &mut String)) {
        match self {
            Self::Initialized | Self::History => {}
            Self::Makemigrations { message } => act(Treatment::Free, message),
            Self::Migrate { version } => act(Treatment::Name, version),
            Self::Rollback { version, table } => {
                act(Treatment::Name, version);
                if let Some(table) = table {
                    act(Treatment::Name, table);
                }
            }
            Self::Started { command, full_command } => {
                command.for_each_text(act);
                for word in full_command {
                    act(Treatment::Name, word);
                }
            }
            Self::LockWait(wait) => wait.for_each_text(act),
            Self::Completed(finished) => finished.for_each_text(act),
            Self::Failed { finished, error_type: _, exception } => {
                finished.for_each_text(act);
                if let Some(exception) = exception {
                    exception.for_each_text(act);
                }
            }
        }
    }
}

/// Alembic's subcommand and the arguments after it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct AlembicCommand {
    /// The subcommand; empty where the command line has none, as in `alembic --version`.
    pub(crate) command: String,
    pub(crate) args: Vec<String>,
}

impl AlembicCommand {
    fn for_each_text(&mut self, act: &mut impl FnMut(Treatment, &mut String)) {
        let Self { command, args } = self;
        std::iter::once(command).chain(args).for_each(|word| act(Treatment::Name, word));
    }
}

/// The end of Alembic's process, as far as there was a process.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Finished {
    pub(crate) command: AlembicCommand,
    /// The exit code, or -N where signal N ended the process, as in Python's `subprocess`.
    pub(crate) returncode: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
    pub(crate) duration: Duration,
    /// The databases in the order in which Alembic connected to them. Empty where lback can't
    /// observe them.
    pub(crate) databases: Vec<Database>,
    /// The number of times that Alembic was started; 0 where it never ran.
    pub(crate) attempts: u32,
    /// The findings of policies that comments in the scripts set aside.
    pub(crate) accepted: Vec<AcceptedFinding>,
}

impl Finished {
    fn for_each_text(&mut self, act: &mut impl FnMut(Treatment, &mut String)) {
        let Self { command, returncode: _, stdout, stderr, duration: _, databases, attempts: _, accepted } = self;
        command.for_each_text(act);
        act(Treatment::Free, stdout);
        act(Treatment::Free, stderr);
        for database in databases {
            database.for_each_text(act);
        }
        for finding in accepted {
            finding.for_each_text(act);
        }
    }
}

/// The reason why a run failed.
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
    /// Returns the name as it is written in files and contracts.
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

/// The cause of a failure, beyond the exit code.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Exception {
    /// A short name for the kind of the cause, as `PolicyDenied`.
    pub(crate) kind: String,
    pub(crate) message: String,
    /// The denials in the order of `lback.toml`; empty unless policies denied.
    pub(crate) denials: Vec<AttributedDenial>,
}

impl Exception {
    /// The kind of a run that did nothing because another run held the lock of the database.
    pub(crate) const LOCKED: &str = "Locked";
    /// The kinds that lback itself reports. Other kinds are the types of Python's exceptions.
    const OWN_KINDS: [&str; 12] = [
        Self::LOCKED,
        "Ambiguous",
        "Crashed",
        "Drifted",
        "Interrupted",
        "NotFound",
        "NotStarted",
        "PluginFailed",
        "PolicyDenied",
        "Terminated",
        "TimedOut",
        "WrongEnvironment",
    ];

    fn for_each_text(&mut self, act: &mut impl FnMut(Treatment, &mut String)) {
        let Self { kind, message, denials } = self;
        if !Self::OWN_KINDS.contains(&kind.as_str()) {
            act(Treatment::Name, kind);
        }
        act(Treatment::Free, message);
        for AttributedDenial { plugin, denial } in denials {
            act(Treatment::Name, plugin);
            denial.for_each_text(act);
        }
    }
}

/// A signal of a later lback, for plugins that were built before it existed.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Extension {
    /// The name of the later signal.
    pub(crate) name: String,
    /// The arguments of the signal, as a JSON text.
    pub(crate) json: String,
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
