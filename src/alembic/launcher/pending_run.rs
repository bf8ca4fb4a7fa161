//! One run of Alembic, started before it is known whether it may run.

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
use crate::model::plan::PlanError;

/// A run that waits for a word to begin. Dropped before that, nothing of Alembic's command has happened.
#[derive(Debug)]
pub(crate) struct PendingRun {
    /// As it was configured.
    configured: CommandLine,
    invocation: Invocation,
    state: Result<LauncherProcess, BypassReason>,
}

impl PendingRun {
    /// Starts the launcher, if the program can be launched. `invocation` has everything but the words, which are the line's.
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

    /// The line as it runs, to be shown and to be named in signals.
    pub(crate) fn line(&self) -> &CommandLine {
        self.state.as_ref().map_or(&self.configured, LauncherProcess::line)
    }

    /// Lets another command run instead of the one that it was started with: what that is may be known only when a plan is.
    pub(crate) fn change(&mut self, line: CommandLine) {
        if let Ok(launched) = &mut self.state {
            launched.change(&line);
        }
        self.invocation.argv = line.argv().to_vec();
        self.configured = line;
    }

    /// Works out what would be done. Nothing is changed; the project's code is run in a process that ends with the answer.
    pub(crate) async fn plan(&mut self, request: &PlanRequest) -> Result<PlanReply, PlanError> {
        // The process has a limit of its own, and is given a little more here to say so.
        let limit = request.limit.saturating_add(Duration::from_secs(5));
        let planned = match &mut self.state {
            Ok(launched) => tokio::time::timeout(limit, launched.plan(request, &self.invocation.root)).await,
            Err(why) => Ok(Err(why.clone())),
        };
        match planned {
            Ok(Ok(answer)) => answer,
            Ok(Err(why)) => {
                let error = PlanError::unavailable(format!("Alembic can't be asked: {why}"));
                self.state = Err(why);
                Err(error)
            }
            Err(_) => {
                self.state = Err(BypassReason::NoWord);
                Err(PlanError::unavailable("it was not ready in time"))
            }
        }
    }

    /// A way to read the heads when this run is over; none where it isn't launched, or its line has no command.
    pub(crate) fn probe(&self) -> Option<Probe> {
        self.state.as_ref().ok()?.probe(&self.invocation)
    }

    /// Lets Alembic run to its end, as [`process::run`] does; what happens on the way is told to `reports`.
    ///
    /// Where the launcher turns out to be of no use before Alembic has begun, the configured command is run instead, and the first report
    /// says so.
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
            Err(why) => {
                reports(LauncherEvent::Bypassed { why, changes_database: configured.changes_database() });
                process::run(&invocation, sinks, requests).await
            }
        }
    }
}
