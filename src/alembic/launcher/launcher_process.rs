//! The launcher's process: started, ready, and running Alembic.

use std::path::Path;
use std::process::Stdio;

use tokio::io::AsyncWrite;

use super::super::command_line::CommandLine;
use super::super::locate::Program;
use super::super::process::{Early, EndCause, Invocation, Process, ProcessEnd, Sinks, after};
use super::channel::{ChannelReader, Greeting, LauncherChannel};
use super::recognise::recognise;
use super::{BypassReason, Launcher, LauncherEvent, Probe, RunConstraints};
use crate::alembic::planner_client::{PlanReply, PlanRequest, PlannerMessage, PlannerRequest, ReplyBuilder};
use crate::alembic::process::stop::StopRequests;
use crate::model::plan::PlanError;
use crate::model::reporter::PlanProgress;

/// Started, and importing Alembic.
#[derive(Debug)]
pub(super) struct LauncherProcess {
    /// Its files are there for as long as this is.
    launcher: Launcher,
    line: CommandLine,
    process: Process,
    channel: LauncherChannel,
    /// Whether it has said its first word.
    greeted: bool,
    /// Whether Alembic gets other arguments than those of the process.
    changed: bool,
}

/// It waits for a word to begin, or has been stopped before it came to that.
pub(super) struct ReadyLauncher {
    launcher: Launcher,
    process: Process,
    channel: LauncherChannel,
    arguments: Option<Vec<String>>,
    stop: Option<EndCause>,
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
        let line = line.run_by(&[launch.interpreter, vec![script], launch.entry].concat());
        let (process, channel) = spawn(launcher, &Invocation { argv: line.argv().to_vec(), ..invocation.clone() })?;
        Ok(Self { launcher: launcher.clone(), line, process, channel, greeted: false, changed: false })
    }

    pub(super) fn line(&self) -> &CommandLine {
        &self.line
    }

    /// Lets Alembic run this line instead, with the launcher in the place of the program.
    pub(super) fn change(&mut self, line: &CommandLine) {
        self.line = line.run_by(self.line.program());
        self.changed = true;
    }

    /// Asks for a plan. The error of the outer result says that the launcher is of no use, for this or anything else.
    pub(super) async fn plan(
        &mut self,
        request: &PlanRequest,
        root: &Path,
    ) -> Result<Result<PlanReply, PlanError>, BypassReason> {
        let Self { launcher, line, process, channel, greeted, .. } = self;
        if !*greeted {
            greeting(process, channel).await?;
            *greeted = true;
        }
        let Some(arguments) = line.arguments_of("current") else {
            return Ok(Err(PlanError::unavailable("the command line names no command of Alembic")));
        };
        let message = PlannerRequest {
            question: &request.question,
            declared: &request.declared,
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
                    PlannerMessage::Analysing { done, total } => {
                        request.reporter.planning(PlanProgress::Analysed { done, total })
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

    /// Waits for the first word, and returns the process.
    #[cfg(test)]
    pub(super) async fn greeted(&mut self) -> rustix::process::Pid {
        greeting(&mut self.process, &mut self.channel).await.expect("a first word");
        self.process.id().expect("a process that runs")
    }

    /// Waits until the launcher has said that it can do its work: until then the configured command can still be run instead of it.
    pub(super) async fn ready(
        self,
        invocation: &Invocation,
        requests: &mut impl StopRequests,
    ) -> Result<ReadyLauncher, BypassReason> {
        let Self { launcher, line, mut process, mut channel, greeted, changed } = self;
        let greet = async { if greeted { Ok(()) } else { greeting(&mut process, &mut channel).await } };
        let (greeting, stop) = tokio::select! {
            biased;
            greeting = greet => (greeting, None),
            request = requests.next() => (Ok(()), Some(EndCause::Interrupted(request))),
            () = after(invocation.timeout) => (Ok(()), Some(EndCause::TimedOut)),
        };
        let arguments = changed.then(|| line.arguments());
        greeting.map(|()| ReadyLauncher { launcher, process, channel, arguments, stop })
    }
}

impl ReadyLauncher {
    pub(super) async fn run<O, E>(
        self,
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
        let Self { launcher, mut process, channel, arguments, stop } = self;
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

/// Starts the launcher, with the channel as its standard input: that is what every tool passes on to the program that it runs.
pub(super) fn spawn(launcher: &Launcher, invocation: &Invocation) -> Result<(Process, LauncherChannel), BypassReason> {
    let not_started = |error: std::io::Error| BypassReason::NotStarted { why: error.to_string() };
    let (channel, end) = LauncherChannel::pair(launcher.imports()).map_err(not_started)?;
    let process = Process::spawn(invocation, Stdio::from(end)).map_err(not_started)?;
    Ok((process, channel))
}

/// Waits for the launcher's first word.
pub(super) async fn greeting(process: &mut Process, channel: &mut LauncherChannel) -> Result<(), BypassReason> {
    match process.until(channel.greeting()).await {
        Early::Ready(Some(Greeting::Hello { python })) => {
            tracing::debug!("launched by Python {python}");
            Ok(())
        }
        Early::Ready(Some(Greeting::Unable { why })) => Err(BypassReason::Unable { why }),
        Early::Ready(None) | Early::Ended => Err(BypassReason::NoWord),
    }
}

async fn listen(reader: &mut ChannelReader, reports: &mut impl FnMut(LauncherEvent)) {
    while let Some(report) = reader.next().await {
        reports(report);
    }
}
