//! One run: the signals in their order, Alembic between them, and the outcome.

use std::time::Duration;

use tokio::io::AsyncWrite;

use super::command::Command;
use super::observer::Observer;
use super::outcome::Outcome;
use super::prepared::PreparedAlembic;
use super::settings::AlembicSettings;
use super::watch::{Raised, Watch, Watched};
use super::{database_state, recording};
use crate::alembic::{
    self, CommandLine, DatabaseHeads, EndCause, ExpectedSteps, LauncherEvent, Probe, ProcessEnd, RunConstraints,
    ScriptBodies, Sinks, StopRequests,
};
use crate::dispatch::{Blocked, Dispatcher};
use crate::journal::{End, RunRecord};
use crate::migration::stop_counter::Counted;
use crate::model::database::Database;
use crate::model::event::{AlembicCommand, Context, Event, Finished, Override, Sender, Signal};
use crate::model::plan::{DatabasePlan, Plan, PlanSource};
use crate::plugin::Redactor;
use crate::support::waiting::Waiting;

/// How long handlers get when somebody wants lback to end.
const GRACE_WHEN_STOPPED: Duration = Duration::from_secs(2);

/// The same when somebody has asked twice. What is not told by then is kept for the next run.
const GRACE_WHEN_INSISTED: Duration = Duration::from_millis(500);

/// How long the databases may take to say where they stand, when somebody wants lback to end.
const PROBE_WHEN_STOPPED: Duration = Duration::from_secs(5);

/// Where Alembic's output is shown.
pub(crate) type Screen = Box<dyn AsyncWrite + Unpin + Send>;

/// The sender of the signals: one for each run.
pub(crate) struct MigrationCommands<R> {
    pub(crate) sender: Sender,
    pub(crate) context: Context,
    pub(crate) alembic: AlembicSettings,
    pub(crate) screens: Sinks<Screen, Screen>,
    pub(crate) observer: Box<dyn Observer>,
    pub(crate) dispatcher: Dispatcher,
    pub(crate) record: RunRecord,
    /// Keeps secrets of plugins out of what other plugins are handed.
    pub(crate) redactor: Redactor,
    /// How long handlers may take after Alembic has ended.
    pub(crate) handler_grace: Duration,
    pub(crate) stop: Counted<R>,
    pub(crate) waiting: Waiting,
    /// The plan of the run, for whoever asks for it.
    pub(crate) plan: PlanSource,
    /// What `revision` writes into the new script, where lback has worked it out.
    pub(crate) written: Option<ScriptBodies>,
}

/// How a run came to its end.
pub(crate) struct Ending {
    pub(crate) outcome: Outcome,
    /// Where the databases stand that Alembic ran on, as far as it could be seen.
    pub(crate) databases: Vec<Database>,
    /// Whether it may have changed a database without being seen.
    pub(crate) unseen: bool,
}

/// Where a run stands when it is over: what there is to tell about Alembic's process.
struct Run {
    finished: Finished,
    outcome: Outcome,
    /// Whether Alembic ran where lback can't see what it does.
    unseen: bool,
}

impl Run {
    /// Alembic never was.
    fn without_alembic(command: AlembicCommand, outcome: Outcome) -> Self {
        Self { finished: Finished { command, ..Finished::default() }, outcome, unseen: false }
    }
}

impl<R: StopRequests> MigrationCommands<R> {
    /// Runs the command and tells the plugins; handlers may not have heard all of it yet. Alembic's output goes to lback's own.
    pub(crate) async fn run(&mut self, command: &Command, prepared: PreparedAlembic) -> Ending {
        let line = prepared.line();
        let alembic = prepared.alembic_command();
        let changes_database = line.changes_database();
        self.record.command(&alembic, line.argv(), line.redacted());
        for Override { plugin, reason } in &self.context.overrides {
            self.record.overridden(plugin, reason);
        }

        let allowed = self.announce(command, line, &alembic).await;
        let run = match allowed {
            Ok(()) => self.alembic(prepared, alembic, command.needs_single_head()).await,
            Err(outcome) => Run::without_alembic(alembic, outcome),
        };
        let Run { finished, outcome, unseen } = run;
        let databases = finished.databases.clone();
        let signal = match outcome.failure() {
            None => Signal::Completed(finished),
            Some((error_type, exception)) => Signal::Failed { finished, error_type, exception },
        };
        self.dispatcher.after(self.event(signal)).await;
        Ending { outcome, databases, unseen: unseen && changes_database }
    }

    fn event(&self, signal: Signal) -> Event {
        let event = Event::now(&self.sender, &self.context, signal);
        self.observer.sent(&event);
        event
    }

    /// Sends the signals that come before Alembic. Stops at the first one that is not allowed.
    async fn announce(
        &mut self,
        command: &Command,
        line: &CommandLine,
        alembic: &AlembicCommand,
    ) -> Result<(), Outcome> {
        for signal in before(command, line, alembic) {
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

    async fn alembic(&mut self, prepared: PreparedAlembic, command: AlembicCommand, single_head: bool) -> Run {
        let prepared = match prepared.take().await {
            Ok(prepared) => prepared,
            Err(error) => return Run::without_alembic(command, Outcome::NotFound(error)),
        };
        let probe = prepared.probe();
        let mut watch = Watch::default();
        let (observer, record) = (&self.observer, &self.record);
        let told = |report: LauncherEvent| {
            tracing::debug!("alembic reports {report:?}");
            watch.take(&report);
            recording::record(&report, &watch, record);
            observer.reported(&report);
        };
        let Sinks { stdout, stderr } = &mut self.screens;
        let terms = RunConstraints {
            lock: self.alembic.lock,
            single_head,
            expected: self.plan.asked().map(|plan| expected(&plan)),
            written: self.written.take(),
        };
        match prepared.run(&terms, Sinks { stdout, stderr }, &mut self.stop, told).await {
            Ok(ended) => self.ended(ended, watch, probe, command).await,
            Err(error) => Run::without_alembic(command, Outcome::NotStarted(error)),
        }
    }

    async fn ended(&mut self, ended: ProcessEnd, watch: Watch, probe: Option<Probe>, command: AlembicCommand) -> Run {
        if let Some(error) = &ended.output_lost {
            tracing::debug!("a part of Alembic's output was not shown: {error}");
        }
        let databases: Vec<_> = if ended.success() {
            watch.databases.into_iter().map(database_state::after_success).collect()
        } else {
            let begun = watch.has_begun();
            let heads = if begun { self.read_heads(probe, ended.cause).await } else { Vec::new() };
            let read = |watched: &Watched| heads.iter().find(|heads| heads.database == watched.number);
            let judge = |watched: Watched| {
                let heads = read(&watched).map(|found| found.heads.clone());
                database_state::after_failure(watched, heads)
            };
            watch.databases.into_iter().map(judge).collect()
        };
        recording::record_standing(&databases, &self.record);
        let returncode = ended.returncode();
        let text = |capture: alembic::Capture| self.redactor.redact(&alembic::redact(&capture.into_text()));
        let outcome = match (ended.cause, watch.locked) {
            (EndCause::Itself, None) if let Some(heads) = watch.ambiguous => Outcome::Ambiguous(heads),
            (EndCause::Itself, None) if let Some(drifted) = watch.drifted => Outcome::Drifted(drifted),
            (EndCause::TimedOut, _) => Outcome::TimedOut(self.alembic.timeout.unwrap_or_default()),
            (EndCause::Interrupted(request), _) => Outcome::Interrupted(request),
            (EndCause::Itself, Some(locked)) => Outcome::Locked(locked),
            (EndCause::Itself, None) if ended.status.is_some_and(|status| status.success()) => Outcome::Completed,
            (EndCause::Itself, None) => {
                let error = watch
                    .error
                    .map(|Raised { kind, message }| Raised { kind, message: self.redactor.redact(&message) });
                Outcome::Failed { returncode, error }
            }
        };
        let finished = Finished {
            command,
            // The status is lback's own word there: Alembic did not come to an end of its own.
            returncode: returncode
                .filter(|_| !matches!(outcome, Outcome::Locked(_) | Outcome::Ambiguous(_) | Outcome::Drifted(_))),
            stdout: text(ended.stdout),
            stderr: text(ended.stderr),
            duration: ended.duration,
            databases,
        };
        Run { finished, outcome, unseen: watch.unseen }
    }

    /// The heads of the databases after a run that did not succeed; empty where they can't be read.
    async fn read_heads(&mut self, probe: Option<Probe>, cause: EndCause) -> Vec<DatabaseHeads> {
        let Some(probe) = probe.filter(|_| !self.stop.insists()) else { return Vec::new() };
        let _shown = (self.waiting)("reading where the database stands");
        let limit = async {
            match cause {
                EndCause::Interrupted(_) => tokio::time::sleep(PROBE_WHEN_STOPPED).await,
                EndCause::Itself | EndCause::TimedOut => std::future::pending().await,
            }
        };
        tokio::select! {
            biased;
            read = probe.read_heads() => read.unwrap_or_else(|error| {
                tracing::warn!("where the database stands could not be read: {error}");
                Vec::new()
            }),
            () = limit => Vec::new(),
            _ = self.stop.next() => Vec::new(),
        }
    }

    /// Waits for the handlers to hear how it ended, unless somebody wants lback to end, and closes the record of the run.
    pub(crate) async fn finish(mut self, outcome: &Outcome, exit_code: u8) {
        let grace = match outcome {
            Outcome::Interrupted(_) if self.stop.insists() => GRACE_WHEN_INSISTED,
            Outcome::Interrupted(_) => self.handler_grace.min(GRACE_WHEN_STOPPED),
            _ => self.handler_grace,
        };
        let _shown = (self.waiting)("waiting for handlers");
        tokio::select! {
            () = self.dispatcher.finish(grace) => {}
            _ = self.stop.next() => tracing::warn!("handlers were not waited for"),
        }
        self.record.end(End { exit_code }).await;
    }
}

/// The signals that come before Alembic, in their order.
pub(super) fn before(
    command: &Command,
    line: &CommandLine,
    alembic: &AlembicCommand,
) -> impl Iterator<Item = Signal> + use<> {
    let started = Signal::Started { command: alembic.clone(), full_command: line.redacted().to_vec() };
    [Some(Signal::Initialized), command.signal(), Some(started)].into_iter().flatten()
}

/// What Alembic must find, for a run to be what was planned.
fn expected(plan: &Plan) -> Vec<ExpectedSteps> {
    let of = |database: &DatabasePlan| ExpectedSteps {
        heads: database.heads.clone(),
        steps: database.steps.iter().map(|step| step.revision.clone()).collect(),
    };
    plan.databases.iter().map(of).collect()
}

impl From<Outcome> for Ending {
    /// Of a run in which Alembic never was.
    fn from(outcome: Outcome) -> Self {
        Self { outcome, databases: Vec::new(), unseen: false }
    }
}
