//! The lines after a run that succeeded: what it did, and where the databases are.

use std::time::Duration;

use super::database_state::ShownDatabases;
use super::message::{nothing, status};
use crate::model::database::{Database, DatabaseState, Direction};
use crate::support::elapsed::elapsed;
use crate::support::heads::quoted_heads;
use crate::support::plural::counted;

/// The largest number of databases with a line each. More of them have one line together.
const LINES: usize = 8;

/// Shows the success of a command of this direction. Databases of which a warning or an error is
/// shown get no line.
pub(super) fn show_success(direction: Direction, shown: &ShownDatabases<'_>) {
    let is_told = |database: &&Database| database.state != DatabaseState::Lost && database.open_step().is_none();
    let told: Vec<_> = shown.all.iter().filter(is_told).collect();
    if told.len() > LINES {
        return show_sum(direction, &told);
    }
    for database in told {
        show_one(direction, database, &shown.named(database));
    }
}

fn show_one(direction: Direction, database: &Database, name: &str) {
    let place = database.heads_after.as_deref().map(|heads| format!("{name} is at {}", quoted_heads(heads)));
    let place = place.unwrap_or_else(|| format!("the revision of {name} is not known"));
    match database.steps.len() {
        0 => nothing(&format!("{}; {place}", verbs(direction).nothing)),
        steps => {
            let what = format!("{} in {}", counted(steps, "revision"), elapsed(duration_of([database])));
            status(verbs(direction).done, &format!("{what}; {place}"));
        }
    }
}

fn show_sum(direction: Direction, databases: &[&Database]) {
    let changed: Vec<_> = databases.iter().filter(|database| !database.steps.is_empty()).copied().collect();
    let place = common_place(databases);
    if changed.is_empty() {
        return nothing(&format!("{} in {} databases; {place}", verbs(direction).nothing, databases.len()));
    }
    let steps: usize = changed.iter().map(|database| database.steps.len()).sum();
    let took = elapsed(duration_of(changed.iter().copied()));
    let of = if changed.len() == databases.len() {
        counted(databases.len(), "database")
    } else {
        format!("{} of {} databases", changed.len(), databases.len())
    };
    status(verbs(direction).done, &format!("{} in {of} in {took}; {place}", counted(steps, "revision")));
}

/// Returns where the databases are: the revision that all have, or the number of different ones.
fn common_place(databases: &[&Database]) -> String {
    let known: Option<Vec<Vec<String>>> = databases.iter().map(|database| database.heads_after.clone()).collect();
    let Some(mut places) = known else { return "not all of their revisions are known".to_owned() };
    for heads in &mut places {
        heads.sort();
    }
    places.sort();
    places.dedup();
    match places.as_slice() {
        [heads] => format!("all are at {}", quoted_heads(heads)),
        places => format!("they are at {} different revisions", places.len()),
    }
}

fn duration_of<'a>(databases: impl IntoIterator<Item = &'a Database>) -> Duration {
    databases.into_iter().flat_map(|database| &database.steps).filter_map(|step| step.duration).sum()
}

/// The words for a direction.
struct Verbs {
    done: &'static str,
    nothing: &'static str,
}

fn verbs(direction: Direction) -> Verbs {
    let (done, nothing) = match direction {
        Direction::Upgrade | Direction::Unknown => ("applied", "nothing to apply"),
        Direction::Downgrade => ("reverted", "nothing to revert"),
        Direction::Stamp => ("stamped", "nothing to stamp"),
    };
    Verbs { done, nothing }
}
