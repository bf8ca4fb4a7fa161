//! The state of the databases after a run that failed, and the next steps.

use super::message::{error, hint, note, warning};
use crate::model::database::{Database, DatabaseState, Direction, Step, UnsettledWork};
use crate::support::heads::quoted_heads;

pub(crate) fn show_databases<'a>(databases: impl IntoIterator<Item = &'a Database>) {
    let databases: Vec<_> = databases.into_iter().collect();
    for database in &databases {
        let which = if databases.len() == 1 { String::new() } else { format!("{}: ", name(database)) };
        show(&which, database);
    }
}

fn show(which: &str, database: &Database) {
    let Some(before) = database.heads_before.as_deref().map(quoted_heads) else {
        note(&format!("{which}no migration began, and lback had not read the revision of the database"));
        return;
    };
    let after = database.heads_after.as_deref().map(quoted_heads);
    let step = database.steps.last().map(describe);
    match (database.state, &after, &step) {
        (DatabaseState::Unchanged, _, None) => note(&format!("{which}no migration began: the database is at {before}")),
        (DatabaseState::Unchanged, _, Some(step)) => {
            note(&format!("{which}everything was rolled back: the database is at {before}, as before"));
            hint(&format!("fix the cause in {step}, and run the command again"));
        }
        (DatabaseState::Advanced, Some(after), _) if database.is_at_target => {
            warning(&format!(
                "{which}the run failed after its last step: the database went from {before} to {after}, its target"
            ));
            hint("fix the cause of the failure; every migration of this run is applied");
        }
        (DatabaseState::Advanced, Some(after), Some(step)) => {
            warning(&format!(
                "{which}the database stopped between its start and the target: it went from {before} to {after}, and no step is half done"
            ));
            hint(&format!("fix the cause in {step}, and run the command again: it continues from there"));
        }
        (DatabaseState::Suspect, Some(after), Some(step)) => {
            let why = if database.dialect == "sqlite" || database.dialect == "mysql" || database.dialect == "mariadb" {
                format!("{} can't roll back schema changes", database.dialect)
            } else {
                "a part of it was committed before its end".to_owned()
            };
            error(&format!(
                "{which}the schema may be between two revisions: {step} was interrupted, and {why}; the version table says {after}"
            ));
            hint(
                "compare the schema with the script, complete or undo the rest by hand, then record the revision with \
                 `lback alembic stamp`; don't run the command again before that",
            );
        }
        (_, _, step) if let Some(work) = &database.unsettled => show_unsettled(which, work, &before, step.as_deref()),
        (_, _, step) => {
            let step = step.as_deref().map(|step| format!("; the last step was {step}")).unwrap_or_default();
            error(&format!("{which}the state of the database could not be read; it was at {before}{step}"));
            hint("run `lback alembic current` once the database answers again");
        }
    }
}

fn show_unsettled(which: &str, work: &UnsettledWork, before: &str, step: Option<&str>) {
    let UnsettledWork { what, look, unseen } = work;
    let step = step.map(|step| format!("; the last step was {step}")).unwrap_or_default();
    let why = match unseen {
        None => format!("{what} is still active, and may commit"),
        Some(why) => format!("lback can't see whether {what} is still active: {why}"),
    };
    error(&format!("{which}the outcome of the run is unknown: {why}; the database was at {before}{step}"));
    let first = if look.is_empty() { String::new() } else { format!("check it with `{look}`, and ") };
    hint(&format!("{first}run `lback alembic current` once it has ended"));
}

fn name(database: &Database) -> String {
    database.name.as_ref().map_or_else(|| format!("the {} database", database.dialect), |name| format!("`{name}`"))
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
