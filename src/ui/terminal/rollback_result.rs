//! What became of a rollback of a table: held against the plan, and said in a line.

use super::message::{note, status, warning};
use crate::model::database::Database;
use crate::model::plan::Plan;
use crate::ui::terminal::database_state::heads;

/// Says what was reverted, and whether the database is where the plan said that it would be.
pub(crate) fn show_reverted(plan: &Plan, databases: &[Database]) {
    let table = plan.table.as_ref().map(ToString::to_string).unwrap_or_default();
    let mut seen = databases.iter();
    let mut reverted = false;
    for planned in &plan.databases {
        let database = seen.next();
        let Some(after) = database.and_then(|database| database.heads_after.as_ref()) else {
            warning("where the database stands now could not be seen: `lback alembic current` shows it");
            continue;
        };
        let (mut found, mut meant) = (after.clone(), planned.target_heads.clone());
        found.sort();
        meant.sort();
        if database.is_some_and(|database| database.steps.is_empty()) && !planned.steps.is_empty() {
            note(&format!("another run has reverted it meanwhile; the database is at {}", heads(after)));
            continue;
        }
        reverted = true;
        if found == meant {
            let count = planned.steps.len();
            let revisions = if count == 1 { "1 revision".to_owned() } else { format!("{count} revisions") };
            status("reverted", &format!("`{table}`: {revisions}; the database is at {}", heads(after)));
        } else {
            warning(&format!("the database is at {}, and the plan was to reach {}", heads(after), heads(&meant)));
        }
    }
    if reverted {
        note("rows that a migration deleted or changed are not restored; a backup has them");
    }
}
