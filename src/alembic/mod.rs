//! Alembic as a program: finding it, its command line, and one run of its process with what it wrote.
//!
//! Alembic stays Alembic: its output and its status are passed on as they are. What a run means, which signals are
//! sent around it and what is shown belong to the rooms above. Nothing here reads the environment or `lback.toml`:
//! what is needed is passed in.

mod capture;
#[cfg_attr(not(unix), expect(dead_code, reason = "nothing is launched there"))]
mod command_line;
mod group;
#[cfg_attr(not(unix), expect(dead_code, reason = "nothing is launched there"))]
mod launcher;
mod locate;
mod plan;
mod process;
mod pump;
mod redact;
mod signals;
mod stop;

pub(crate) use capture::Capture;
pub(crate) use command_line::{CommandLine, GlobalOptions, without_secrets};
pub(crate) use launcher::{
    DatabaseHeads, Expected, Launcher, Lock, LockScope, NotAcquired, Prepared, Probe, Report, Terms, Texts,
};
pub(crate) use locate::{AlembicNotFound, Places, Program, locate};
pub(crate) use plan::{Forward, PlanReply, PlanRequest, Progress, Question, Reading, TableQuestion, Working};
pub(crate) use process::{Cause, Ended, Invocation, Sinks, StartError, python_defaults};
pub(crate) use redact::redact;
pub(crate) use signals::Signals;
pub(crate) use stop::{Grace, StopRequest, StopRequests};
