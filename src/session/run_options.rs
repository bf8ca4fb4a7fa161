//! The options of a run, as they were typed.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::alembic::GlobalOptions;
use crate::config::{EndBlockers, MigrateConfig, RetryWait};

/// The options of a run, as they were typed.
#[derive(Clone)]
pub(crate) struct RunOptions {
    /// The environment that policies decide by. None: that of `lback.toml`.
    pub(crate) environment: Option<String>,
    /// The plugins whose denials are set aside.
    pub(crate) overrides: Vec<String>,
    /// The reason for the overrides.
    pub(crate) reason: Option<String>,
    /// The file that events are appended to; `-` is stdout.
    pub(crate) events: Option<PathBuf>,
    /// The limits of statements, and the attempts after a time-out.
    pub(crate) waits: WaitOptions,
    /// The names of configuration files are relative to the current folder.
    pub(crate) alembic: GlobalOptions,
}

/// The options that take the place of `[migrate]` in `lback.toml`.
#[derive(Clone, Copy, Default)]
pub(crate) struct WaitOptions {
    pub(crate) ddl_lock_timeout: Option<Duration>,
    pub(crate) statement_timeout: Option<Duration>,
    pub(crate) retries: Option<u32>,
    pub(crate) retry_wait: Option<RetryWait>,
    pub(crate) end_blockers_after: Option<Duration>,
}

impl WaitOptions {
    /// Returns the settings of `lback.toml`, with these options in their place.
    pub(super) fn over(self, config: &MigrateConfig) -> MigrateConfig {
        MigrateConfig {
            ddl_lock_timeout: self.ddl_lock_timeout.or(config.ddl_lock_timeout),
            statement_timeout: self.statement_timeout.or(config.statement_timeout),
            retries: self.retries.unwrap_or(config.retries),
            retry_wait: self.retry_wait.unwrap_or(config.retry_wait),
            end_blockers: match self.end_blockers_after {
                Some(after) => EndBlockers { after: Some(after), ..EndBlockers::default() },
                None => config.end_blockers.clone(),
            },
            drop_invalid_indexes: config.drop_invalid_indexes,
        }
    }
}

impl RunOptions {
    /// Returns Alembic's global options, with the configuration file of `lback.toml` as the
    /// default.
    ///
    /// A path on the command line is relative to the current folder `here`, but Alembic runs in
    /// `root`.
    pub(super) fn alembic_options(&self, configured: Option<&str>, here: &Path, root: &Path) -> GlobalOptions {
        let resolved = |file: &OsString| if here == root { file.clone() } else { here.join(file).into_os_string() };
        let config = if self.alembic.config.is_empty() {
            configured.map(OsString::from).into_iter().collect()
        } else {
            self.alembic.config.iter().map(resolved).collect()
        };
        GlobalOptions { config, ..self.alembic.clone() }
    }
}
