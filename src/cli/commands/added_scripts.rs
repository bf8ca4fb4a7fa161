//! The version scripts that a branch adds, for `lback plan --since`.

use std::collections::BTreeSet;
use std::path::Path;

use crate::model::database::Direction;
use crate::model::plan::{DatabasePlan, Plan, PlannedStep};
use crate::session::git;
use crate::support::exit::Exit;
use crate::support::user_error::UserError;

/// The files that were added since a reference of Git, relative to the root.
pub(super) struct AddedScripts(BTreeSet<String>);

/// A reference with which Git can't compare.
#[derive(Debug, thiserror::Error)]
#[error("Git can't tell what was added since `{reference}`: {why}")]
pub(in crate::cli) struct UnknownReference {
    reference: String,
    why: String,
}

impl UserError for UnknownReference {
    fn exit(&self) -> Exit {
        Exit::Usage
    }

    fn hint(&self) -> Option<String> {
        Some(
            "fetch the branch with its history, as `git fetch origin main` does; in CI, check out with full depth"
                .into(),
        )
    }
}

impl AddedScripts {
    /// Asks Git for the files that are new since the common ancestor with a reference, committed or
    /// not.
    pub(super) fn since(root: &Path, reference: &str) -> Result<Self, UnknownReference> {
        let added = git::added_since(root, reference);
        added.map(Self).map_err(|why| UnknownReference { reference: reference.to_owned(), why })
    }

    /// Returns the plan of the added revisions alone.
    pub(super) fn only(&self, plan: Plan) -> Plan {
        let direction = plan.direction;
        let databases = plan.databases.into_iter().map(|database| self.only_of(database, direction)).collect();
        Plan { databases, ..plan }
    }

    fn only_of(&self, database: DatabasePlan, direction: Direction) -> DatabasePlan {
        let before = database.steps.len();
        let steps: Vec<PlannedStep> = database.steps.into_iter().filter(|step| self.has(step)).collect();
        if steps.len() == before {
            return DatabasePlan { steps, ..database };
        }
        if direction == Direction::Downgrade {
            return DatabasePlan { target_heads: parents(&steps, &database.heads), steps, ..database };
        }
        DatabasePlan { heads: parents(&steps, &database.target_heads), steps, ..database }
    }

    fn has(&self, step: &PlannedStep) -> bool {
        step.file.as_ref().is_some_and(|file| self.0.contains(file))
    }
}

/// Returns the revisions on which the steps are based: the database is there before they are
/// applied, and after they are reverted. Without steps, it stays at its `heads`.
fn parents(steps: &[PlannedStep], heads: &[String]) -> Vec<String> {
    if steps.is_empty() {
        return heads.to_vec();
    }
    let own: BTreeSet<_> = steps.iter().map(|step| &step.revision).collect();
    let below = steps.iter().flat_map(|step| &step.down_revisions).filter(|parent| !own.contains(parent));
    below.cloned().collect::<BTreeSet<_>>().into_iter().collect()
}
