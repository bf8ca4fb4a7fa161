//! A run: the signals in their order, Alembic between them, and the result.

use std::collections::BTreeMap;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use tokio::io::AsyncWrite;
use tokio::sync::mpsc;

use super::attempt::{Attempt, left_by};
use super::command::Command;
use super::outcome::{Outcome, changed_files};
use super::prepared::PreparedAlembic;
use super::result::{LostOutput, OutputKind, RunResult};
use super::run_observer::RunObserver;
use super::settings::AlembicSettings;
use super::signals::signals_before;
use super::watch::{EarlierAttempts, PlanDrift, Raised, Watch, Watched};
use super::{aftermath, database_state, recording};
use crate::alembic::{
    CommandLine, EndCause, FailureDetails, LauncherEvent, Probe, ProbeAnswers, ProcessEnd, RunConstraints,
    ScriptBodies, Sinks, StopRequests,
};
use crate::dispatch::{Blocked, Dispatcher};
use crate::journal::{End, RunRecord};
use crate::migration::stop_counter::StopCounter;
use crate::model::database::{Database, DatabaseState};
use crate::model::event::{Context, Event, Override, Sender};
use crate::model::plan::{Plan, PlanInput, PlanSource};
use crate::model::signal::{AlembicCommand, Finished, Signal};
use crate::support::fault::fault_point;
use crate::support::heads::plain_heads;
use crate::support::io_error::is_reader_gone;

/// The time that handlers have after one stop request.
const GRACE_WHEN_STOPPED: Duration = Duration::from_secs(2);

/// The time that handlers have after a second stop request. Events that are not delivered by then
/// are kept for the next run.
const GRACE_WHEN_REPEATED: Duration = Duration::from_millis(500);

/// A stream that shows Alembic's output.
pub(crate) type Screen = Box<dyn AsyncWrite + Unpin + Send>;

/// The sender of the signals of one run.
pub(crate) struct MigrationCommands<R> {
    pub(crate) sender: Sender,
    pub(crate) context: Context,
    pub(crate) alembic: AlembicSettings,
    pub(crate) screens: Sinks<Screen, Screen>,
    pub(crate) observer: Arc<dyn RunObserver>,
    pub(crate) dispatcher: Dispatcher,
    pub(crate) record: RunRecord,
    /// The time that handlers may take after Alembic has ended.
    pub(crate) handler_grace: Duration,
    pub(crate) stop: StopCounter<R>,
    /// The plan of the run, made when a policy first asks for it.
    pub(crate) plan: PlanSource,
    /// The bodies of the new script, where lback has written them.
    pub(crate) written: Option<ScriptBodies>,
}

impl<R: StopRequests> MigrationCommands<R> {
    /// Runs the command from its first signal to the end of its handlers, and closes the record of
    /// the run.
    pub(crate) async fn run(mut self, command: &Command, prepared: PreparedAlembic) -> RunResult {
        let line = prepared.line();
        let alembic = prepared.alembic_command();
        let (changes_database, shown_x) = (line.changes_database(), line.shown_x().to_vec());
        let announces = command.announces(line);
        self.record.command(&alembic, line.redacted());
        for Override { plugin, reason } in &self.context.overrides {
            self.record.overridden(plugin, reason);
        }

        let allowed = self.announce(command, line, &alembic).await;
        let run = match allowed {
            Ok(()) => self.attempts(command, prepared, &alembic).await,
            Err(outcome) => Attempt::without_alembic(alembic, outcome),
        };
        let Attempt { finished, outcome, unseen, output_lost, .. } = run;
        let finished = Finished { accepted: self.dispatcher.take_accepted(), ..finished };
        let databases = finished.databases.clone();
        let signal = match outcome.failure() {
            None => Signal::Completed(finished),
            Some((error_type, exception)) => Signal::Failed { finished, error_type, exception },
        };
        self.dispatcher.after(self.event(signal)).await;
        let lost = self.lost(output_lost, changes_database);
        let result = RunResult { outcome, databases, shown_x, announces, unseen: unseen && changes_database, lost };
        // Before the wait for handlers, so that the user knows what the wait is for.
        self.observer.ended(&result);
        self.finish(&result).await;
        result
    }

    /// Returns the output that did not reach its destination.
    fn lost(&self, alembic: Option<io::Error>, changes_database: bool) -> Option<LostOutput> {
        let events = self.observer.take_lost_events();
        let lost = alembic.map(|cause| (OutputKind::Alembic, cause));
        let (what, cause) = lost.or_else(|| events.map(|cause| (OutputKind::Events, cause)))?;
        Some(LostOutput { what, cause, changes_database })
    }

    fn event(&self, signal: Signal) -> Event {
        let event = Event::now(&self.sender, &self.context, signal);
        self.observer.signal_sent(&event);
        event
    }

    /// Sends the signals that precede Alembic. Stops at the first one that is denied.
    async fn announce(
        &mut self,
        command: &Command,
        line: &CommandLine,
        alembic: &AlembicCommand,
    ) -> Result<(), Outcome> {
        for signal in signals_before(command, line, alembic) {
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

    /// Runs Alembic once. `earlier` is what earlier attempts have left in the databases.
    pub(super) async fn alembic(
        &mut self,
        prepared: PreparedAlembic,
        command: &AlembicCommand,
        constraints: &RunConstraints,
        earlier: Vec<EarlierAttempts>,
    ) -> Attempt {
        let prepared = match prepared.take().await {
            Ok(prepared) => prepared,
            Err(error) => return Attempt::without_alembic(command.clone(), Outcome::NotFound(error)),
        };
        let (probe, migrates) = (prepared.probe(), prepared.line().migrates());
        let mut watch = Watch::after(earlier);
        let (observer, record) = (&self.observer, &self.record);
        let (waits, mut announced) = mpsc::unbounded_channel();
        let watching = &mut watch;
        let told = move |report: LauncherEvent| {
            tracing::debug!("alembic reports {report:?}");
            watching.take(&report);
            match report {
                LauncherEvent::LockAcquired { .. } => {
                    fault_point!("lock-acquired");
                }
                LauncherEvent::LockWait { ref wait, .. } => {
                    // Fails only after the end of the run.
                    let _ = waits.send(wait.clone());
                }
                LauncherEvent::HeadsAfter { .. } => {
                    fault_point!("steps-ended");
                }
                _ => {}
            }
            recording::record(&report, watching, record);
            observer.alembic_reported(&report);
        };
        let Sinks { stdout, stderr } = &mut self.screens;
        fault_point!("before-go");
        let notify = async {
            while let Some(wait) = announced.recv().await {
                let event = Event::now(&self.sender, &self.context, Signal::LockWait(wait));
                observer.signal_sent(&event);
                self.dispatcher.after(event).await;
            }
        };
        let run = prepared.run(constraints, Sinks { stdout, stderr }, &mut self.stop, told);
        // The run drops its end of the channel, which ends the other half.
        let (ended, ()) = tokio::join!(run, notify);
        match ended {
            Ok(ended) => self.ended(ended, watch, migrates, probe, command.clone()).await,
            Err(error) => Attempt::without_alembic(command.clone(), Outcome::NotStarted(error)),
        }
    }

    /// Returns the files that the plan and the decision on it were made of.
    pub(super) fn agreed_files(&self, plan: &Plan) -> Vec<PlanInput> {
        let mut files: BTreeMap<&str, PlanInput> = BTreeMap::new();
        for input in plan.databases.iter().flat_map(|database| &database.inputs) {
            let file = files.entry(&input.path).or_insert_with(|| input.clone());
            file.is_input |= input.is_input;
            file.revision = file.revision.take().or_else(|| input.revision.clone());
        }
        files.into_values().chain(self.alembic.plans.config.clone()).collect()
    }

    async fn ended(
        &mut self,
        ended: ProcessEnd,
        watch: Watch,
        migrates: bool,
        probe: Option<Probe>,
        command: AlembicCommand,
    ) -> Attempt {
        fault_point!("alembic-ended");
        let begun = watch.has_begun();
        // A process that ends itself with 0 in the middle of its work has not succeeded.
        let cut = watch.cut(migrates).filter(|_| ended.success());
        let is_success = ended.success() && cut.is_none();
        let answers = if is_success && !watch.databases.iter().any(Watched::is_unsettled) {
            ProbeAnswers::default()
        } else {
            aftermath::look(probe, &watch, ended.cause, self.observer.as_ref(), &mut self.stop).await
        };
        let judge = |mut watched: Watched| {
            watched.committed(answers.committed(watched.number));
            let heads = watched.heads_settled.clone().or_else(|| answers.heads(watched.number).cloned());
            if is_success {
                return database_state::after_success(watched, heads);
            }
            let unsettled = database_state::unsettled(&watched, &answers, watch.ended_cleanly);
            database_state::after_failure(watched, heads, unsettled)
        };
        let has_lock_error = watch.error.as_ref().is_some_and(|raised| raised.lock.is_some());
        let steps = has_lock_error.then(|| watch.databases.iter().map(|watched| watched.steps.clone()).collect());
        let databases: Vec<_> = watch.databases.into_iter().map(judge).collect();
        recording::record_states(&databases, &self.record);
        let left = steps.map(|steps| left_by(&databases, steps)).unwrap_or_default();
        let returncode = ended.returncode();
        let outcome = match (ended.cause, watch.locked) {
            (EndCause::Itself, None) if let Some(heads) = watch.ambiguous => Outcome::Ambiguous(heads),
            // After the steps of another database it isn't true that nothing was done.
            (EndCause::Itself, None) if begun && let Some(PlanDrift::Files(files)) = &watch.drifted => {
                let error = Raised {
                    kind: "lback.Drifted".to_owned(),
                    message: changed_files(files),
                    lock: None,
                    details: FailureDetails::default(),
                };
                Outcome::Failed { returncode, error: Some(error) }
            }
            (EndCause::Itself, None) if let Some(drifted) = watch.drifted => Outcome::Drifted(drifted),
            (EndCause::Itself, None) if let Some(wrong) = watch.wrong_environment => Outcome::WrongEnvironment(wrong),
            (EndCause::TimedOut, _) => Outcome::TimedOut(self.alembic.timeout.unwrap_or_default()),
            (EndCause::Interrupted(request), _) => Outcome::Interrupted(request),
            (EndCause::Itself, Some(locked)) => Outcome::Locked(locked),
            (EndCause::Itself, None) if let Some(work) = cut => Outcome::Cut(work),
            (EndCause::Itself, None) if is_success && let Some(lost) = lost_work(&databases) => Outcome::Lost(lost),
            (EndCause::Itself, None) if ended.status.is_some_and(|status| status.success()) => Outcome::Completed,
            (EndCause::Itself, None) => Outcome::Failed { returncode, error: watch.error },
        };
        let finished = Finished {
            command,
            // In these cases lback chose the exit status: Alembic did not end by itself.
            returncode: returncode.filter(|_| !outcome.is_refusal()),
            stdout: ended.stdout.into_text(),
            stderr: ended.stderr.into_text(),
            duration: ended.duration,
            databases,
            attempts: 1,
            accepted: Vec::new(),
        };
        Attempt {
            finished,
            outcome,
            left,
            last_wait: watch.last_wait,
            unseen: watch.unseen,
            output_lost: ended.output_lost.filter(|error| !is_reader_gone(error)),
        }
    }

    /// Waits for the handlers, unless lback is asked to stop, and closes the record of the run.
    async fn finish(mut self, result: &RunResult) {
        let grace = match result.outcome {
            Outcome::Interrupted(_) if self.stop.repeated() => GRACE_WHEN_REPEATED,
            Outcome::Interrupted(_) => self.handler_grace.min(GRACE_WHEN_STOPPED),
            _ => self.handler_grace,
        };
        let _shown = self.observer.waiting("waiting for handlers");
        tokio::select! {
            () = self.dispatcher.finish(grace) => {}
            _ = self.stop.next() => tracing::warn!("lback did not wait for the handlers"),
        }
        self.record.end(End { exit_code: result.exit().code() }).await;
    }
}

/// Returns descriptions of the databases in which the work of a successful run is not.
fn lost_work(databases: &[Database]) -> Option<Vec<String>> {
    let describe = |database: &Database| {
        let heads = database.heads_after.as_deref().map_or_else(|| "an unknown revision".to_owned(), plain_heads);
        format!("{} is at {heads}", database.name.as_deref().unwrap_or("the database"))
    };
    let lost: Vec<_> =
        databases.iter().filter(|database| database.state == DatabaseState::Lost).map(describe).collect();
    (!lost.is_empty()).then_some(lost)
}
