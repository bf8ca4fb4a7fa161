//! The parts of one run, put together: the project, its environment, its plugins, its journal and
//! its reporter.

mod alembic_files;
pub(crate) mod environment;
pub(crate) mod git;
pub(crate) mod overrides;
pub(crate) mod project;
pub(crate) mod question;
pub(crate) mod reporter;
pub(crate) mod run;
pub(crate) mod run_options;
pub(crate) mod runtime;
pub(crate) mod stopped;
mod unknown_environment;
