use clap::Args;

use super::error::LogError;
use super::open::open_journal;
use crate::cli::completions::candidates;
use crate::config::UnlistedPlugin;
use crate::dispatch::{Member, RedeliveryResult, redeliver};
use crate::journal::{Journal, WaitingRow};
use crate::session::project::Project;
use crate::session::runtime::with_runtime;
use crate::support::clock;
use crate::support::exit::Exit;
use crate::support::io_error::ResultNotShown;
use crate::support::user_error::CommandError;
use crate::ui::{self, RedeliveredPlugin};

/// Deliver the events that handlers have not received
///
/// The oldest event of each handler comes first. A handler that fails again is skipped for the
/// rest.
#[derive(Args)]
pub(super) struct Redeliver {
    /// Only this plugin
    #[arg(long, value_name = "NAME", add = candidates::plugins())]
    plugin: Option<String>,

    /// Also events that are no longer retried automatically
    #[arg(long)]
    parked: bool,

    /// Print one JSON document; `schemas/log-redeliver.schema.json` describes it
    #[arg(long)]
    json: bool,
}

impl Redeliver {
    pub(super) fn run(self, project: &Project) -> Result<Exit, CommandError> {
        if let Some(name) = &self.plugin
            && !project.config.plugins.iter().any(|plugin| plugin.name == *name)
        {
            return Err(UnlistedPlugin(name.clone()).into());
        }
        let done = match open_journal(project)? {
            // The events of a crashed run are only found when the journal is opened for writing.
            Some(_) => self.redeliver(project)?,
            None => Vec::new(),
        };
        let left = open_journal(project)?
            .map_or(Ok(Vec::new()), |reader| reader.waiting(Some(&project.scope())).map_err(LogError::Journal))?;
        let rows: Vec<_> = done.into_iter().map(|done| row(done, &left)).collect();
        if rows.is_empty() {
            ui::note("no events are waiting for handlers");
        }
        let all_heard = rows.iter().all(RedeliveredPlugin::is_done);
        let exit = if all_heard { Exit::Success } else { Exit::Unavailable };
        ui::show_redelivered(rows, self.json).map_err(ResultNotShown::after(exit))?;
        Ok(exit)
    }

    fn redeliver(&self, project: &Project) -> Result<Vec<RedeliveryResult>, CommandError> {
        let Some(settings) = project.journal_settings() else { return Ok(Vec::new()) };
        let journal = Journal::open(settings);
        with_runtime(async {
            let outbox = journal.redeliverer(clock::new_id(), &project.scope());
            if !outbox.is_ready().await {
                return Err(unavailable(&journal).into());
            }
            let waiting = open_journal(project)?
                .map_or(Ok(Vec::new()), |reader| reader.waiting(Some(&project.scope())).map_err(LogError::Journal))?;
            let members = self.members(project, &waiting).await?;
            let done = if members.is_empty() {
                Some(Vec::new())
            } else {
                let _shown = ui::start_wait("telling handlers");
                redeliver(members, &outbox, self.parked).await
            };
            outbox.leave().await;
            Ok(done.ok_or_else(|| unavailable(&journal))?)
        })?
    }

    /// Loads the plugins that have undelivered events.
    async fn members(&self, project: &Project, waiting: &[WaitingRow]) -> Result<Vec<Member>, CommandError> {
        let wanted = |name: &str| {
            let wanted = |row: &WaitingRow| row.plugin == name && (row.waiting > 0 || self.parked);
            self.plugin.as_deref().is_none_or(|only| only == name) && waiting.iter().any(wanted)
        };
        let plugins: Vec<_> = project.config.plugins.iter().filter(|plugin| wanted(&plugin.name)).collect();
        let mut members = Vec::new();
        if !plugins.is_empty() {
            let runtime = project.runtime()?;
            for plugin in plugins {
                members.push(Member::new(plugin, false, runtime.load(plugin).await));
            }
        }
        Ok(members)
    }
}

fn unavailable(journal: &Journal) -> LogError {
    journal.failure().map_or_else(|| LogError::Busy, LogError::Journal)
}

fn row(done: RedeliveryResult, left: &[WaitingRow]) -> RedeliveredPlugin {
    let (waiting, parked) =
        left.iter().find(|row| row.plugin == done.plugin).map_or((0, 0), |row| (row.waiting, row.parked));
    RedeliveredPlugin { plugin: done.plugin, heard: done.heard, waiting, parked, error: done.error }
}
