//! The commands of lback: the arguments that each gives to Alembic, and its own signal.

use std::ffi::OsString;

use crate::alembic::{CommandLine, LineTarget, PlanQuestion, is_steps, redact};
use crate::model::database::Direction;
use crate::model::signal::Signal;

/// A command of lback, resolved from the command line. `extra` are arguments that are passed to
/// Alembic unchanged.
#[derive(Clone, Debug)]
pub(crate) enum Command {
    Makemigrations {
        name: Option<String>,
        extra: Vec<OsString>,
    },
    Migrate {
        version: String,
        extra: Vec<OsString>,
    },
    Rollback {
        version: String,
        /// The table that the version was found for.
        table: Option<String>,
        extra: Vec<OsString>,
    },
    /// A new revision that reverts others, written by lback.
    Forward {
        message: String,
        /// The parent of the new revision, as Alembic's `--head`.
        head: String,
        extra: Vec<OsString>,
    },
    History {
        extra: Vec<OsString>,
    },
    /// Any command line of Alembic.
    Alembic {
        words: Vec<OsString>,
    },
}

impl Command {
    /// Returns the arguments that follow Alembic's global options.
    pub(super) fn words(&self) -> Vec<OsString> {
        let with =
            |own: &[&str], extra: &[OsString]| own.iter().map(OsString::from).chain(extra.iter().cloned()).collect();
        match self {
            // A value that begins with a hyphen is only accepted when it is joined to its option.
            Self::Makemigrations { name: Some(name), extra } if name.starts_with('-') => {
                with(&["revision", "--autogenerate", &format!("--message={name}")], extra)
            }
            Self::Makemigrations { name: Some(name), extra } => {
                with(&["revision", "--autogenerate", "-m", name], extra)
            }
            Self::Makemigrations { name: None, extra } => with(&["revision", "--autogenerate"], extra),
            Self::Migrate { version, extra } => with(&["upgrade", version], extra),
            Self::Rollback { version, extra, .. } => with(&["downgrade", version], extra),
            Self::Forward { message, head, extra } => {
                with(&["revision", &format!("--message={message}"), &format!("--head={head}")], extra)
            }
            Self::History { extra } => with(&["history"], extra),
            Self::Alembic { words } => words.clone(),
        }
    }

    /// Returns the direction of the command, if its success is to be reported. The rollback of a
    /// table has a report of its own.
    pub(super) fn announces(&self, line: &CommandLine) -> Option<Direction> {
        let has_own_report = matches!(self, Self::Rollback { table: Some(_), .. });
        if has_own_report || line.is_quiet() || !line.changes_database() {
            return None;
        }
        Some(match line.command() {
            "upgrade" => Direction::Upgrade,
            "downgrade" => Direction::Downgrade,
            "stamp" => Direction::Stamp,
            _ => return None,
        })
    }

    /// Returns `true` if the command counts steps from the current revision, so that only one
    /// revision may be current.
    pub(super) fn needs_single_head(&self) -> bool {
        matches!(self, Self::Rollback { version, .. } if is_steps(version))
    }

    /// Returns the command's own signal, with passwords hidden as in its command line; `alembic`
    /// has none.
    pub(super) fn signal(&self) -> Option<Signal> {
        let shown = |word: &str| redact(word).into_owned();
        Some(match self {
            Self::Makemigrations { name, .. } => {
                Signal::Makemigrations { message: name.as_deref().map_or_else(|| "auto".to_owned(), shown) }
            }
            Self::Forward { message, .. } => Signal::Makemigrations { message: shown(message) },
            Self::Migrate { version, .. } => Signal::Migrate { version: shown(version) },
            Self::Rollback { version, table, .. } => Signal::Rollback { version: shown(version), table: table.clone() },
            Self::History { .. } => Signal::History,
            Self::Alembic { .. } => return None,
        })
    }
}

/// The steps that a command line asks for.
pub(super) enum Planned {
    /// The command line takes the steps of this question.
    Steps(PlanQuestion),
    /// The command line runs no migrations.
    Nothing,
    /// The command line may run migrations, but its arguments cannot be read.
    Unknown,
}

impl Planned {
    /// Returns the steps of a command line.
    pub(super) fn of(line: &CommandLine) -> Self {
        let target = match line.target() {
            None | Some(LineTarget::Printed) => return Self::Nothing,
            Some(LineTarget::Unknown) => return Self::Unknown,
            Some(LineTarget::Revision(target)) => target,
        };
        Self::Steps(match line.command() {
            "upgrade" => PlanQuestion::Upgrade { target },
            _ => PlanQuestion::Downgrade { target },
        })
    }
}
