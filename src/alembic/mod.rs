//! Alembic as a program: finding it, its command line, and one run of its process with what it wrote.
//!
//! Alembic stays Alembic: its output and its status are passed on as they are. What a run means, which signals are
//! sent around it and what is shown belong to the rooms above. Nothing here reads the environment or `lback.toml`:
//! what is needed is passed in.

#[cfg_attr(not(unix), expect(dead_code, reason = "nothing is launched there"))]
mod command_line;
#[cfg_attr(not(unix), expect(dead_code, reason = "nothing is launched there"))]
mod launcher;
mod locate;
mod planner_client;
mod process;

pub(crate) use crate::support::redact::redact;
pub(crate) use command_line::{CommandLine, GlobalOptions, without_secrets};
pub(crate) use launcher::{
    DatabaseHeads, Expected, Launcher, Lock, LockScope, NotAcquired, Prepared, Probe, Report, Terms, Texts,
};
pub(crate) use locate::{AlembicNotFound, Places, Program, locate};
pub(crate) use planner_client::{Forward, PlanReply, PlanRequest, Progress, Question, Reading, TableQuestion, Working};
pub(crate) use process::capture::Capture;
pub(crate) use process::signals::Signals;
pub(crate) use process::stop::{Grace, StopRequest, StopRequests};
pub(crate) use process::{Cause, Ended, Invocation, Sinks, StartError, python_defaults};
