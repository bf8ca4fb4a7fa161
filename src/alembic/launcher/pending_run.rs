//! One run of Alembic, started before lback knows whether it may run.

use std::time::Duration;

use tokio::io::AsyncWrite;

use super::super::command_line::CommandLine;
use super::super::locate::Program;
use super::super::process::{self, Invocation, ProcessEnd, Sinks, StartError};
use super::constraints::RunConstraints;
use super::launcher_process::LauncherProcess;
use super::{BypassReason, Launcher, LauncherEvent, Probe};
use crate::alembic::planner_client::{PlanReply, PlanRequest};
use crate::alembic::process::stop::StopRequests;
use crate::model::plan::{PlanError, PlanFailure};

/// A run that waits for permission to begin. Dropping it before that runs nothing of Alembic's
/// command.
#[derive(Debug)]
pub(crate) struct PendingRun {
    /// The line as it was configured.
    configured: CommandLine,
    invocation: Invocation,
    state: Result<LauncherProcess, BypassReason>,
}

impl PendingRun {
    /// Starts the launcher, if it can run the program. `invocation` has everything but the words,
    /// which come from `line`.
    ///
    /// Must be called within a tokio runtime.
    pub(crate) fn start(launcher: &Launcher, program: &Program, line: CommandLine, mut invocation: Invocation) -> Self {
        invocation.argv = line.argv().to_vec();
        let state = LauncherProcess::start(launcher, program, &line, &invocation);
        if let Err(why) = &state {
            tracing::debug!("alembic is not launched: {why}");
        }
        Self { configured: line, invocation, state }
    }

    /// Returns the line as it runs, for messages and signals.
    pub(crate) fn line(&self) -> &CommandLine {
        self.state.as_ref().map_or(&self.configured, LauncherProcess::line)
    }

    /// Replaces the command, which may be known only once a plan is.
    pub(crate) fn change(&mut self, line: CommandLine) {
        if let Ok(launched) = &mut self.state {
            launched.change(&line);
        }
        self.invocation.argv = line.argv().to_vec();
        self.configured = line;
    }

    /// Computes the plan. It changes nothing; the project's code runs in a process that ends with
    /// the reply.
    pub(crate) async fn plan(&mut self, request: &PlanRequest) -> Result<PlanReply, PlanError> {
        // The process has its own limit; the additional time lets it report that.
        let limit = request.limit.saturating_add(Duration::from_secs(5));
        let planned = match &mut self.state {
            Ok(launched) => tokio::time::timeout(limit, launched.plan(request, &self.invocation.root)).await,
            Err(why) => Ok(Err(why.clone())),
        };
        match planned {
            Ok(Ok(answer)) => answer,
            Ok(Err(why)) => {
                let kind =
                    if why == BypassReason::NoWord { PlanFailure::Unavailable } else { PlanFailure::NotLaunched };
                let error = PlanError { kind, ..PlanError::unavailable(format!("Alembic can't make a plan: {why}")) };
                self.state = Err(why);
                Err(error)
            }
            Err(_) => {
                self.state = Err(BypassReason::NoWord);
                Err(PlanError::unavailable("the plan was not ready in time"))
            }
        }
    }

    /// Returns a way to read the heads after this run; `None` if the run isn't launched, or its
    /// line has no command.
    pub(crate) fn probe(&self) -> Option<Probe> {
        self.state.as_ref().ok()?.probe(&self.invocation)
    }

    /// Returns a way to read the heads in place of this run, or the reason why the run isn't
    /// launched; `None` if its line has no command.
    pub(crate) fn into_probe(self) -> Result<Option<Probe>, BypassReason> {
        let Self { invocation, state, .. } = self;
        state.map(|launched| launched.probe(&invocation))
    }

    /// Lets Alembic run to its end, as [`process::run`] does, and passes events to `reports`.
    ///
    /// If the launcher proves unusable before Alembic has begun, lback runs the configured command,
    /// and the first event reports it.
    pub(crate) async fn run<O, E>(
        self,
        terms: &RunConstraints,
        sinks: Sinks<O, E>,
        requests: &mut impl StopRequests,
        mut reports: impl FnMut(LauncherEvent) + Send,
    ) -> Result<ProcessEnd, StartError>
    where
        O: AsyncWrite + Unpin + Send,
        E: AsyncWrite + Unpin + Send,
    {
        let Self { configured, invocation, state } = self;
        let ready = match state {
            Ok(mut launcher) => launcher.wait_until_ready(&invocation, requests).await.map(|stop| (launcher, stop)),
            Err(why) => Err(why),
        };
        match ready {
            Ok((launcher, stop)) => Ok(launcher.run(stop, terms, &invocation, sinks, requests, reports).await),
            Err(why) if terms.environment.is_some() && configured.changes_database() => {
                Err(StartError::UncheckedEnvironment { why: why.to_string() })
            }
            // What was agreed to can only be compared by the launcher.
            Err(why) if terms.expected.is_some() => Err(StartError::Unchecked(why.to_string())),
            Err(why) => {
                reports(LauncherEvent::Bypassed { why, changes_database: configured.changes_database() });
                process::run(&invocation, sinks, requests).await
            }
        }
    }
}
