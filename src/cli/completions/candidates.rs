//! The values that a shell offers for an argument. A value that can't be determined is not offered:
//! a completion has no place for errors.

use std::borrow::Cow;

use clap_complete::{ArgValueCandidates, CompletionCandidate};

use super::version_scripts::{ScriptNames, script_names};
use crate::journal::{JournalReader, RunFilter};
use crate::registry::builtin_plugins;
use crate::session::environment::Surroundings;
use crate::session::project::Project;
use crate::support::printable::{is_unsafe, printable_line};
use crate::support::redact::{process, redact, redact_free};

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
        plugins.into_iter().filter_map(|plugin| offered(&plugin.name)).collect()
    })
}

/// Offers lback's own plugins.
pub(in crate::cli) fn available_plugins() -> ArgValueCandidates {
    ArgValueCandidates::new(|| {
        builtin_plugins().iter().filter_map(|plugin| described(&plugin.name, &plugin.summary)).collect()
    })
}

/// Offers the latest runs of the project.
pub(in crate::cli) fn runs() -> ArgValueCandidates {
    ArgValueCandidates::new(|| project().and_then(|project| runs_of(&project)).unwrap_or_default())
}

/// Offers the revisions of the project.
pub(in crate::cli) fn revisions() -> ArgValueCandidates {
    ArgValueCandidates::new(|| {
        let relative = RELATIVE.iter().filter_map(|(name, help)| described(name, help));
        relative.chain(revisions_of(&names())).collect()
    })
}

/// Offers the tables that the project's scripts create, and its revisions.
pub(in crate::cli) fn tables_and_revisions() -> ArgValueCandidates {
    ArgValueCandidates::new(|| {
        let names = names();
        let tables = names.tables.iter().filter_map(|table| described(table, "a table"));
        let base = described("base", "before all revisions");
        let others = names.revisions.iter().filter(|(revision, _)| !names.tables.contains(revision));
        tables.chain(base).chain(others.filter_map(|(revision, doc)| described(revision, doc))).collect()
    })
}

fn revisions_of(names: &ScriptNames) -> Vec<CompletionCandidate> {
    names.revisions.iter().filter_map(|(revision, doc)| described(revision, doc)).collect()
}

/// Returns a candidate with a description that is harmless for a terminal and has no secrets.
fn described(value: &str, help: &str) -> Option<CompletionCandidate> {
    let help = printable_line(&redact_free(help)).into_owned();
    offered(value).map(|candidate| candidate.help(Some(help.into())))
}

/// Returns a candidate; none for a value that has a secret, or that could control the terminal. It
/// can't be replaced, since the shell would insert the replacement.
fn offered(value: &str) -> Option<CompletionCandidate> {
    let is_safe = !value.chars().any(is_unsafe) && matches!(redact(value), Cow::Borrowed(_));
    is_safe.then(|| CompletionCandidate::new(value))
}

fn project() -> Option<Project> {
    let project = Project::find(Surroundings::of_this_process()).ok()?;
    project.teach(process());
    Some(project)
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
        described(&id, &format!("{}, {}", run.command, run.outcome))
    };
    Some(runs.into_iter().filter_map(candidate).collect())
}
