//! The commands: what each one gives to Alembic, and which signal is its own.

use std::ffi::OsString;

use crate::alembic::redact;
use crate::signal::Signal;

/// A command of lback, as it was meant. `extra` are arguments that Alembic gets as they are.
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
    /// What Alembic is given after its global options.
    pub(super) fn words(&self) -> Vec<OsString> {
        let with =
            |own: &[&str], extra: &[OsString]| own.iter().map(OsString::from).chain(extra.iter().cloned()).collect();
        match self {
            // Only joined to its option may a value begin with a hyphen.
            Self::Makemigrations { name: Some(name), extra } if name.starts_with('-') => {
                with(&["revision", "--autogenerate", &format!("--message={name}")], extra)
            }
            Self::Makemigrations { name: Some(name), extra } => {
                with(&["revision", "--autogenerate", "-m", name], extra)
            }
            Self::Makemigrations { name: None, extra } => with(&["revision", "--autogenerate"], extra),
            Self::Migrate { version, extra } => with(&["upgrade", version], extra),
            Self::Rollback { version, extra } => with(&["downgrade", version], extra),
            Self::History { extra } => with(&["history"], extra),
            Self::Alembic { words } => words.clone(),
        }
    }

    /// Whether it counts its steps from where the database is, so that there must be one such place.
    pub(super) fn needs_single_head(&self) -> bool {
        let steps = |version: &str| version.strip_prefix('-').is_some_and(|steps| steps.parse::<u32>().is_ok());
        matches!(self, Self::Rollback { version, .. } if steps(version))
    }

    /// The signal of the command itself, without passwords, as its command line has them; `alembic` has none.
    pub(super) fn signal(&self) -> Option<Signal> {
        let shown = |word: &str| redact(word).into_owned();
        Some(match self {
            Self::Makemigrations { name, .. } => {
                Signal::Makemigrations { message: name.as_deref().map_or_else(|| "auto".to_owned(), shown) }
            }
            Self::Migrate { version, .. } => Signal::Migrate { version: shown(version) },
            Self::Rollback { version, .. } => Signal::Rollback { version: shown(version), table: None },
            Self::History { .. } => Signal::History,
            Self::Alembic { .. } => return None,
        })
    }
}
