//! One run: the signals in their order, Alembic between them, and the outcome.

use std::ffi::OsString;
use std::path::PathBuf;
use std::time::Duration;

use tokio::io::AsyncWrite;

use super::command::Command;
use super::outcome::Outcome;
use crate::alembic::{
    self, AlembicNotFound, Cause, CommandLine, Ended, GlobalOptions, Grace, Invocation, Program, Sinks, StopRequests,
};
use crate::dispatch::{Blocked, Dispatcher};
use crate::plugin::Redactor;
use crate::signal::{AlembicCommand, Context, Event, Finished, Sender, Signal};
use crate::waiting::Waiting;

/// How long handlers get when somebody wants lback to end.
const GRACE_WHEN_STOPPED: Duration = Duration::from_secs(2);

/// How Alembic is run in this project.
pub(crate) struct AlembicSettings {
    pub(crate) program: Result<Program, AlembicNotFound>,
    pub(crate) options: GlobalOptions,
    pub(crate) root: PathBuf,
    /// Set for Alembic in addition to lback's own environment.
    pub(crate) environment: Vec<(OsString, OsString)>,
    pub(crate) timeout: Option<Duration>,
}

/// Where Alembic's output is shown.
pub(crate) type Screen = Box<dyn AsyncWrite + Unpin + Send>;

/// Hears of every event as it is sent, before any plugin does.
pub(crate) type Listener = Box<dyn Fn(&Event) + Send>;

/// The sender of the signals: one for each run.
pub(crate) struct MigrationCommands<R> {
    pub(crate) sender: Sender,
    pub(crate) context: Context,
    pub(crate) alembic: AlembicSettings,
    pub(crate) screens: Sinks<Screen, Screen>,
    pub(crate) listener: Listener,
    pub(crate) dispatcher: Dispatcher,
    /// Keeps secrets of plugins out of what other plugins are handed.
    pub(crate) redactor: Redactor,
    /// How long handlers may take after Alembic has ended.
    pub(crate) handler_grace: Duration,
    pub(crate) stop: R,
    pub(crate) waiting: Waiting,
}

/// Where a run stands when it is over: what there is to tell about Alembic's process.
struct Run {
    finished: Finished,
    outcome: Outcome,
}

impl<R: StopRequests> MigrationCommands<R> {
    /// Runs the command and tells the plugins; handlers may not have heard all of it yet. Alembic's output goes to lback's own.
    pub(crate) async fn run(&mut self, command: &Command) -> Outcome {
        let line = self.command_line(command);
        let alembic = AlembicCommand { command: line.command().to_owned(), args: line.args().to_vec() };

        let allowed = self.announce(command, &line, &alembic).await;
        let run = match allowed {
            Ok(()) => self.alembic(&line, alembic).await,
            Err(outcome) => Run { finished: Finished { command: alembic, ..Finished::default() }, outcome },
        };
        let Run { finished, outcome } = run;
        let signal = match outcome.failure() {
            None => Signal::Completed(finished),
            Some((error_type, exception)) => Signal::Failed { finished, error_type, exception },
        };
        self.dispatcher.after(self.event(signal)).await;
        outcome
    }

    fn event(&self, signal: Signal) -> Event {
        let event = Event::now(&self.sender, &self.context, signal);
        (self.listener)(&event);
        event
    }

    fn command_line(&self, command: &Command) -> CommandLine {
        // Where Alembic was not found, the signals still say what would have been run.
        let program = self.alembic.program.as_ref().map_or_else(AlembicNotFound::sought, Program::clone);
        CommandLine::new(&program, &self.alembic.options, &command.words())
    }

    /// Sends the signals that come before Alembic. Stops at the first one that is not allowed.
    async fn announce(
        &mut self,
        command: &Command,
        line: &CommandLine,
        alembic: &AlembicCommand,
    ) -> Result<(), Outcome> {
        let started = Signal::Started { command: alembic.clone(), full_command: line.redacted().to_vec() };
        for signal in [Some(Signal::Initialized), command.signal(), Some(started)].into_iter().flatten() {
            let event = self.event(signal);
            let allowed: Result<(), Blocked> = tokio::select! {
                biased;
                request = self.stop.next() => return Err(Outcome::Interrupted(request)),
                allowed = self.dispatcher.before(event) => allowed,
            };
            allowed.map_err(Outcome::Blocked)?;
        }
        Ok(())
    }

    async fn alembic(&mut self, line: &CommandLine, command: AlembicCommand) -> Run {
        let nothing = |command| Finished { command, ..Finished::default() };
        if let Err(not_found) = &self.alembic.program {
            return Run { finished: nothing(command), outcome: Outcome::NotFound(not_found.clone()) };
        }
        let invocation = Invocation {
            argv: line.argv().to_vec(),
            root: self.alembic.root.clone(),
            environment: self.alembic.environment.clone(),
            timeout: self.alembic.timeout,
            grace: Grace::default(),
        };
        let Sinks { stdout, stderr } = &mut self.screens;
        match alembic::run(&invocation, Sinks { stdout, stderr }, &mut self.stop).await {
            Ok(ended) => self.ended(ended, command),
            Err(error) => Run { finished: nothing(command), outcome: Outcome::NotStarted(error) },
        }
    }

    fn ended(&self, ended: Ended, command: AlembicCommand) -> Run {
        let returncode = ended.returncode();
        let outcome = match ended.cause {
            Cause::TimedOut => Outcome::TimedOut(self.alembic.timeout.unwrap_or_default()),
            Cause::Interrupted(request) => Outcome::Interrupted(request),
            Cause::Itself if ended.success() => Outcome::Completed,
            Cause::Itself => Outcome::Failed { returncode },
        };
        if let Some(error) = &ended.output_lost {
            tracing::debug!("a part of Alembic's output was not shown: {error}");
        }
        let text = |capture: alembic::Capture| self.redactor.redact(&alembic::redact(&capture.into_text()));
        let finished = Finished {
            command,
            returncode,
            stdout: text(ended.stdout),
            stderr: text(ended.stderr),
            duration: ended.duration,
            databases: Vec::new(),
        };
        Run { finished, outcome }
    }

    /// Waits for the handlers to hear how it ended, unless somebody wants lback to end.
    pub(crate) async fn finish(mut self, outcome: &Outcome) {
        let grace = match outcome {
            Outcome::Interrupted(_) => self.handler_grace.min(GRACE_WHEN_STOPPED),
            _ => self.handler_grace,
        };
        let _shown = (self.waiting)("waiting for handlers");
        tokio::select! {
            () = self.dispatcher.finish(grace) => {}
            _ = self.stop.next() => tracing::warn!("handlers were not waited for"),
        }
    }
}
