//! The values that a shell offers for an argument. A value that can't be determined is not offered:
//! a completion has no place for errors.

use clap_complete::{ArgValueCandidates, CompletionCandidate};

use super::version_scripts::{ScriptNames, script_names};
use crate::journal::{JournalReader, RunFilter};
use crate::session::environment::Surroundings;
use crate::session::project::Project;

/// The number of runs that are offered.
const RUNS: usize = 50;

/// Names that stand for revisions.
const RELATIVE: [(&str, &str); 3] = [
    ("head", "the newest revision"),
    ("heads", "the newest revision of each branch"),
    ("base", "before all revisions"),
];

/// Offers the plugins that `lback.toml` lists.
pub(in crate::cli) fn plugins() -> ArgValueCandidates {
    ArgValueCandidates::new(|| {
        let plugins = project().map(|project| project.config.plugins).unwrap_or_default();
        plugins.into_iter().map(|plugin| CompletionCandidate::new(plugin.name)).collect()
    })
}

/// Offers the latest runs of the project.
pub(in crate::cli) fn runs() -> ArgValueCandidates {
    ArgValueCandidates::new(|| project().and_then(|project| runs_of(&project)).unwrap_or_default())
}

/// Offers the revisions of the project.
pub(in crate::cli) fn revisions() -> ArgValueCandidates {
    ArgValueCandidates::new(|| {
        let relative = RELATIVE.iter().map(|(name, help)| described(name, help));
        relative.chain(revisions_of(&names())).collect()
    })
}

/// Offers the tables that the project's scripts create, and its revisions.
pub(in crate::cli) fn tables_and_revisions() -> ArgValueCandidates {
    ArgValueCandidates::new(|| {
        let names = names();
        let tables = names.tables.iter().map(|table| described(table, "a table"));
        let base = std::iter::once(described("base", "before all revisions"));
        let others = names.revisions.iter().filter(|(revision, _)| !names.tables.contains(revision));
        tables.chain(base).chain(others.map(|(revision, doc)| described(revision, doc))).collect()
    })
}

fn revisions_of(names: &ScriptNames) -> Vec<CompletionCandidate> {
    names.revisions.iter().map(|(revision, doc)| described(revision, doc)).collect()
}

fn described(value: &str, help: &str) -> CompletionCandidate {
    CompletionCandidate::new(value).help(Some(help.to_owned().into()))
}

fn project() -> Option<Project> {
    Project::find(Surroundings::of_this_process()).ok()
}

fn names() -> ScriptNames {
    project()
        .map(|project| script_names(&project.config.root, project.config.alembic.config.as_deref()))
        .unwrap_or_default()
}

fn runs_of(project: &Project) -> Option<Vec<CompletionCandidate>> {
    let reader = JournalReader::open(&project.journal_settings()?.path).ok()??;
    let filter = RunFilter { scope: Some(project.scope()), limit: Some(RUNS), ..RunFilter::default() };
    let runs = reader.runs(&filter).ok()?;
    let candidate = |run: crate::journal::RunRow| {
        let id = reader.short_id(&run.id).ok()?;
        Some(described(&id, &format!("{}, {}", run.command, run.outcome)))
    };
    Some(runs.into_iter().filter_map(candidate).collect())
}
