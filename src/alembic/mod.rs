//! Alembic as a program: its location, its command line, its process, and the launcher.
//!
//! lback passes Alembic's output and its status on unchanged. This module leaves to others what a
//! run means, which signals lback sends around it, and what lback shows. It reads neither the
//! environment nor `lback.toml`: its callers pass in what it needs.

mod command_line;
mod flask_migrate;
mod launcher;
mod locate;
mod planner_client;
mod process;
mod project_tools;

pub(crate) use crate::support::redact::redact;
pub(crate) use command_line::{ALEMBIC_COMMANDS, CommandLine, GlobalOptions, LineTarget, is_steps, without_secrets};
pub(crate) use launcher::{
    BypassReason, EnvironmentRules, ExpectedSteps, FailureDetails, Launcher, LauncherEvent, LockFailure, LockScope,
    LockSettings, PendingRun, Probe, ProbeAnswers, ProbedRun, RunConstraints, ScriptBodies, ScriptHead, SeenSession,
    ServerOrders, ServerSession, SessionState, StatementLimits, WaitEnd, WrongEnvironment,
};
pub(crate) use locate::{AlembicNotFound, Program, SearchPaths, locate};
pub(crate) use planner_client::{
    InverseMigration, NameReading, PlanQuestion, PlanReply, PlanRequest, RequestedFacts, TableQuestion,
};
pub(crate) use process::signals::StopSignals;
pub(crate) use process::stop::{Grace, StopRequest, StopRequests};
pub(crate) use process::{EndCause, Invocation, ProcessEnd, Sinks, StartError, python_defaults};
pub(crate) use project_tools::{PROJECT_TOOLS, ProjectTool};
