//! `MigrationCommands`: the commands around Alembic, the signals of a run in their order, its
//! outcome, and the state of its databases afterwards.

mod aftermath;
mod attempt;
mod attempts;
mod command;
mod commands;
mod database_state;
mod examination;
mod exit;
mod facts;
mod lock_timeout;
mod outcome;
mod prepared;
mod recording;
mod result;
mod run_observer;
mod settings;
mod signals;
mod stop_counter;
mod watch;

pub(crate) use command::Command;
pub(crate) use commands::{MigrationCommands, Screen};
pub(crate) use examination::{Examination, ExaminedDatabase, PendingRevisions, examine};
pub(crate) use exit::stopped_exit;
pub(crate) use facts::collect_facts;
pub(crate) use lock_timeout::{LockTimeout, NextAttempt, lock_error};
pub(crate) use outcome::Outcome;
pub(crate) use outcome::changed_files;
pub(crate) use prepared::PreparedAlembic;
pub(crate) use result::{LostOutput, RunResult};
pub(crate) use run_observer::RunObserver;
pub(crate) use settings::{AlembicSettings, PlanSettings, RetrySettings};
pub(crate) use stop_counter::StopCounter;
pub(crate) use watch::{CutWork, HeldLock, PlanDrift, Raised};
