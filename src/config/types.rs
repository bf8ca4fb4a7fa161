//! The configuration, resolved: what `lback.toml` means.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

use super::origin::Origin;
use super::raw::{LockMode, OnError, PluginMode};
use crate::model::signal::SignalName;
use crate::registry::{PublicKey, Source};
use crate::support::digest::Digest;

/// The configuration of a project.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Config {
    /// The project's root, absolute: the folder of `lback.toml`, and the one in which Alembic runs.
    pub(crate) root: PathBuf,
    /// The file, as its path was given; `None` without a file.
    pub(crate) path: Option<PathBuf>,
    /// The digest of the file as it was read.
    pub(crate) digest: Option<Digest>,
    pub(crate) project: ProjectConfig,
    /// The environments by name, with the databases that belong to each; `None` for no list.
    pub(crate) environments: BTreeMap<String, Option<Vec<String>>>,
    pub(crate) alembic: AlembicConfig,
    pub(crate) plan: PlanConfig,
    pub(crate) migrate: MigrateConfig,
    pub(crate) dispatch: DispatchConfig,
    pub(crate) journal: JournalConfig,
    pub(crate) registry: RegistryConfig,
    /// The plugins, in the order of the file, which is the order of reported denials. Names are
    /// unique.
    pub(crate) plugins: Vec<PluginConfig>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ProjectConfig {
    /// The name; by default that of the root folder.
    pub(crate) name: String,
    /// The environment of the file; options and variables override it.
    pub(crate) environment: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct AlembicConfig {
    /// The program and its first arguments, never empty; `None` to search for Alembic.
    pub(crate) command: Option<Vec<String>>,
    /// Alembic's configuration file, relative to the root; `None` for Alembic's default.
    pub(crate) config: Option<String>,
    /// The time limit of one run of Alembic; `None` for no limit.
    pub(crate) timeout: Option<Duration>,
    /// True if Alembic is started through the launcher, if possible.
    pub(crate) launcher: bool,
    pub(crate) lock: LockMode,
    /// The time for which a run waits for the lock of the database.
    pub(crate) lock_timeout: Duration,
    /// The keys of `-x` whose values are shown.
    pub(crate) show_x: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PlanConfig {
    /// The time limit of a plan.
    pub(crate) timeout: Duration,
    /// The file with sizes of tables, as it is written; `None` for none.
    pub(crate) facts: Option<String>,
    /// The tables that revisions write, by declaration.
    pub(crate) writes: BTreeMap<String, Vec<String>>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct MigrateConfig {
    /// The time for which a statement may wait for a lock; `None` for that of the database.
    pub(crate) ddl_lock_timeout: Option<Duration>,
    /// The time for which a statement may run; `None` for that of the database.
    pub(crate) statement_timeout: Option<Duration>,
    /// The number of further attempts after a time-out of a lock.
    pub(crate) retries: u32,
    pub(crate) retry_wait: RetryWait,
    pub(crate) end_blockers: EndBlockers,
    /// True if an invalid index is dropped before one of its name is created.
    pub(crate) drop_invalid_indexes: bool,
}

/// The time of a wait for a lock after which the sessions that block it are ended.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct EndBlockers {
    /// The time in all environments without their own; `None` for never.
    pub(crate) after: Option<Duration>,
    /// The times in environments.
    pub(crate) by_environment: BTreeMap<String, Duration>,
}

impl EndBlockers {
    /// Returns the time in an environment; `None` for never.
    pub(crate) fn in_environment(&self, environment: Option<&str>) -> Option<Duration> {
        environment.and_then(|name| self.by_environment.get(name).copied()).or(self.after)
    }
}

/// The pauses between two attempts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct RetryWait {
    /// The first pause.
    pub(crate) from: Duration,
    /// The longest pause, which isn't shorter than the first one.
    pub(crate) to: Duration,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct JournalConfig {
    pub(crate) enabled: bool,
    /// The absolute path of the file; `None` for the default in lback's folder for state.
    pub(crate) path: Option<PathBuf>,
    /// The time for which a run is kept.
    pub(crate) keep: Duration,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct RegistryConfig {
    /// The absolute path of a folder of plugins that is searched first.
    pub(crate) vendor: Option<PathBuf>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct DispatchConfig {
    /// The time that handlers have after the end of Alembic.
    pub(crate) handler_grace: Duration,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct PluginConfig {
    /// The name, unique in the file, in kebab-case.
    pub(crate) name: String,
    /// The `lback.toml` that lists the plugin.
    pub(crate) file: Option<PathBuf>,
    /// The source of the component, which may not exist.
    pub(crate) source: Source,
    /// The key that must have signed the component; `None` for no signature.
    pub(crate) public_key: Option<PublicKey>,
    /// The signals, never empty and without repetition; `None` for those that the plugin requests.
    pub(crate) signals: Option<Vec<SignalName>>,
    /// The environments in which the plugin is used; `None` for all.
    pub(crate) environments: Option<Vec<String>>,
    pub(crate) mode: PluginMode,
    /// The reaction to a failure; `None` for the default of the plugin's role.
    pub(crate) on_error: Option<OnError>,
    /// True if `--override` may set its denials aside.
    pub(crate) allow_override: bool,
    /// The time limit of one call; `None` for the default of the plugin's role.
    pub(crate) timeout: Option<Duration>,
    /// The memory limit of one instance, in bytes.
    pub(crate) memory: u64,
    pub(crate) allow: Allow,
    /// The plugin's settings, always an object.
    pub(crate) settings: serde_json::Value,
}

impl PluginConfig {
    /// Returns whether the plugin may be used in an environment. In a run without one, its role
    /// decides.
    pub(crate) fn may_be_used_in(&self, environment: Option<&str>) -> bool {
        let (Some(listed), Some(environment)) = (&self.environments, environment) else { return true };
        listed.iter().any(|name| name == environment)
    }
}

/// The permissions that a plugin is granted. They apply if the plugin requests them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Allow {
    pub(crate) http: Vec<Origin>,
    /// The names of secrets.
    pub(crate) secrets: Vec<String>,
    /// True if the origins above may be at private and loopback addresses.
    pub(crate) private: bool,
}
