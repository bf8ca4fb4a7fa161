//! Looks at the databases after a run that failed, or whose end was not observed: whether the
//! run's sessions have ended, and which heads the databases have then.
//!
//! A server goes on with a statement, `COMMIT` among them, after its client is gone. The heads
//! before that don't show how the run ended.

use std::time::Duration;

use super::run_observer::RunObserver;
use super::stop_counter::StopCounter;
use super::watch::{Watch, Watched};
use crate::alembic::{EndCause, LauncherEvent, Probe, ProbeAnswers, ProbedRun, SessionState, StopRequests};

/// The longest wait for the end of the run's sessions.
const PATIENCE: Duration = Duration::from_secs(10);

/// The time that the look may take after a stop request, and the wait for sessions in it.
const LIMIT_WHEN_STOPPED: Duration = Duration::from_secs(5);
const PATIENCE_WHEN_STOPPED: Duration = Duration::from_secs(3);

/// Returns what can be learned of the databases after a run. A stop request ends the look.
pub(super) async fn look<R: StopRequests>(
    probe: Option<Probe>,
    watch: &Watch,
    cause: EndCause,
    observer: &dyn RunObserver,
    stop: &mut StopCounter<R>,
) -> ProbeAnswers {
    let mut answers = ProbeAnswers::default();
    let Some(probe) = probe.filter(|_| watch.has_begun() && !stop.repeated()) else { return answers };
    let (limit, patience) = match cause {
        EndCause::Interrupted(_) => (Some(LIMIT_WHEN_STOPPED), PATIENCE_WHEN_STOPPED),
        EndCause::Itself | EndCause::TimedOut => (None, PATIENCE),
    };
    let limit = async {
        match limit {
            Some(limit) => tokio::time::sleep(limit).await,
            None => std::future::pending().await,
        }
    };
    let run = run_of(watch);
    let mut shown = Some(observer.waiting("reading the state of the database"));
    let told = |report: &LauncherEvent| {
        if let LauncherEvent::SessionSeen { state, what, .. } = report {
            // The message and the line of progress must not share the last line of the terminal.
            shown = None;
            observer.alembic_reported(report);
            shown = (*state == SessionState::Alive).then(|| observer.waiting(&format!("waiting for {what} to end")));
        }
    };
    tokio::select! {
        biased;
        looked = probe.look(&run, patience, &mut answers, told) => {
            if let Err(error) = looked {
                tracing::warn!("the state of the database could not be read: {error}");
            }
        }
        () = limit => {}
        _ = stop.next() => {}
    }
    answers
}

/// Returns the sessions and the transactions in which steps have begun.
fn run_of(watch: &Watch) -> ProbedRun {
    let begun = || watch.databases.iter().filter(|database| !database.steps.is_empty());
    // SQLite has no sessions: another process that writes looks like the run's own. Where such a
    // process ended the run, it is that one.
    let was_locked = watch.ended_cleanly && watch.error.as_ref().is_some_and(|raised| raised.lock.is_some());
    let known = |database: &&Watched| !(was_locked && database.dialect == "sqlite");
    ProbedRun {
        sessions: begun()
            .filter(known)
            .filter_map(|database| Some((database.number, database.session.clone()?)))
            .collect(),
        transactions: begun().map(|database| (database.number, transactions(database))).collect(),
        with_scripts: false,
        with_facts: false,
    }
}

/// Returns the last transactions of a run, each once, as many as fit into one message.
fn transactions(database: &Watched) -> Vec<String> {
    const MOST: usize = 500;
    let mut all: Vec<_> = database.steps.iter().filter_map(|step| step.transaction.clone()).collect();
    all.dedup();
    all.split_off(all.len().saturating_sub(MOST))
}
