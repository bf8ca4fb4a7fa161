//! The sentences about the databases: what happened to each.

use crate::bindings::lback::plugin::types::{Database, Step};
use crate::run::{Run, Stage};
use crate::text::code;

/// The most databases that are described; further ones are only counted.
const DATABASES: usize = 5;
/// The longest list of revisions within a sentence.
const REVISIONS: usize = 200;

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
    let before = heads(&database.heads_before);
    let after = database.heads_after.as_deref().map_or_else(|| "an unknown revision".to_owned(), heads);
    let steps = steps(&database.steps);
    match database.state.as_str() {
        "unchanged" => format!("The database is unchanged, at {before}."),
        "lost" => format!("🚨 Alembic succeeded, but its work was not committed: the database is at {after}."),
        "advanced" | "done" => format!("The database went from {before} to {after}{steps}."),
        "suspect" => format!(
            "🚨 The schema may be between two revisions: the database reports {after}, and was at {before}{steps}."
        ),
        _ => format!("🚨 The state of the database is unknown; it was at {before}{steps}."),
    }
}

fn heads(heads: &[String]) -> String {
    if heads.is_empty() { "base".to_owned() } else { code(&heads.join(", "), REVISIONS) }
}

/// Describes the steps that began; the one that did not finish is named.
fn steps(steps: &[Step]) -> String {
    let count = match steps.len() {
        0 => return String::new(),
        1 => "1 step".to_owned(),
        more => format!("{more} steps"),
    };
    let cut_off = steps.iter().rfind(|step| step.duration_ms.is_none());
    let cut_off = cut_off.map(|step| format!(", cut off in {}", code(&step.revision, REVISIONS))).unwrap_or_default();
    format!(" ({count}{cut_off})")
}
