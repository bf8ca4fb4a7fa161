//! How Alembic is run in a project, and a run of it that has been made ready.

use std::ffi::OsString;
use std::path::PathBuf;
use std::time::Duration;

use super::command::Command;
use crate::alembic::{
    AlembicNotFound, CommandLine, GlobalOptions, Grace, Invocation, Launcher, Lock, Prepared, Program,
};

/// How Alembic is run in this project.
pub(crate) struct AlembicSettings {
    pub(crate) program: Result<Program, AlembicNotFound>,
    pub(crate) options: GlobalOptions,
    pub(crate) root: PathBuf,
    /// Set for Alembic in addition to lback's own environment.
    pub(crate) environment: Vec<(OsString, OsString)>,
    pub(crate) timeout: Option<Duration>,
    pub(crate) launcher: Launcher,
    pub(crate) lock: Lock,
}

/// A run that waits for a word to begin.
pub(crate) enum PreparedAlembic {
    Found(Box<Prepared>),
    /// The line says what would have been run.
    NotFound {
        line: CommandLine,
        error: AlembicNotFound,
    },
}

impl AlembicSettings {
    /// Starts what can be started before it is known whether Alembic may run. Must be called within a tokio runtime.
    pub(crate) fn prepare(&self, command: &Command) -> PreparedAlembic {
        let line = |program: &Program| CommandLine::new(program, &self.options, &command.words());
        let program = match &self.program {
            Ok(program) => program,
            Err(error) => return PreparedAlembic::NotFound { line: line(&error.sought()), error: error.clone() },
        };
        let invocation = Invocation {
            argv: Vec::new(),
            root: self.root.clone(),
            environment: self.environment.clone(),
            timeout: self.timeout,
            grace: Grace::default(),
        };
        let prepared = Prepared::start(&self.launcher, program, line(program), invocation);
        PreparedAlembic::Found(Box::new(prepared))
    }
}

impl PreparedAlembic {
    pub(super) fn line(&self) -> &CommandLine {
        match self {
            Self::Found(prepared) => prepared.line(),
            Self::NotFound { line, .. } => line,
        }
    }
}
