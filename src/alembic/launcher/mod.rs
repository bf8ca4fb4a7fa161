//! Runs Alembic through the launcher: a small Python program that lback starts early, with the
//! project's own interpreter. It imports Alembic, waits for permission to begin, hands over to
//! Alembic's entry point in the same process, and reports events on a channel of its own.
//!
//! If a command can't be launched that way, lback runs it as configured, and the first event
//! reports it. Other modules decide what the events mean for a run.

mod bypass;
mod channel;
mod channel_line;
mod constraints;
mod event;
mod failure_details;
mod files;
mod handshake;
mod launcher_process;
mod pending_run;
mod probe;
mod recognise;
mod redacted;
mod session;
mod shebang;
#[cfg(test)]
mod tests;
mod wrong_environment;

pub(crate) use bypass::BypassReason;
pub(crate) use constraints::{
    ExpectedSteps, LockSettings, RunConstraints, ScriptBodies, ServerOrders, StatementLimits,
};
pub(crate) use event::{LauncherEvent, LockFailure, LockScope, WaitEnd};
pub(crate) use failure_details::{FailureDetails, ScriptHead};
pub(crate) use files::Launcher;
pub(crate) use pending_run::PendingRun;
pub(crate) use probe::{Probe, ProbeAnswers, SeenSession};
pub(crate) use session::{ProbedRun, ServerSession, SessionState};
pub(crate) use wrong_environment::{EnvironmentRules, WrongEnvironment};
