//! The result of a table's rollback, compared with the plan.

use super::message::{note, status, warning};
use crate::model::database::Database;
use crate::model::plan::Plan;
use crate::support::heads::quoted_heads;
use crate::support::plural::counted;

/// Shows the reverted revisions, and whether the database is at the planned revisions.
pub(crate) fn show_reverted(plan: &Plan, databases: &[Database]) {
    let table = plan.table.as_ref().map(ToString::to_string).unwrap_or_default();
    let mut seen = databases.iter();
    let mut reverted = false;
    for planned in &plan.databases {
        let database = seen.next();
        let Some(after) = database.and_then(|database| database.heads_after.as_ref()) else {
            warning("the state of the database could not be read: `lback alembic current` shows it");
            continue;
        };
        let (mut found, mut meant) = (after.clone(), planned.target_heads.clone());
        found.sort();
        meant.sort();
        if database.is_some_and(|database| database.steps.is_empty()) && !planned.steps.is_empty() {
            note(&format!("another run has reverted it meanwhile; the database is at {}", quoted_heads(after)));
            continue;
        }
        reverted = true;
        if found == meant {
            let count = planned.steps.len();
            let revisions = counted(count, "revision");
            status("reverted", &format!("`{table}`: {revisions}; the database is at {}", quoted_heads(after)));
        } else {
            warning(&format!(
                "the database is at {}, and the plan was to reach {}",
                quoted_heads(after),
                quoted_heads(&meant)
            ));
        }
    }
    if reverted {
        note("rows that a migration deleted or changed are not restored; a backup has them");
    }
}
