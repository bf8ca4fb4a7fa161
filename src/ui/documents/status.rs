//! The output of `lback status`.

use std::io;

use schemars::JsonSchema;
use serde::Serialize;

use super::journal::{ListedRun, WaitingMessages, run_list, waiting_lines};
use super::json::print_json;
use crate::journal::{RunMarks, RunRow};
use crate::support::heads::plain_heads;
use crate::support::plural::counted;
use crate::ui::terminal::message::{hint, warning};
use crate::ui::terminal::screen::{print, print_text};
use crate::ui::terminal::table::{PlainTable, TableCell};

/// The version of the JSON document. It changes when a field is removed or changes its meaning. New
/// fields may be added at any time.
const FORMAT: u32 = 1;
/// The pending revisions that the text form lists.
const LISTED: usize = 10;

/// The state of a project's databases, scripts, runs and messages.
#[derive(Debug, Default, Serialize, JsonSchema)]
#[schemars(title = "lback status --json")]
pub(crate) struct StatusReport {
    /// The version of this document's format. Within a version, no field is removed and none
    /// changes its meaning.
    #[schemars(extend("const" = FORMAT))]
    pub(crate) format: u32,
    /// The project's name.
    pub(crate) project: String,
    /// The environment, if one is named.
    pub(crate) environment: Option<String>,
    /// The databases to which env.py connects.
    pub(crate) databases: Vec<DatabaseStatus>,
    /// The reason why not all databases could be read.
    pub(crate) failure: Option<String>,
    /// The scripts; null if they were not read.
    pub(crate) scripts: Option<ScriptStatus>,
    /// The last runs, newest first, at most five.
    pub(crate) runs: Vec<RunRow>,
    /// The messages that were not delivered, by plugin.
    pub(crate) waiting: Vec<WaitingMessages>,
    /// The reason why the journal could not be read.
    pub(crate) journal_failure: Option<String>,
    #[serde(skip)]
    pub(crate) listed: Vec<(String, RunMarks)>,
}

/// The state of one database.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct DatabaseStatus {
    /// SQLAlchemy's name of the dialect, as `postgresql`.
    pub(crate) dialect: String,
    pub(crate) server_version: Option<String>,
    /// The name of the database, or its file.
    pub(crate) name: Option<String>,
    /// The schema in which the connection finds and creates tables, if it isn't the usual one.
    pub(crate) schema: Option<String>,
    /// The current revisions, empty at base; null if they could not be read.
    pub(crate) heads: Option<Vec<String>>,
    /// The number of revisions that `lback migrate heads` would apply; null if it is unknown.
    pub(crate) pending: Option<usize>,
    /// The first of them, in the order in which they would be applied.
    pub(crate) pending_revisions: Vec<RevisionStatus>,
    /// The reason why the number is unknown.
    pub(crate) pending_failure: Option<String>,
}

/// The version scripts of a project.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct ScriptStatus {
    /// The revisions that no other revision follows.
    pub(crate) heads: Vec<RevisionStatus>,
    /// The reason why they could not be read.
    pub(crate) failure: Option<String>,
}

/// A revision of the scripts.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct RevisionStatus {
    pub(crate) revision: String,
    /// The first line of the script's description.
    pub(crate) doc: Option<String>,
    /// The branch labels.
    pub(crate) labels: Vec<String>,
    /// The date in the script, as it is written there.
    pub(crate) created: Option<String>,
    /// The script, relative to the root if it is below it.
    pub(crate) file: Option<String>,
}

impl StatusReport {
    pub(crate) fn new(project: String, environment: Option<String>) -> Self {
        Self { format: FORMAT, project, environment, ..Self::default() }
    }
}

/// Shows the status. What could not be read is a warning on stderr.
pub(crate) fn show_status(report: StatusReport, json: bool) -> io::Result<()> {
    if json {
        return print_json(&report);
    }
    print(&overview(&report))?;
    let StatusReport { runs, listed, waiting, failure, scripts, journal_failure, .. } = report;
    if !runs.is_empty() {
        let rows = runs.into_iter().zip(listed);
        let listed: Vec<_> = rows.map(|(run, (short_id, marks))| ListedRun { run, short_id, marks }).collect();
        print("")?;
        print_text(&run_list(&listed, false))?;
    }
    let undelivered: Vec<_> = waiting.iter().flat_map(waiting_lines).collect();
    if !undelivered.is_empty() {
        print(&format!("\n{}", undelivered.join("\n")))?;
    }
    if let Some(why) = scripts.and_then(|scripts| scripts.failure) {
        warning(&format!("the version scripts could not be read: {why}"));
    }
    if let Some(why) = journal_failure {
        warning(&format!("the journal can't be used: {why}"));
    }
    if let Some(why) = failure {
        warning(&format!("the databases could not be read: {why}"));
        hint("`lback current` shows Alembic's whole error");
    }
    Ok(())
}

fn overview(report: &StatusReport) -> String {
    let mut table = PlainTable::new();
    table.row(["project".into(), (&report.project).into()]);
    table.row(["environment".into(), report.environment.as_deref().unwrap_or("none is named").into()]);
    for database in &report.databases {
        let lines = std::iter::once(self::database(database)).chain(pending(database));
        table.row(["database".into(), TableCell::lines(lines)]);
    }
    if report.databases.is_empty() {
        table.row(["database".into(), "unknown".into()]);
    }
    if let Some(ScriptStatus { heads, failure: None }) = &report.scripts {
        let count = if heads.is_empty() { "no revision".to_owned() } else { counted(heads.len(), "head") };
        let lines = heads.iter().map(|head| format!("  {}", described(head)));
        table.row(["scripts".into(), TableCell::lines(std::iter::once(count).chain(lines))]);
    }
    if report.runs.is_empty() && report.journal_failure.is_none() {
        table.row(["runs".into(), "none in the journal".into()]);
    }
    table.drawn()
}

fn database(database: &DatabaseStatus) -> String {
    let DatabaseStatus { dialect, server_version, name, schema, heads, pending, pending_failure, .. } = database;
    let schema = schema.as_ref().map(|schema| format!("schema {schema}"));
    let name: Vec<_> = name.iter().chain(&schema).map(String::as_str).collect();
    let name = if name.is_empty() { String::new() } else { format!("{} ", name.join(", ")) };
    let version = server_version.as_ref().map(|version| format!(" {version}")).unwrap_or_default();
    let place = heads.as_deref().map_or_else(|| "an unknown revision".to_owned(), plain_heads);
    let next = match (pending, pending_failure) {
        (Some(0), _) => ", nothing pending".to_owned(),
        (Some(count), _) => format!(", {} pending", counted(*count, "revision")),
        (None, Some(why)) => format!(", pending revisions unknown: {why}"),
        (None, None) => String::new(),
    };
    format!("{name}({dialect}{version}) at {place}{next}")
}

fn pending(database: &DatabaseStatus) -> Vec<String> {
    let revisions = database.pending_revisions.iter().take(LISTED);
    let mut lines: Vec<_> = revisions.map(|revision| format!("  {}", described(revision))).collect();
    let more = database.pending.unwrap_or_default().saturating_sub(lines.len());
    if more > 0 {
        lines.push(format!("  and {more} more"));
    }
    lines
}

fn described(RevisionStatus { revision, doc, labels, .. }: &RevisionStatus) -> String {
    let doc = doc.as_deref().filter(|doc| !doc.is_empty()).map(|doc| format!("  {doc}")).unwrap_or_default();
    let labels = if labels.is_empty() { String::new() } else { format!(" ({})", labels.join(", ")) };
    format!("{revision}{labels}{doc}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::documents::schema::{assert_committed, schema};

    #[test]
    fn the_committed_schema_is_the_generated_one() {
        assert_committed("status.schema.json", &schema::<StatusReport>());
    }
}
