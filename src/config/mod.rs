//! `lback.toml`: its format, its location, and its error messages.
//!
//! `discover` finds the file; `document` parses it and validates it against the schema; `raw` has
//! the types of the file's text, from which `schema` is generated; `resolve` converts them once
//! into the [`Config`] below.
//!
//! Other modules apply the environment and the command line (`session/`), check whether a plugin's
//! file exists and what it requests (`plugin/`), and choose defaults that depend on a plugin's role
//! (`dispatch/`).

mod defaults;
mod discover;
mod document;
mod edit;
mod error;
mod excerpt;
mod fault;
mod file_name;
mod origin;
mod raw;
mod resolve;
mod schema;
#[cfg(test)]
mod tests;
mod types;
mod value;

use std::path::Path;
use std::time::Duration;

use crate::support::digest::Digest;
pub(crate) use crate::support::nearest::nearest;
use crate::support::read_file;

pub(crate) use self::{
    discover::discover,
    edit::{EditError, NewPlugin, granted, removed, with_plugin},
    error::{ConfigError, UnlistedPlugin},
    excerpt::{SettingPart, excerpt_of_settings},
    file_name::FILE_NAME,
    origin::Origin,
    raw::{LockMode, OnError, PluginMode},
    resolve::unlisted_plugin,
    schema::schema,
    types::{Allow, Config, EndBlockers, JournalConfig, MigrateConfig, PluginConfig, RetryWait},
    value::{MOST_RETRIES, json as json_of_toml, typed_duration},
};

/// The looks at files that another process changes, and the time between them.
const LOOKS: usize = 100;
const BETWEEN_LOOKS: Duration = Duration::from_millis(20);

impl Config {
    /// Reads the file at `path`.
    ///
    /// While another process installs the first plugin, the lock file has it already.
    pub(crate) fn load(path: &Path) -> Result<Self, ConfigError> {
        for _ in 0..LOOKS {
            match Self::load_once(path) {
                Err(ConfigError::LostPlugins { .. }) if discover::is_being_changed(path) => {
                    std::thread::sleep(BETWEEN_LOOKS);
                }
                Err(ConfigError::LostPlugins { .. }) => break,
                loaded => return loaded,
            }
        }
        Self::load_once(path)
    }

    fn load_once(path: &Path) -> Result<Self, ConfigError> {
        let bytes = read_file::read(path, read_file::WRITTEN_BY_HAND)
            .map_err(|source| ConfigError::Unreadable { path: path.to_owned(), source })?;
        let config = Self { digest: Some(Digest::of(&bytes)), ..Self::parse(&bytes, path)? };
        if config.plugins.is_empty() {
            discover::require_no_locked_plugins(&config.root)?;
        }
        Ok(config)
    }

    /// Parses `bytes` as the content of the file at `path`.
    pub(crate) fn parse(bytes: &[u8], path: &Path) -> Result<Self, ConfigError> {
        let root = discover::root_of(path)?;
        document::decode(bytes)
            .and_then(|text| {
                let (raw, problems) = document::read(text, &schema());
                resolve::resolve(raw, &root, path, problems)
            })
            .map_err(|problems| ConfigError::invalid(path, bytes, problems))
    }

    /// Returns the configuration without `lback.toml`: lback runs Alembic in `root`, without
    /// plugins.
    pub(crate) fn default_for(root: &Path) -> Result<Self, ConfigError> {
        let root = discover::absolute(root)?;
        Ok(resolve::empty(&root))
    }
}
