//! The reason why Alembic runs as configured, without the launcher.

use std::fmt::{self, Display, Formatter};
use std::path::PathBuf;

/// The reason for a run without the launcher. Such a run has no lock, no heads and steps, and no
/// reading of the heads after a failure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum BypassReason {
    /// `[alembic] launcher = false`.
    TurnedOff,
    /// lback can't determine which Python the configured command starts, as for a shell script.
    OtherProgram { command: String },
    /// The project defines a command of this name, `alembic` or `flask`, for a tool.
    Alias { name: String, tool: String },
    /// The launcher's files can't be written.
    NoFolder { folder: PathBuf, why: String },
    /// The interpreter could not be started with the launcher.
    NotStarted { why: String },
    /// The launcher was started, but can't do its work.
    Unable { why: String },
    /// The launcher ended before its first message, typically because a tool that starts it failed.
    NoWord,
}

impl BypassReason {
    /// Returns whether the user chose this, so that no message is needed.
    pub(crate) fn is_chosen(&self) -> bool {
        matches!(self, Self::TurnedOff)
    }
}

impl Display for BypassReason {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::TurnedOff => f.write_str("`launcher = false` in `lback.toml`"),
            Self::OtherProgram { command } => write!(f, "`{command}` is not Alembic's own program"),
            Self::Alias { name, tool } => write!(f, "`{name}` is a command of this project's own for `{tool}`"),
            Self::NoFolder { folder, why } => write!(f, "cannot write the launcher to `{}`: {why}", folder.display()),
            Self::NotStarted { why } => write!(f, "the launcher could not be started: {why}"),
            Self::Unable { why } => f.write_str(why),
            Self::NoWord => f.write_str("the launcher ended before Alembic could begin"),
        }
    }
}
