//! How Alembic is run in a project.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use super::command::Command;
use super::prepared::PreparedAlembic;
use crate::alembic::{
    AlembicNotFound, CommandLine, GlobalOptions, Grace, Invocation, Launcher, LockSettings, PendingRun, Program,
};
use crate::model::reporter::Reporter;

/// How Alembic is run in this project.
pub(crate) struct AlembicSettings {
    pub(crate) program: Result<Program, AlembicNotFound>,
    pub(crate) options: GlobalOptions,
    pub(crate) root: PathBuf,
    /// Set for Alembic in addition to lback's own environment.
    pub(crate) environment: Vec<(OsString, OsString)>,
    pub(crate) timeout: Option<Duration>,
    pub(crate) launcher: Launcher,
    pub(crate) lock: LockSettings,
    pub(crate) plans: PlanSettings,
}

/// How plans are made in this project.
#[derive(Clone)]
pub(crate) struct PlanSettings {
    /// How long it may take.
    pub(crate) limit: Duration,
    /// What revisions write, as persons say, by revision.
    pub(crate) declared: BTreeMap<String, Vec<String>>,
    pub(crate) reporter: Arc<dyn Reporter>,
}

impl AlembicSettings {
    /// Starts what can be started before it is known whether Alembic may run. Must be called within a tokio runtime.
    pub(crate) fn prepare(&self, command: &Command) -> PreparedAlembic {
        let line = self.line(command);
        let program = match &self.program {
            Ok(program) => program,
            Err(error) => return PreparedAlembic::not_found(line, error.clone()),
        };
        let invocation = Invocation {
            argv: Vec::new(),
            root: self.root.clone(),
            environment: self.environment.clone(),
            timeout: self.timeout,
            grace: Grace::default(),
        };
        PreparedAlembic::found(PendingRun::start(&self.launcher, program, line, invocation))
    }

    /// The command line for it. Where there is no Alembic, it says what would have been run.
    pub(super) fn line(&self, command: &Command) -> CommandLine {
        let new = |program: &Program| CommandLine::new(program, &self.options, &command.words());
        match &self.program {
            Ok(program) => new(program),
            Err(error) => new(&error.sought()),
        }
    }
}
