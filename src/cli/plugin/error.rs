//! Errors of commands that install, update or remove plugins. Nothing has been changed when one is
//! returned.

use std::io;

use crate::config::EditError;
use crate::plugin::{Failure, SettingsError};
use crate::registry::{LOCK_FILE_NAME, LockError, NotInstalled, SignatureError, SourceSyntaxError};
use crate::support::exit::Exit;
use crate::support::io_error::exit_of_write;
use crate::support::refused_resource::exit_unless_refused;
use crate::support::user_error::UserError;

#[derive(Debug, thiserror::Error)]
pub(super) enum InstallError {
    #[error("there is no `lback.toml` in this folder or above it")]
    NoProject,
    #[error("{0}")]
    Written(SourceSyntaxError),
    #[error("`{name}` is neither a plugin of lback nor a file")]
    UnknownName { name: String, near: Option<&'static str> },
    #[error("{0}")]
    Edit(#[from] EditError),
    #[error("`{LOCK_FILE_NAME}` can't be used: {0}")]
    Lock(#[from] LockError),
    #[error("`lback.toml` has a plugin `{name}` already, from `{present}`")]
    NameTaken { name: String, present: String },
    #[error("`{0}` is in `lback.toml` already, and what its source has now is not what is locked")]
    Changed(String),
    #[error("`{0}` is in `lback.toml` already, and `lback plugin install` doesn't change its settings or its key")]
    Listed(String),
    #[error("`{name}` from `{origin}` is refused: {error}")]
    Signature { name: String, origin: String, error: SignatureError },
    /// `typed` says that the setting came from `--set` and not from `lback.toml`.
    #[error("`{name}` {version} does not take these settings: {error}")]
    Settings { name: String, version: String, error: SettingsError, typed: bool },
    #[error("`{name}` requests permissions that are not granted; nothing was changed:{}", listed(.items))]
    NotGranted { name: String, items: Vec<String>, flags: Vec<String> },
    #[error("`{name}` doesn't ask for `{item}`, so it can't be granted")]
    NotAsked { name: String, item: String, asked: Vec<String> },
    #[error("`{LOCK_FILE_NAME}` would change, and `--locked` forbids it:{}", listed(.0))]
    WouldChange(Vec<String>),
    /// A name or a setting that `lback.toml` can't have. It was typed, so no line of the file is
    /// shown.
    #[error("{message}")]
    NotForConfig { message: String, hint: Option<String> },
    #[error("cannot put `{name}` into the store: {cause}")]
    Store { name: String, cause: io::Error },
    #[error("cannot change the project's files: {0}")]
    Files(io::Error),
}

fn listed(items: &[String]) -> String {
    items.iter().flat_map(|item| ["\n", item]).collect()
}

impl UserError for InstallError {
    fn exit(&self) -> Exit {
        match self {
            Self::Written(_)
            | Self::UnknownName { .. }
            | Self::NameTaken { .. }
            | Self::Listed(_)
            | Self::NotAsked { .. }
            | Self::NotForConfig { .. }
            | Self::Edit(EditError::NoSuchPlugin(_) | EditError::NotAnAssignment(_) | EditError::NotATable { .. })
            | Self::Settings { typed: true, .. } => Exit::Usage,
            Self::NoProject | Self::Edit(EditError::Syntax(_)) | Self::Settings { typed: false, .. } => Exit::Config,
            Self::Lock(_) | Self::Changed(_) | Self::Signature { .. } | Self::WouldChange(_) => Exit::InvalidPlugin,
            Self::NotGranted { .. } => Exit::Denied,
            Self::Store { cause, .. } | Self::Files(cause) => exit_of_write(cause),
        }
    }

    fn hint(&self) -> Option<String> {
        Some(match self {
            Self::NoProject => "`lback init` makes one".to_owned(),
            Self::NotForConfig { hint, .. } => return hint.clone(),
            Self::UnknownName { near: Some(near), .. } => format!("did you mean `{near}`?"),
            Self::UnknownName { near: None, .. } => {
                "`lback plugin list --available` lists lback's own plugins; other plugins have a path or a URL"
                    .to_owned()
            }
            Self::Written(why) => return why.hint(),
            Self::Edit(EditError::NoSuchPlugin(_)) => {
                "`lback plugin list` shows the plugins of this project".to_owned()
            }
            Self::Edit(EditError::NotAnAssignment(_)) => {
                "write a setting and its value, as `--set 'protect=[\"production\"]'`".to_owned()
            }
            Self::Lock(error) => error.hint().to_owned(),
            Self::NameTaken { name, .. } => format!(
                "`--name` gives this one another name; to move `{name}` to another source, change `source` in `lback.toml`, then `lback plugin update {name}`"
            ),
            Self::Listed(name) => format!("change the entry of `{name}` in `lback.toml`"),
            Self::Changed(name) => format!("`lback plugin update {name}` shows what changed, and takes it"),
            Self::Signature { error, .. } => error.hint().to_owned(),
            Self::Settings { typed: true, error: SettingsError::Refused(_), .. } => {
                "`--set key=value` gives a setting; `lback plugin inspect SOURCE` lists them".to_owned()
            }
            Self::Settings { typed: false, error: SettingsError::Refused(_), .. } => {
                "correct `[plugin.settings]` in `lback.toml` first".to_owned()
            }
            Self::Settings { error: SettingsError::Schema(_), .. } => {
                "this is a defect of the plugin: correct it if it is yours, otherwise report it to its author"
                    .to_owned()
            }
            Self::NotGranted { flags, .. } => format!(
                "to grant it, add `{}`, or `--accept-permissions` for all that it asks for; `--deny-others` goes on without",
                flags.join(" ")
            ),
            Self::NotAsked { asked, .. } if asked.is_empty() => "it asks for nothing".to_owned(),
            Self::NotAsked { asked, .. } => format!("it asks for `{}`", asked.join("`, `")),
            Self::WouldChange(_) => {
                format!("`lback plugin install` without `--locked` brings `{LOCK_FILE_NAME}` up to date; commit it")
            }
            Self::Store { .. } => "`LBACK_DATA_DIR` can name another folder".to_owned(),
            Self::Edit(EditError::Syntax(_) | EditError::NotATable { .. }) | Self::Files(_) => return None,
        })
    }
}

/// A plugin that cannot be loaded.
#[derive(Debug, thiserror::Error)]
#[error("the plugin `{plugin}` is not valid: {failure}")]
pub(super) struct InvalidPlugin {
    pub(super) plugin: String,
    pub(super) failure: Box<Failure>,
}

impl UserError for InvalidPlugin {
    fn exit(&self) -> Exit {
        self.failure.exit()
    }

    fn hint(&self) -> Option<String> {
        self.failure.hint()
    }

    fn excerpt(&self) -> Option<String> {
        self.failure.excerpt().map(str::to_owned)
    }
}

/// A plugin that is not installed as `lback.lock` says, or a lock file that cannot be read.
#[derive(Debug, thiserror::Error)]
pub(super) enum InstalledError {
    #[error("the plugin `{name}` can't be used: {failure}")]
    Plugin { name: String, failure: Box<NotInstalled> },
    #[error("{0}")]
    LockFile(Box<NotInstalled>),
}

impl UserError for InstalledError {
    fn exit(&self) -> Exit {
        exit_unless_refused(&self.to_string(), Exit::InvalidPlugin)
    }

    fn hint(&self) -> Option<String> {
        match self {
            Self::Plugin { failure, .. } | Self::LockFile(failure) => failure.hint(),
        }
    }
}
