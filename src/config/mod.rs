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
mod origin;
mod raw;
mod resolve;
mod schema;
#[cfg(test)]
mod tests;
mod types;
mod value;

use std::fs;
use std::path::Path;

pub(crate) use crate::support::nearest::nearest;

pub(crate) use self::{
    discover::{FILE_NAME, discover},
    edit::{EditError, NewPlugin, granted, removed, with_plugin},
    error::{ConfigError, UnlistedPlugin},
    excerpt::{SettingPart, excerpt_of_settings},
    origin::Origin,
    raw::{LockMode, OnError, PluginMode},
    resolve::plugin_of_file,
    schema::schema,
    types::{Allow, Config, JournalConfig, PluginConfig},
    value::json as json_of_toml,
};
use crate::model::signal::SignalName;
use crate::registry::{PublicKey, Source};

/// What a project wants of lback.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Config {
    /// The project's root, absolute: the folder of `lback.toml`, and the one in which Alembic runs.
    pub(crate) root: PathBuf,
    /// The file that this was read from, as it was given; none where there is none.
    pub(crate) path: Option<PathBuf>,
    pub(crate) project: ProjectConfig,
    pub(crate) alembic: AlembicConfig,
    pub(crate) plan: PlanConfig,
    pub(crate) dispatch: DispatchConfig,
    pub(crate) journal: JournalConfig,
    pub(crate) registry: RegistryConfig,
    /// In the order of the file, which is the order in which denials are reported. No two have the
    /// same name.
    pub(crate) plugins: Vec<PluginConfig>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ProjectConfig {
    /// The name of the root folder where the file gives none.
    pub(crate) name: String,
    /// As the file says; `cli/` knows what overrides it.
    pub(crate) environment: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct AlembicConfig {
    /// The program and its first arguments, never empty. None: look for Alembic where it usually
    /// is.
    pub(crate) command: Option<Vec<String>>,
    /// Alembic's own configuration file, relative to the root. None: leave it to Alembic.
    pub(crate) config: Option<String>,
    /// How long one run of Alembic may take. None: as long as it likes, as without lback.
    pub(crate) timeout: Option<Duration>,
    /// Whether Alembic is started through the launcher, where it can be.
    pub(crate) launcher: bool,
    pub(crate) lock: LockMode,
    /// How long a run waits for the lock of the database.
    pub(crate) lock_timeout: Duration,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PlanConfig {
    /// How long it may take to make one.
    pub(crate) timeout: Duration,
    /// What revisions write, as persons say.
    pub(crate) writes: BTreeMap<String, Vec<String>>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct JournalConfig {
    pub(crate) enabled: bool,
    /// Absolute. None: in lback's folder for state.
    pub(crate) path: Option<PathBuf>,
    /// How long a run is kept.
    pub(crate) keep: Duration,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct RegistryConfig {
    /// A folder of plugins that is looked into before any other. Absolute.
    pub(crate) vendor: Option<PathBuf>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct DispatchConfig {
    /// How long handlers may still take once Alembic has ended.
    pub(crate) handler_grace: Duration,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct PluginConfig {
    /// Unique in the file, in kebab-case.
    pub(crate) name: String,
    /// The `lback.toml` that it stands in.
    pub(crate) file: Option<PathBuf>,
    /// Where the component comes from. Nobody has looked whether it exists.
    pub(crate) source: Source,
    /// Who must have signed it. None: nobody.
    pub(crate) public_key: Option<PublicKey>,
    /// None: those that the plugin's description asks for. Never empty, none twice.
    pub(crate) signals: Option<Vec<SignalName>>,
    pub(crate) mode: PluginMode,
    /// None: what is usual for the plugin's kind.
    pub(crate) on_error: Option<OnError>,
    /// Whether `--override` may go against it.
    pub(crate) allow_override: bool,
    /// For one call of the plugin. None: what is usual for its kind.
    pub(crate) timeout: Option<Duration>,
    /// For one instance, in bytes.
    pub(crate) memory: u64,
    pub(crate) allow: Allow,
    /// Always an object. What it means is the plugin's business.
    pub(crate) settings: serde_json::Value,
}

/// What a plugin is granted. It gets what it also asks for.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Allow {
    pub(crate) http: Vec<Origin>,
    /// Names of secrets.
    pub(crate) secrets: Vec<String>,
    /// Whether the origins above may be at private and loopback addresses.
    pub(crate) private: bool,
}

impl Config {
    /// Reads the file at `path`.
    pub(crate) fn load(path: &Path) -> Result<Self, ConfigError> {
        let bytes = fs::read(path).map_err(|source| ConfigError::Unreadable { path: path.to_owned(), source })?;
        Self::parse(&bytes, path)
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
