//! `lback status`: the databases, the scripts, the last runs and the undelivered messages.

use clap::Args;

use crate::alembic::ScriptHead;
use crate::cli::options::Call;
use crate::cli::options::alembic::AlembicOptions;
use crate::journal::{JournalError, JournalReader, RunFilter};
use crate::migration::{Examination, ExaminedDatabase, PendingRevisions, examine};
use crate::session::project::Project;
use crate::session::runtime::with_runtime;
use crate::support::exit::Exit;
use crate::support::io_error::ResultNotShown;
use crate::support::redact::redact_free;
use crate::support::user_error::CommandError;
use crate::ui::{self, DatabaseStatus, RevisionStatus, ScriptStatus, StatusReport, WaitingMessages};

/// The number of runs that are shown.
const RUNS: usize = 5;

/// Show where the databases are, what is pending, and the last runs
///
/// Reads the current revisions as `alembic current` does, the heads of the version scripts, the
/// last runs of the journal, and the messages that handlers have not received. Changes nothing and
/// sends no signals.
///
/// Exits with 0, whatever is pending; with 69 if a database can't be read, and with 127 if Alembic
/// isn't found.
#[derive(Args)]
pub(super) struct Status {
    /// Print one JSON document; `schemas/status.schema.json` describes it
    #[arg(long)]
    json: bool,

    #[command(flatten)]
    alembic: AlembicOptions,
}

impl Status {
    pub(super) fn run(self, call: Call) -> Result<Exit, CommandError> {
        let (options, surroundings) = call.for_run(self.alembic);
        let project = Project::find(surroundings)?;
        let environment = project.environment(&options)?;
        let settings = project.alembic(&options, environment.as_deref())?;
        let mut report = StatusReport::new(project.config.project.name.clone(), environment);
        if let Err(error) = read_journal(&project, &mut report) {
            report.journal_failure = Some(error.to_string());
        }
        let examined = {
            let _shown = ui::start_wait("asking Alembic for the state of the database");
            with_runtime(examine(&settings, true))?
        };
        let exit = match examined {
            Ok(examination) => add_examined(examination, &mut report),
            Err(error) => {
                report.failure = Some(error.to_string());
                Exit::AlembicNotFound
            }
        };
        ui::show_status(report, self.json).map_err(ResultNotShown::after(exit))?;
        Ok(exit)
    }
}

fn read_journal(project: &Project, report: &mut StatusReport) -> Result<(), JournalError> {
    let Some(settings) = project.journal_settings() else { return Ok(()) };
    let Some(reader) = JournalReader::open(&settings.path)? else { return Ok(()) };
    let scope = project.scope();
    let last = RunFilter { scope: Some(scope.clone()), limit: Some(RUNS), ..RunFilter::default() };
    for run in reader.runs(&last)? {
        report.listed.push((reader.short_id(&run.id)?, reader.marks(&run.id)?));
        report.runs.push(run);
    }
    // Ids of one length are easier to read.
    let length = report.listed.iter().map(|(short_id, _)| short_id.len()).max().unwrap_or_default();
    for ((short_id, _), run) in report.listed.iter_mut().zip(&report.runs) {
        run.id.get(..length).unwrap_or(&run.id).clone_into(short_id);
    }
    for row in reader.waiting(Some(&scope))? {
        let listed = project.config.plugins.iter().any(|plugin| plugin.name == row.plugin);
        report.waiting.push(WaitingMessages::new(row, listed));
    }
    Ok(())
}

fn add_examined(examination: Examination, report: &mut StatusReport) -> Exit {
    let Examination { databases, scripts, bypassed, failure, versions: _ } = examination;
    report.databases = databases.into_iter().map(database).collect();
    report.scripts = scripts.map(|scripts| match scripts {
        Ok(heads) => ScriptStatus { heads: heads.into_iter().map(revision).collect(), failure: None },
        Err(why) => ScriptStatus { heads: Vec::new(), failure: Some(why) },
    });
    report.failure = failure.or_else(|| bypassed.map(|why| why.to_string()));
    if report.failure.is_some() { Exit::Unavailable } else { Exit::Success }
}

fn database(database: ExaminedDatabase) -> DatabaseStatus {
    let ExaminedDatabase { dialect, server_version, name, schema, heads, pending } = database;
    let (count, revisions) = match pending {
        Some(PendingRevisions { count, revisions }) => (Some(count), revisions),
        None => (None, Vec::new()),
    };
    let (pending, pending_failure) = match count {
        Some(Ok(count)) => (Some(count), None),
        Some(Err(why)) => (None, Some(why)),
        None => (None, None),
    };
    let pending_revisions = revisions.into_iter().map(revision).collect();
    DatabaseStatus { dialect, server_version, name, schema, heads, pending, pending_revisions, pending_failure }
}

fn revision(head: ScriptHead) -> RevisionStatus {
    let ScriptHead { revision, doc, labels, file, created } = head;
    // The password of a database is known by now, and was not when the scripts were read.
    let doc = doc.map(|doc| redact_free(&doc).into_owned());
    RevisionStatus { revision, doc, labels, created, file }
}
