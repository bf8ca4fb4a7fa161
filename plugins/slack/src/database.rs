//! The sentences about the databases: what happened to each.

use crate::bindings::lback::plugin::types::{Database, Step};
use crate::run::{Run, Stage};
use crate::text::{code, prose};

/// The most databases that are described; further ones are only counted.
const DATABASES: usize = 5;
/// The longest list of revisions within a sentence, and the longest name of a database.
const REVISIONS: usize = 200;
/// The most steps that are listed with their titles, and the longest title.
const STEPS: usize = 10;
const TITLE: usize = 100;

/// Returns a sentence for each database, except those that a completed run didn't change. There are
/// none where lback couldn't observe the run.
pub(crate) fn sentences<'a>(run: &Run<'a>) -> impl Iterator<Item = String> + use<'a> {
    let told = run.databases.iter().filter({
        let stage = run.stage;
        move |database| stage != Stage::Completed || !database.steps.is_empty()
    });
    let more = run.databases.len().saturating_sub(DATABASES);
    let rest = (more > 0).then(|| format!("… and {more} more databases"));
    told.take(DATABASES).map(sentence).chain(rest)
}

fn sentence(database: &Database) -> String {
    let name = named(database);
    let before = heads(&database.heads_before);
    let after = database.heads_after.as_deref().map_or_else(|| "an unknown revision".to_owned(), heads);
    let count = count(&database.steps);
    let sentence = match database.state.as_str() {
        "unchanged" => format!("{name} is unchanged, at {before}{}.", failed_in(&database.steps)),
        "lost" => format!("🚨 Alembic succeeded, but its work was not committed: {name} is at {after}."),
        "advanced" | "done" => format!("{name} went from {before} to {after}{count}."),
        "suspect" => format!("🚨 {name} may be between two revisions: it reports {after}, and was at {before}{count}."),
        _ => format!("🚨 {name}: its state is unknown, and it was at {before}{count}."),
    };
    std::iter::once(sentence).chain(titles(&database.steps)).collect::<Vec<_>>().join("\n")
}

/// Returns the name of a database, as far as it is known.
fn named(database: &Database) -> String {
    match &database.name {
        Some(name) => format!("{} ({})", code(name, REVISIONS), prose(&database.dialect, TITLE)),
        None => format!("The {} database", prose(&database.dialect, TITLE)),
    }
}

/// Returns the step that began and did not finish.
fn cut_off(steps: &[Step]) -> Option<&Step> {
    steps.iter().rfind(|step| step.duration_ms.is_none())
}

fn failed_in(steps: &[Step]) -> String {
    cut_off(steps).map(|step| format!("; it failed in {}", code(&step.revision, REVISIONS))).unwrap_or_default()
}

/// Returns the steps with their titles, a line each.
fn titles(steps: &[Step]) -> impl Iterator<Item = String> {
    let more = steps.len().saturating_sub(STEPS);
    let rest = (more > 0).then(|| format!("… and {more} more"));
    let title = |step: &Step| {
        let title = step.doc.as_deref().map(|doc| format!(" {}", prose(doc, TITLE))).unwrap_or_default();
        let mark = if step.duration_ms.is_none() { "✗" } else { "•" };
        format!("{mark} {} {}{title}", prose(&step.direction, TITLE), code(&step.revision, REVISIONS))
    };
    steps.iter().take(STEPS).map(title).chain(rest)
}

fn heads(heads: &[String]) -> String {
    if heads.is_empty() { "base".to_owned() } else { code(&heads.join(", "), REVISIONS) }
}

/// Tells how many steps began, and which did not finish.
fn count(steps: &[Step]) -> String {
    let count = match steps.len() {
        0 => return String::new(),
        1 => "1 step".to_owned(),
        more => format!("{more} steps"),
    };
    let cut_off = cut_off(steps).map(|step| format!(", cut off in {}", code(&step.revision, REVISIONS)));
    format!(" ({count}{})", cut_off.unwrap_or_default())
}
