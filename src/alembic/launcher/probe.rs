//! Reads the heads of a project's databases, by a second, short run of the launcher.

use std::time::Duration;

use super::super::process::Invocation;
use super::handshake::{greeting, spawn};
use super::{BypassReason, Launcher, LauncherEvent};

/// The time limit: an unresponsive database must not delay the report of a failure.
const LIMIT: Duration = Duration::from_secs(15);

/// A run of `alembic current`, with the global options of the run before. It changes nothing: it
/// creates no version table, and needs no script of the current revisions.
#[derive(Debug, Clone)]
pub(crate) struct Probe {
    /// Keeps the launcher's files in place.
    launcher: Launcher,
    invocation: Invocation,
}

/// The heads of one database, in the order of env.py.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct DatabaseHeads {
    /// The number of the database, from 1, as in the events of a run.
    pub(crate) database: u32,
    /// The name of the database, or its file.
    pub(crate) name: Option<String>,
    /// The heads, sorted. Empty if no revision is applied.
    pub(crate) heads: Vec<String>,
}

/// The reason why the heads are unknown.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum HeadsUnknown {
    #[error("{0}")]
    Bypassed(BypassReason),
    #[error("the database, or the project's env.py, did not answer in {}", humantime::format_duration(LIMIT))]
    TimedOut,
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

    /// Reads the heads, within 15 seconds. Output of the project's code is discarded.
    pub(crate) async fn read_heads(&self) -> Result<Vec<DatabaseHeads>, HeadsUnknown> {
        tokio::time::timeout(LIMIT, self.ask()).await.unwrap_or(Err(HeadsUnknown::TimedOut))
    }

    async fn ask(&self) -> Result<Vec<DatabaseHeads>, HeadsUnknown> {
        let (mut process, mut channel) = spawn(&self.launcher, &self.invocation).map_err(HeadsUnknown::Bypassed)?;
        greeting(&mut process, &mut channel).await.map_err(HeadsUnknown::Bypassed)?;
        let (mut reader, writer) = channel.into_parts();
        writer.probe();
        let mut found = ProbeResult::default();
        process
            .until(async {
                while let Some(report) = reader.next().await {
                    found.take(report);
                }
            })
            .await;
        reader.rest(writer).into_iter().for_each(|report| found.take(report));
        found.into_result()
    }
}

#[derive(Default)]
struct ProbeResult {
    databases: Vec<DatabaseHeads>,
    answered: usize,
    failure: Option<HeadsUnknown>,
}

impl ProbeResult {
    fn take(&mut self, report: LauncherEvent) {
        match report {
            LauncherEvent::Database { database, name, .. } => {
                self.databases.push(DatabaseHeads { database, name, heads: Vec::new() });
            }
            LauncherEvent::HeadsBefore { database, heads } => {
                if let Some(known) = self.databases.iter_mut().find(|known| known.database == database) {
                    known.heads = heads;
                    self.answered += 1;
                }
            }
            LauncherEvent::Error { error, message, .. } => self.failure = Some(HeadsUnknown::Failed { error, message }),
            LauncherEvent::Blind { why } => self.failure = Some(HeadsUnknown::Bypassed(BypassReason::Unable { why })),
            _ => {}
        }
    }

    fn into_result(self) -> Result<Vec<DatabaseHeads>, HeadsUnknown> {
        match self.failure {
            Some(failure) => Err(failure),
            None if self.databases.is_empty() || self.answered < self.databases.len() => Err(HeadsUnknown::NoDatabase),
            None => Ok(self.databases),
        }
    }
}
