//! Looks at a project's databases after a run, by a second, short run of the launcher.

use std::collections::BTreeMap;
use std::time::Duration;

use super::super::process::Invocation;
use super::handshake::{greeting, spawn};
use super::{BypassReason, Launcher, LauncherEvent, ProbedRun, SessionState};

/// The time limit without the wait for sessions: an unresponsive database must not delay the report
/// of a failure.
const LIMIT: Duration = Duration::from_secs(15);

/// A run of `alembic current`, with the global options of the run before. It changes nothing: it
/// creates no version table, and needs no script of the current revisions.
#[derive(Debug, Clone)]
pub(crate) struct Probe {
    /// Keeps the launcher's files in place.
    launcher: Launcher,
    invocation: Invocation,
}

/// The answers of a probe so far. They remain if the probe is given up.
#[derive(Debug, Default)]
pub(crate) struct ProbeAnswers {
    /// The databases, by their number in the events of a run, from 1.
    databases: BTreeMap<u32, DatabaseAnswers>,
    failure: Option<HeadsUnknown>,
}

#[derive(Debug, Default)]
struct DatabaseAnswers {
    /// The heads, sorted; empty if no revision is applied.
    heads: Option<Vec<String>>,
    session: Option<SeenSession>,
    /// The transactions of the run that were committed.
    committed: Vec<String>,
}

/// The last look at the session of an earlier run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SeenSession {
    pub(crate) state: SessionState,
    pub(crate) what: String,
    pub(crate) look: String,
    /// The reason why the session can't be seen.
    pub(crate) why: Option<String>,
}

/// The reason why the heads are unknown.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum HeadsUnknown {
    #[error("{0}")]
    Bypassed(BypassReason),
    #[error("the database, or the project's env.py, did not answer in {}", humantime::format_duration(LIMIT))]
    TimedOut,
    #[error("cannot connect to the database: {message}")]
    Unreachable { message: String },
    /// An exception in Python.
    #[error("{error}: {message}")]
    Failed { error: String, message: String },
    #[error("env.py connected to no database")]
    NoDatabase,
}

impl Probe {
    pub(super) fn new(launcher: Launcher, invocation: Invocation) -> Self {
        Self { launcher, invocation }
    }

    /// Waits until the sessions have ended, at most for `patience`, and then reads the heads,
    /// within 15 seconds. Output of the project's code is discarded. The answers so far are in
    /// `answers`, also if the future is dropped; `told` receives each event.
    pub(crate) async fn look(
        &self,
        run: &ProbedRun,
        patience: Duration,
        answers: &mut ProbeAnswers,
        mut told: impl FnMut(&LauncherEvent),
    ) -> Result<(), HeadsUnknown> {
        let ask = self.ask(run, patience, |report| {
            told(&report);
            answers.take(report);
        });
        let asked = tokio::time::timeout(LIMIT.saturating_add(patience), ask).await;
        asked.unwrap_or(Err(HeadsUnknown::TimedOut))?;
        answers.check()
    }

    async fn ask(
        &self,
        run: &ProbedRun,
        patience: Duration,
        mut take: impl FnMut(LauncherEvent),
    ) -> Result<(), HeadsUnknown> {
        let (mut process, mut channel) = spawn(&self.launcher, &self.invocation).map_err(HeadsUnknown::Bypassed)?;
        greeting(&mut process, &mut channel).await.map_err(HeadsUnknown::Bypassed)?;
        let (mut reader, writer) = channel.into_parts();
        writer.probe(run, self.launcher.scripts(), patience);
        process
            .until(async {
                while let Some(report) = reader.next().await {
                    take(report);
                }
            })
            .await;
        reader.rest(writer).into_iter().for_each(take);
        Ok(())
    }
}

impl ProbeAnswers {
    /// Returns the heads of a database, if they were read.
    pub(crate) fn heads(&self, database: u32) -> Option<&Vec<String>> {
        self.databases.get(&database)?.heads.as_ref()
    }

    /// Returns the last look at the session that a run had on a database, if there was one.
    pub(crate) fn session(&self, database: u32) -> Option<&SeenSession> {
        self.databases.get(&database)?.session.as_ref()
    }

    /// Returns the transactions of a run on a database that were committed.
    pub(crate) fn committed(&self, database: u32) -> &[String] {
        self.databases.get(&database).map_or(&[], |answers| &answers.committed)
    }

    fn take(&mut self, report: LauncherEvent) {
        match report {
            LauncherEvent::Database { database, .. } => drop(self.databases.entry(database).or_default()),
            LauncherEvent::SessionSeen { database, state, why, what, look } => {
                let seen = SeenSession { state, what, look, why };
                self.databases.entry(database).or_default().session = Some(seen);
            }
            LauncherEvent::HeadsBefore { database, heads } => {
                self.databases.entry(database).or_default().heads = Some(heads);
            }
            LauncherEvent::Committed { database, transactions } => {
                self.databases.entry(database).or_default().committed = transactions;
            }
            LauncherEvent::Error { message, details, .. } if details.connecting => {
                self.failure = Some(HeadsUnknown::Unreachable { message });
            }
            LauncherEvent::Error { error, message, .. } => self.failure = Some(HeadsUnknown::Failed { error, message }),
            LauncherEvent::Blind { why } => self.failure = Some(HeadsUnknown::Bypassed(BypassReason::Unable { why })),
            _ => {}
        }
    }

    fn check(&self) -> Result<(), HeadsUnknown> {
        let is_complete = || self.databases.values().all(|answers| answers.heads.is_some());
        match &self.failure {
            Some(failure) => Err(failure.clone()),
            None if self.databases.is_empty() || !is_complete() => Err(HeadsUnknown::NoDatabase),
            None => Ok(()),
        }
    }
}
