//! What a run did to a database: plain data. How it is found out is `alembic/`'s part, what it means `migration/`'s.
//!
//! A part of [`Event`](crate::model::event::Event), whose JSON form the journal keeps: what holds for its fields holds for these.

use std::time::Duration;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// One database that Alembic connected to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Database {
    /// SQLAlchemy's name of the dialect, as `postgresql`.
    pub(crate) dialect: String,
    /// The name of the database, or the file.
    pub(crate) name: Option<String>,
    /// The revisions that it was at before the first step; empty at base.
    pub(crate) heads_before: Vec<String>,
    /// The revisions that it is at; none where they could not be read.
    pub(crate) heads_after: Option<Vec<String>>,
    pub(crate) state: DatabaseState,
    /// Those that were begun, in order.
    pub(crate) steps: Vec<Step>,
}

/// How a database stands after a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum DatabaseState {
    /// As before.
    Unchanged,
    /// At other revisions than before, and wholly so.
    Advanced,
    /// A step was cut off that the database can't take back: the schema may lie between two revisions.
    Suspect,
    /// The heads could not be read again.
    Unknown,
}

impl DatabaseState {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Unchanged => "unchanged",
            Self::Advanced => "advanced",
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
    /// None where it didn't come to its end.
    pub(crate) duration: Option<Duration>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Direction {
    Upgrade,
    Downgrade,
    /// The version table alone is changed.
    Stamp,
    /// Of a version of Alembic that doesn't say.
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
