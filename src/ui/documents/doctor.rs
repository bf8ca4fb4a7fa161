//! The output of `lback self doctor`.

use std::collections::BTreeSet;
use std::io;

use schemars::JsonSchema;
use serde::Serialize;

use super::json::print_json;
use crate::support::exit::Exit;
use crate::ui::terminal::message::hint;
use crate::ui::terminal::screen::print;
use crate::ui::terminal::table::PlainTable;

/// The version of the JSON document. It changes when a field is removed or changes its meaning. New
/// fields may be added at any time.
const FORMAT: u32 = 1;

/// The state of lback in a project.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(title = "lback self doctor --json")]
pub(crate) struct DoctorReport {
    /// The version of this document's format. Within a version, no field is removed and none
    /// changes its meaning.
    #[schemars(extend("const" = FORMAT))]
    format: u32,
    /// True if no finding is an error.
    healthy: bool,
    /// The findings, in the order in which a run depends on them.
    findings: Vec<DoctorFinding>,
}

/// One thing that was examined.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct DoctorFinding {
    topic: DoctorTopic,
    state: FindingState,
    /// The fact that was found, in one sentence.
    found: String,
    /// The next step, if there is one.
    hint: Option<String>,
    /// The exit code of a command that this finding ends.
    #[serde(skip)]
    exit: Exit,
}

/// The part of lback or of the project that was examined.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum DoctorTopic {
    /// lback's program.
    Lback,
    /// The folder of the project, and `lback.toml`.
    Project,
    /// The environment on which policies decide.
    Environment,
    /// The program that runs Alembic.
    Alembic,
    /// The launcher, in the project's own interpreter.
    Launcher,
    /// A database to which env.py connects.
    Database,
    /// The folder of compiled plugins.
    Cache,
    /// The journal of runs.
    Journal,
    /// A plugin of `lback.toml`.
    Plugin,
}

/// The state of what was examined.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum FindingState {
    /// The expected state.
    Ok,
    /// Unusual, and possibly intended.
    Note,
    /// Runs work, but something is missing.
    Warning,
    /// Runs fail, or are refused.
    Error,
}

impl DoctorTopic {
    fn name(self) -> &'static str {
        match self {
            Self::Lback => "lback",
            Self::Project => "project",
            Self::Environment => "environment",
            Self::Alembic => "Alembic",
            Self::Launcher => "launcher",
            Self::Database => "database",
            Self::Cache => "cache",
            Self::Journal => "journal",
            Self::Plugin => "plugin",
        }
    }
}

impl FindingState {
    fn name(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Note => "note",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

impl DoctorFinding {
    pub(crate) fn ok(topic: DoctorTopic, found: impl Into<String>) -> Self {
        Self { topic, state: FindingState::Ok, found: found.into(), hint: None, exit: Exit::Success }
    }

    pub(crate) fn note(topic: DoctorTopic, found: impl Into<String>) -> Self {
        Self { state: FindingState::Note, ..Self::ok(topic, found) }
    }

    pub(crate) fn warning(topic: DoctorTopic, found: impl Into<String>) -> Self {
        Self { state: FindingState::Warning, ..Self::ok(topic, found) }
    }

    /// Makes a finding that ends runs with this exit code.
    pub(crate) fn error(topic: DoctorTopic, found: impl Into<String>, exit: Exit) -> Self {
        Self { state: FindingState::Error, exit, ..Self::ok(topic, found) }
    }

    /// Adds the next step.
    pub(crate) fn hint(self, hint: impl Into<String>) -> Self {
        Self { hint: Some(hint.into()), ..self }
    }
}

impl DoctorReport {
    pub(crate) fn new(findings: Vec<DoctorFinding>) -> Self {
        let healthy = findings.iter().all(|finding| finding.state != FindingState::Error);
        Self { format: FORMAT, healthy, findings }
    }

    /// Returns the exit code of the first error.
    pub(crate) fn exit(&self) -> Exit {
        let error = self.findings.iter().find(|finding| finding.state == FindingState::Error);
        error.map_or(Exit::Success, |error| error.exit)
    }
}

/// Shows the report. In the text form, the next steps are hints on stderr.
pub(crate) fn show_doctor(report: &DoctorReport, json: bool) -> io::Result<()> {
    if json {
        return print_json(report);
    }
    let mut table = PlainTable::new();
    for DoctorFinding { topic, state, found, .. } in &report.findings {
        table.row([topic.name().into(), state.name().into(), found.into()]);
    }
    print(&table.drawn())?;
    let hints: BTreeSet<&String> = report.findings.iter().filter_map(|finding| finding.hint.as_ref()).collect();
    for next in hints {
        hint(next);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::documents::schema::{assert_committed, schema};

    #[test]
    fn the_committed_schema_is_the_generated_one() {
        assert_committed("self-doctor.schema.json", &schema::<DoctorReport>());
    }

    #[test]
    fn the_first_error_decides() {
        let warning = || DoctorFinding::warning(DoctorTopic::Cache, "full");
        let error = |exit| DoctorFinding::error(DoctorTopic::Plugin, "gone", exit);
        let healthy = DoctorReport::new(vec![warning()]);
        assert_eq!((healthy.healthy, healthy.exit()), (true, Exit::Success));
        let ill = DoctorReport::new(vec![warning(), error(Exit::AlembicNotFound), error(Exit::InvalidPlugin)]);
        assert_eq!((ill.healthy, ill.exit()), (false, Exit::AlembicNotFound));
    }
}
