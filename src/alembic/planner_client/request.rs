//! What is asked.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use serde::Serialize;

use crate::model::reporter::Reporter;

/// A request for a plan.
#[derive(Clone)]
pub(crate) struct PlanRequest {
    pub(crate) question: PlanQuestion,
    /// What persons have said that revisions write, by revision: `lback.toml` has it.
    pub(crate) declared: BTreeMap<String, Vec<String>>,
    /// How long it may take.
    pub(crate) limit: Duration,
    pub(crate) reporter: Arc<dyn Reporter>,
}

/// Where to, and by which command.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub(crate) enum PlanQuestion {
    /// `alembic upgrade TARGET`.
    Upgrade { target: String },
    /// `alembic downgrade TARGET`.
    Downgrade { target: String },
    /// The target of a downgrade is to be found.
    Table(TableQuestion),
}

/// A name that may be a table's, and which of its changes are to be taken back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct TableQuestion {
    /// As it was typed: `users`, `billing.orders`, `"Order"`.
    pub(crate) name: String,
    /// None where it isn't known what it is.
    pub(crate) reading: Option<NameReading>,
    /// How many of the revisions that change it, the latest first.
    pub(crate) count: u32,
    /// All of them from this revision on, instead.
    pub(crate) to_before: Option<String>,
    /// Whether a revision counts that only mentions it.
    pub(crate) include_references: bool,
    /// Whether the inverse is to be written as a new revision, instead of taking anything back.
    pub(crate) as_migration: bool,
    /// Whether it is enough to know that the name is a revision's, if it is one.
    pub(crate) only_table: bool,
}

/// What a name is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum NameReading {
    Table,
    Revision,
}

/// What the launcher is told.
#[derive(Serialize)]
#[serde(tag = "type", rename = "plan")]
pub(in crate::alembic) struct PlannerRequest<'a> {
    pub(in crate::alembic) question: &'a PlanQuestion,
    pub(in crate::alembic) declared: &'a BTreeMap<String, Vec<String>>,
    /// Seconds.
    pub(in crate::alembic) limit: f64,
    /// Arguments for Alembic with which it does nothing but read the heads.
    pub(in crate::alembic) arguments: Vec<String>,
    pub(in crate::alembic) root: &'a Path,
    /// Where version scripts are remembered.
    pub(in crate::alembic) scripts: Option<&'a str>,
    /// Where it is remembered what they do.
    pub(in crate::alembic) cache: Option<&'a str>,
}
