//! The part of the command line that precedes a command's own arguments.

use super::alembic::AlembicOptions;
use super::global::Globals;
use crate::session::environment::Surroundings;
use crate::session::run_options::{RunOptions, WaitOptions};

/// One call of lback: the options in front of the command, and the process that it runs in.
pub(in crate::cli) struct Call {
    pub(in crate::cli) globals: Globals,
    pub(in crate::cli) alembic: AlembicOptions,
    pub(in crate::cli) surroundings: Surroundings,
}

impl Call {
    /// Returns the options of a run and the process. `alembic` has the options that follow the
    /// command's name.
    pub(in crate::cli) fn for_run(self, alembic: AlembicOptions) -> (RunOptions, Surroundings) {
        let Self { globals, alembic: before, surroundings } = self;
        let Globals { environment, overrides, reason, events, .. } = globals;
        let alembic = before.and(alembic).for_alembic();
        (RunOptions { environment, overrides, reason, events, waits: WaitOptions::default(), alembic }, surroundings)
    }
}
