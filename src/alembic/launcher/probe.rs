//! Reads the heads of a project's databases, by a second, short run of the launcher.

use std::time::Duration;

use super::super::process::Invocation;
use super::handshake::{greeting, spawn};
use super::{BypassReason, Launcher, LauncherEvent};

/// A database that does not answer shall not keep anybody from hearing that a run has failed.
const LIMIT: Duration = Duration::from_secs(15);

/// A run of `alembic current`, with the global options of the run before. It changes nothing: it creates no version table, and it needs none of
/// the revisions that the database is at.
#[derive(Debug, Clone)]
pub(crate) struct Probe {
    /// Its files are there for as long as this is.
    launcher: Launcher,
    invocation: Invocation,
}

/// The heads of one database, in the order in which env.py comes to them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct DatabaseHeads {
    /// From 1, as in the reports of a run.
    pub(crate) database: u32,
    /// The name of the database, or the file.
    pub(crate) name: Option<String>,
    /// Sorted. Empty where no revision is applied.
    pub(crate) heads: Vec<String>,
}

/// Why the heads are not known.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum HeadsUnknown {
    #[error("{0}")]
    Bypassed(BypassReason),
    #[error("the database, or the project's env.py, did not answer in {}", humantime::format_duration(LIMIT))]
    TimedOut,
    /// What Python raised.
    #[error("{error}: {message}")]
    Failed { error: String, message: String },
    #[error("env.py came to no database")]
    NoDatabase,
}

impl Probe {
    pub(super) fn new(launcher: Launcher, invocation: Invocation) -> Self {
        Self { launcher, invocation }
    }

    /// Reads the heads; takes as long as `alembic current`, at most 15 seconds. What the project's code prints is discarded.
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
