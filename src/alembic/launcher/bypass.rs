//! Why Alembic is run as it is configured, without the launcher.

use std::fmt::{self, Display, Formatter};
use std::path::PathBuf;

/// Without the launcher there is no lock, no word of heads and steps, and no reading of the heads after a failure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum BypassReason {
    /// `[alembic] launcher = false`.
    TurnedOff,
    /// There is no channel to a process on this system.
    System,
    /// The configured command is none whose Python lback could start by itself: `flask db`, a shell script.
    OtherProgram { command: String },
    /// A tool has a command of the project's own under the name `alembic`.
    Alias { tool: String },
    /// The launcher can't be written anywhere.
    NoFolder { folder: PathBuf, why: String },
    /// The interpreter can't be started with it.
    NotStarted { why: String },
    /// It was started, and couldn't do its work.
    Unable { why: String },
    /// It ended without a word: a tool before it failed, most often.
    NoWord,
}

impl BypassReason {
    /// Whether somebody decided that it be so, and needs no word about it.
    pub(crate) fn is_chosen(&self) -> bool {
        matches!(self, Self::TurnedOff)
    }
}

impl Display for BypassReason {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::TurnedOff => f.write_str("`launcher = false` in `lback.toml`"),
            Self::System => f.write_str("this system has no channel to a process"),
            Self::OtherProgram { command } => write!(f, "`{command}` is not Alembic's own program"),
            Self::Alias { tool } => write!(f, "`alembic` is a command of this project's own for `{tool}`"),
            Self::NoFolder { folder, why } => write!(f, "cannot write the launcher to `{}`: {why}", folder.display()),
            Self::NotStarted { why } => write!(f, "the launcher could not be started: {why}"),
            Self::Unable { why } => f.write_str(why),
            Self::NoWord => f.write_str("the launcher ended before Alembic could begin"),
        }
    }
}
