//! Where the databases stand after a run that did not succeed, and what to do next.

use super::message::{error, hint, note, warning};
use crate::model::database::{Database, DatabaseState, Direction, Step};

pub(crate) fn show_databases<'a>(databases: impl IntoIterator<Item = &'a Database>) {
    let databases: Vec<_> = databases.into_iter().collect();
    for database in &databases {
        let which = if databases.len() == 1 { String::new() } else { format!("{}: ", name(database)) };
        show(&which, database);
    }
}

fn show(which: &str, database: &Database) {
    let before = heads(&database.heads_before);
    let after = database.heads_after.as_deref().map(heads);
    let step = database.steps.last().map(describe);
    match (database.state, &after, &step) {
        (DatabaseState::Unchanged, _, None) => {
            note(&format!("{which}no migration was begun: the database is at {before}"))
        }
        (DatabaseState::Unchanged, _, Some(step)) => {
            note(&format!("{which}everything was taken back: the database is at {before}, as before"));
            hint(&format!("correct the cause in {step}, and run it again"));
        }
        (DatabaseState::Advanced, Some(after), Some(step)) => {
            warning(&format!(
                "{which}the database is between its start and the target: it went from {before} to {after}, and is whole"
            ));
            hint(&format!("correct the cause in {step}, and run it again: it goes on from there"));
        }
        (DatabaseState::Suspect, Some(after), Some(step)) => {
            let why = if database.dialect == "sqlite" || database.dialect == "mysql" || database.dialect == "mariadb" {
                format!("{} can't take back what it had done", database.dialect)
            } else {
                "a part of it was committed before its end".to_owned()
            };
            error(&format!(
                "{which}the schema may lie between two revisions: {step} was cut off, and {why}; the version table says {after}"
            ));
            hint(
                "compare the schema with what the script does, finish or undo the rest by hand, then tell Alembic where it is with \
                 `lback alembic stamp`; don't just run it again",
            );
        }
        (_, _, step) => {
            let step = step.as_deref().map(|step| format!("; the last step was {step}")).unwrap_or_default();
            error(&format!("{which}the state of the database could not be read; it was at {before}{step}"));
            hint("see with `lback alembic current` once the database answers again");
        }
    }
}

fn name(database: &Database) -> String {
    database.name.as_ref().map_or_else(|| format!("the {} database", database.dialect), |name| format!("`{name}`"))
}

/// As they are named to a person.
pub(crate) fn heads(heads: &[String]) -> String {
    if heads.is_empty() {
        return "base".to_owned();
    }
    heads.iter().map(|head| format!("`{head}`")).collect::<Vec<_>>().join(", ")
}

fn describe(Step { revision, direction, doc, .. }: &Step) -> String {
    let direction = match direction {
        Direction::Upgrade => "the upgrade to",
        Direction::Downgrade => "the downgrade of",
        Direction::Stamp => "the stamp of",
        Direction::Unknown => "the step of",
    };
    let doc = doc.as_deref().filter(|doc| !doc.is_empty()).map(|doc| format!(" ({doc})")).unwrap_or_default();
    format!("{direction} `{revision}`{doc}")
}
