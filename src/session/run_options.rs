//! The options of a run, as they were typed.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use crate::alembic::GlobalOptions;

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
    /// The names of configuration files are relative to the current folder.
    pub(crate) alembic: GlobalOptions,
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
