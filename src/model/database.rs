//! The changes of a run to a database, as plain data. `alembic/` observes them and `migration/`
//! derives the state.
//!
//! A part of [`Event`](crate::model::event::Event), whose JSON form the journal keeps: new fields
//! need a default.

use std::time::Duration;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::support::redact::Treatment;

/// One database that Alembic connected to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Database {
    /// SQLAlchemy's name of the dialect, as `postgresql`.
    pub(crate) dialect: String,
    /// The name of the database, or its file.
    pub(crate) name: Option<String>,
    /// The revisions before the first step, empty at base; none if they were not read, because the
    /// run ended while it waited for the lock.
    pub(crate) heads_before: Option<Vec<String>>,
    /// The revisions after the run; none if they could not be read.
    pub(crate) heads_after: Option<Vec<String>>,
    pub(crate) state: DatabaseState,
    /// The steps that began, in order.
    pub(crate) steps: Vec<Step>,
    /// The schema in which the run found and created tables, if it isn't the usual one. Only for
    /// its messages.
    #[serde(skip)]
    pub(crate) schema: Option<String>,
    /// `true` if a part of a step that isn't applied was committed. Only for its messages.
    #[serde(skip)]
    pub(crate) has_traces: bool,
    /// The work that the run left on the server. It decides the state and is shown at once. It
    /// isn't part of the event, because it has ended before the event is read.
    #[serde(skip)]
    pub(crate) unsettled: Option<UnsettledWork>,
}

impl Database {
    pub(super) fn for_each_text(&mut self, act: &mut impl FnMut(Treatment, &mut String)) {
        let Self { dialect, name, heads_before, heads_after, state: _, steps, schema, has_traces: _, unsettled } = self;
        let heads = [heads_before, heads_after].into_iter().flatten().flatten();
        for text in std::iter::once(dialect).chain(name).chain(schema).chain(heads) {
            act(Treatment::Name, text);
        }
        for Step { revision, direction: _, doc, duration: _ } in steps {
            act(Treatment::Name, revision);
            if let Some(doc) = doc {
                act(Treatment::Free, doc);
            }
        }
        if let Some(UnsettledWork { what, look, unseen }) = unsettled {
            for text in [what, look].into_iter().chain(unseen) {
                act(Treatment::Free, text);
            }
        }
    }
}

/// Work of a run that may go on, and may still be committed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct UnsettledWork {
    /// A name of what works: `process 4242 of the server`.
    pub(crate) what: String,
    /// A statement or a command that shows it.
    pub(crate) look: String,
    /// The reason why lback can't see it; none if it was seen to go on.
    pub(crate) unseen: Option<String>,
}

/// The state of a database after a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum DatabaseState {
    /// The revisions are the same as before.
    Unchanged,
    /// The revisions have changed, and no step was interrupted.
    Advanced,
    /// The run failed, but all of its steps on this database are applied.
    Done,
    /// Alembic succeeded, but its work isn't in the database: it was rolled back, or never
    /// committed.
    Lost,
    /// A step was interrupted that the database can't roll back: the schema may be between two
    /// revisions.
    Suspect,
    /// The heads could not be read again, or a part of the run may still be committed.
    Unknown,
}

impl Database {
    /// Returns the step that began and didn't end.
    pub(crate) fn open_step(&self) -> Option<&Step> {
        self.steps.last().filter(|step| step.duration.is_none())
    }
}

impl DatabaseState {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Unchanged => "unchanged",
            Self::Advanced => "advanced",
            Self::Done => "done",
            Self::Lost => "lost",
            Self::Suspect => "suspect",
            Self::Unknown => "unknown",
        }
    }
}

/// One migration, applied or reverted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Step {
    pub(crate) revision: String,
    pub(crate) direction: Direction,
    /// The first line of the script's docstring.
    pub(crate) doc: Option<String>,
    /// The duration; none if the step did not end.
    pub(crate) duration: Option<Duration>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Direction {
    Upgrade,
    Downgrade,
    /// Only the version table changes.
    Stamp,
    /// This version of Alembic doesn't report the direction.
    Unknown,
}

impl Direction {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Upgrade => "upgrade",
            Self::Downgrade => "downgrade",
            Self::Stamp => "stamp",
            Self::Unknown => "unknown",
        }
    }
}
