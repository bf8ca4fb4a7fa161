//! The launcher's process: started, ready, and running Alembic.

use std::process::Stdio;

use tokio::io::AsyncWrite;

use super::super::command_line::CommandLine;
use super::super::locate::Program;
use super::super::process::{Cause, Early, Ended, Invocation, Process, Sinks, after};
use super::super::stop::StopRequests;
use super::channel::{Channel, Greeting, Reader};
use super::recognise::recognise;
use super::{Launcher, Probe, Report, SteppedAside, Terms};

/// Started, and importing Alembic.
#[derive(Debug)]
pub(super) struct Launched {
    /// Its files are there for as long as this is.
    launcher: Launcher,
    line: CommandLine,
    process: Process,
    channel: Channel,
}

/// It waits for a word to begin, or has been stopped before it came to that.
pub(super) struct Ready {
    launcher: Launcher,
    process: Process,
    channel: Channel,
    stop: Option<Cause>,
}

impl Launched {
    pub(super) fn start(
        launcher: &Launcher,
        program: &Program,
        line: &CommandLine,
        invocation: &Invocation,
    ) -> Result<Self, SteppedAside> {
        let script = launcher.script()?;
        let launch = recognise(program, &invocation.root)?;
        let line = line.run_by(&[launch.interpreter, vec![script], launch.entry].concat());
        let (process, channel) = spawn(&Invocation { argv: line.argv().to_vec(), ..invocation.clone() })?;
        Ok(Self { launcher: launcher.clone(), line, process, channel })
    }

    pub(super) fn line(&self) -> &CommandLine {
        &self.line
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
    ) -> Result<Ready, SteppedAside> {
        let Self { launcher, mut process, mut channel, .. } = self;
        let (greeting, stop) = tokio::select! {
            biased;
            greeting = greeting(&mut process, &mut channel) => (greeting, None),
            request = requests.next() => (Ok(()), Some(Cause::Interrupted(request))),
            () = after(invocation.timeout) => (Ok(()), Some(Cause::TimedOut)),
        };
        greeting.map(|()| Ready { launcher, process, channel, stop })
    }
}

impl Ready {
    pub(super) async fn run<O, E>(
        self,
        terms: &Terms,
        invocation: &Invocation,
        sinks: Sinks<O, E>,
        requests: &mut impl StopRequests,
        mut reports: impl FnMut(Report) + Send,
    ) -> Ended
    where
        O: AsyncWrite + Unpin + Send,
        E: AsyncWrite + Unpin + Send,
    {
        let Self { launcher, mut process, channel, stop } = self;
        process.begins();
        let (mut reader, writer) = channel.into_parts();
        if stop.is_none() {
            writer.go(terms, launcher.scripts());
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
pub(super) fn spawn(invocation: &Invocation) -> Result<(Process, Channel), SteppedAside> {
    let not_started = |error: std::io::Error| SteppedAside::NotStarted { why: error.to_string() };
    let (channel, end) = Channel::pair().map_err(not_started)?;
    let process = Process::spawn(invocation, Stdio::from(end)).map_err(not_started)?;
    Ok((process, channel))
}

/// Waits for the launcher's first word.
pub(super) async fn greeting(process: &mut Process, channel: &mut Channel) -> Result<(), SteppedAside> {
    match process.until(channel.greeting()).await {
        Early::Ready(Some(Greeting::Hello { python })) => {
            tracing::debug!("launched by Python {python}");
            Ok(())
        }
        Early::Ready(Some(Greeting::Unable { why })) => Err(SteppedAside::Unable { why }),
        Early::Ready(None) | Early::Ended => Err(SteppedAside::NoWord),
    }
}

async fn listen(reader: &mut Reader, reports: &mut impl FnMut(Report)) {
    while let Some(report) = reader.next().await {
        reports(report);
    }
}
