//! The launcher's process, from its start to the end of Alembic.

use std::path::Path;

use tokio::io::AsyncWrite;

use super::super::command_line::CommandLine;
use super::super::locate::Program;
use super::super::process::{Early, EndCause, Invocation, Process, ProcessEnd, Sinks, after};
use super::channel::{ChannelReader, LauncherChannel};
use super::handshake::{greeting, spawn};
use super::recognise::recognise;
use super::{BypassReason, Launcher, LauncherEvent, Probe, RunConstraints};
use crate::alembic::planner_client::{PlanReply, PlanRequest, PlannerMessage, PlannerRequest, ReplyBuilder};
use crate::alembic::process::stop::StopRequests;
use crate::model::plan::PlanError;
use crate::model::reporter::PlanProgress;

/// The started launcher, which imports Alembic.
#[derive(Debug)]
pub(super) struct LauncherProcess {
    /// Keeps the launcher's files in place.
    launcher: Launcher,
    line: CommandLine,
    process: Process,
    channel: LauncherChannel,
    /// True if the launcher has sent its first message.
    greeted: bool,
    /// True if Alembic receives other arguments than those of the process.
    changed: bool,
}

impl LauncherProcess {
    pub(super) fn start(
        launcher: &Launcher,
        program: &Program,
        line: &CommandLine,
        invocation: &Invocation,
    ) -> Result<Self, BypassReason> {
        let script = launcher.script()?;
        let launch = recognise(program, &invocation.root)?;
        let line = line.run_by(&launch.words(script));
        let (process, channel) = spawn(launcher, &Invocation { argv: line.argv().to_vec(), ..invocation.clone() })?;
        Ok(Self { launcher: launcher.clone(), line, process, channel, greeted: false, changed: false })
    }

    pub(super) fn line(&self) -> &CommandLine {
        &self.line
    }

    /// Replaces the line to run; the launcher takes the place of its program.
    pub(super) fn change(&mut self, line: &CommandLine) {
        self.line = line.run_by(self.line.program());
        self.changed = true;
    }

    /// Requests a plan. The outer error means that the launcher is unusable, for this and for
    /// everything else.
    pub(super) async fn plan(
        &mut self,
        request: &PlanRequest,
        root: &Path,
    ) -> Result<Result<PlanReply, PlanError>, BypassReason> {
        self.greet().await?;
        let Self { launcher, line, process, channel, .. } = self;
        let Some(arguments) = line.arguments_of("current") else {
            return Ok(Err(PlanError::unavailable("the command line names no command of Alembic")));
        };
        let message = PlannerRequest {
            question: &request.question,
            declared: &request.declared,
            facts: request.facts.as_deref(),
            environment_rules: request.environment.as_ref(),
            limit: request.limit.as_secs_f64(),
            arguments,
            root,
            scripts: launcher.scripts(),
            cache: launcher.plans(),
        };
        let mut answers = ReplyBuilder::default();
        let asked = process.until(async {
            channel.ask(&message).await.ok()?;
            loop {
                match channel.plan_word().await? {
                    progress @ PlannerMessage::Analysing { done, total } => {
                        request.reporter.planning(PlanProgress::Analysed { done, total });
                        answers.take(progress);
                    }
                    end @ PlannerMessage::PlanEnded { .. } => {
                        answers.take(end);
                        return Some(());
                    }
                    word => answers.take(word),
                }
            }
        });
        match asked.await {
            Early::Ready(Some(())) => Ok(answers.into_reply(&request.question)),
            Early::Ready(None) | Early::Ended => Err(BypassReason::NoWord),
        }
    }

    pub(super) fn probe(&self, invocation: &Invocation) -> Option<Probe> {
        let argv = self.line.with_command("current")?;
        Some(Probe::new(self.launcher.clone(), Invocation { argv, ..invocation.clone() }))
    }

    /// Waits for the first message, and returns the process.
    #[cfg(test)]
    pub(super) async fn greeted(&mut self) -> rustix::process::Pid {
        greeting(&mut self.process, &mut self.channel).await.expect("a first word");
        self.process.id().expect("a process that runs")
    }

    /// Waits until the launcher has greeted: until then lback can still run the configured command
    /// in its place. Returns why Alembic must not begin, if a stop was requested or the time ran
    /// out.
    pub(super) async fn wait_until_ready(
        &mut self,
        invocation: &Invocation,
        requests: &mut impl StopRequests,
    ) -> Result<Option<EndCause>, BypassReason> {
        tokio::select! {
            biased;
            greeted = self.greet() => greeted.map(|()| None),
            request = requests.next() => Ok(Some(EndCause::Interrupted(request))),
            () = after(invocation.timeout) => Ok(Some(EndCause::TimedOut)),
        }
    }

    /// Waits for the greeting, once. Cancel safe.
    async fn greet(&mut self) -> Result<(), BypassReason> {
        if !self.greeted {
            greeting(&mut self.process, &mut self.channel).await?;
            self.greeted = true;
        }
        Ok(())
    }

    /// Lets Alembic run to its end, or stops it at once if `stop` says why.
    pub(super) async fn run<O, E>(
        self,
        stop: Option<EndCause>,
        terms: &RunConstraints,
        invocation: &Invocation,
        sinks: Sinks<O, E>,
        requests: &mut impl StopRequests,
        mut reports: impl FnMut(LauncherEvent) + Send,
    ) -> ProcessEnd
    where
        O: AsyncWrite + Unpin + Send,
        E: AsyncWrite + Unpin + Send,
    {
        let Self { launcher, line, mut process, channel, changed, .. } = self;
        let arguments = changed.then(|| line.arguments());
        process.begins();
        let (mut reader, mut writer) = channel.into_parts();
        if stop.is_none() {
            writer.go(terms, arguments, launcher.scripts()).await;
        }
        let ended = {
            let run = process.run_to_end(invocation, sinks, requests, stop, || writer.cancel());
            let listen = listen(&mut reader, &mut reports);
            tokio::pin!(run, listen);
            let mut is_open = true;
            loop {
                tokio::select! {
                    ended = &mut run => break ended,
                    () = &mut listen, if is_open => is_open = false,
                }
            }
        };
        reader.rest(writer).into_iter().for_each(reports);
        ended
    }
}

async fn listen(reader: &mut ChannelReader, reports: &mut impl FnMut(LauncherEvent)) {
    while let Some(report) = reader.next().await {
        reports(report);
    }
}
