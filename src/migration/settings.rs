//! The settings with which Alembic runs in a project.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use super::command::Command;
use crate::alembic::{
    AlembicNotFound, CommandLine, EnvironmentRules, GlobalOptions, Launcher, LockSettings, Program, ServerOrders,
    StatementLimits,
};
use crate::model::plan::PlanInput;
use crate::model::reporter::Reporter;

/// The settings with which Alembic runs in a project.
pub(crate) struct AlembicSettings {
    pub(crate) program: Result<Program, AlembicNotFound>,
    pub(crate) options: GlobalOptions,
    pub(crate) root: PathBuf,
    /// Variables that are set for Alembic in addition to lback's own environment.
    pub(crate) environment: Vec<(OsString, OsString)>,
    pub(crate) timeout: Option<Duration>,
    pub(crate) launcher: Launcher,
    pub(crate) lock: LockSettings,
    pub(crate) limits: Option<StatementLimits>,
    pub(crate) orders: ServerOrders,
    pub(crate) retries: RetrySettings,
    pub(crate) plans: PlanSettings,
}

/// The attempts after a time-out of a lock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct RetrySettings {
    /// The largest number of further attempts.
    pub(crate) retries: u32,
    /// The first pause.
    pub(crate) from: Duration,
    /// The longest pause.
    pub(crate) to: Duration,
}

/// The settings with which plans are made in a project.
#[derive(Clone)]
pub(crate) struct PlanSettings {
    /// The time that a plan may take.
    pub(crate) limit: Duration,
    /// The file of facts as `lback.toml` names it, and its path.
    pub(crate) facts: Option<(String, PathBuf)>,
    /// The tables that revisions write, as declared in `lback.toml`, by revision.
    pub(crate) declared: BTreeMap<String, Vec<String>>,
    /// The databases of the environments, if they are to be checked: in plans and in runs.
    pub(crate) environment: Option<EnvironmentRules>,
    /// `lback.toml` as it was read: a run must not go by a plan that another one allowed.
    pub(crate) config: Option<PlanInput>,
    pub(crate) reporter: Arc<dyn Reporter>,
}

impl AlembicSettings {
    /// Returns the configuration files that Alembic is given, relative to the project's root.
    pub(crate) fn config_files(&self, command: &Command) -> Vec<OsString> {
        self.line(command).config_files().to_vec()
    }

    /// Returns the command line for a command. Without Alembic it is the one that would have run.
    pub(super) fn line(&self, command: &Command) -> CommandLine {
        let new = |program: &Program| CommandLine::new(program, &self.options, &command.words());
        match &self.program {
            Ok(program) => new(program),
            Err(error) => new(&error.sought()),
        }
    }
}
