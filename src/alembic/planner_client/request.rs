//! The request for a plan.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use serde::Serialize;

use crate::alembic::launcher::EnvironmentRules;
use crate::model::facts_file::FactsFile;
use crate::model::reporter::Reporter;

/// A request for a plan.
#[derive(Clone)]
pub(crate) struct PlanRequest {
    pub(crate) question: PlanQuestion,
    /// The tables that revisions write by declaration, from `lback.toml`.
    pub(crate) declared: BTreeMap<String, Vec<String>>,
    /// Sizes of tables from a file.
    pub(crate) facts: Option<Arc<RequestedFacts>>,
    /// The databases of the environments, if they are to be checked.
    pub(crate) environment: Option<EnvironmentRules>,
    /// The time limit.
    pub(crate) limit: Duration,
    pub(crate) reporter: Arc<dyn Reporter>,
}

/// A file of facts, and its name for messages.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct RequestedFacts {
    pub(crate) file: String,
    #[serde(flatten)]
    pub(crate) content: FactsFile,
}

/// The target, and the command.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub(crate) enum PlanQuestion {
    /// `alembic upgrade TARGET`.
    Upgrade { target: String },
    /// `alembic downgrade TARGET`.
    Downgrade { target: String },
    /// A downgrade whose target is to be found.
    Table(TableQuestion),
}

/// A name that may be a table's, and the changes to revert.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct TableQuestion {
    /// The name as typed: `users`, `billing.orders`, `"Order"`.
    pub(crate) name: String,
    /// `None` if it is unknown whether the name is a table or a revision.
    pub(crate) reading: Option<NameReading>,
    /// The number of revisions to revert of those that change the table, latest first.
    pub(crate) count: u32,
    /// The revision from which on all are reverted, in place of the number.
    pub(crate) to_before: Option<String>,
    /// True if revisions that only reference the table count.
    pub(crate) include_references: bool,
    /// True to write the inverse as a new revision, in place of a downgrade.
    pub(crate) as_migration: bool,
    /// True if no plan is needed if the name is a revision's.
    pub(crate) only_table: bool,
}

/// The kind of a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum NameReading {
    Table,
    Revision,
}

/// The message to the launcher.
#[derive(Serialize)]
#[serde(tag = "type", rename = "plan")]
pub(in crate::alembic) struct PlannerRequest<'a> {
    pub(in crate::alembic) question: &'a PlanQuestion,
    pub(in crate::alembic) declared: &'a BTreeMap<String, Vec<String>>,
    pub(in crate::alembic) facts: Option<&'a RequestedFacts>,
    pub(in crate::alembic) environment_rules: Option<&'a EnvironmentRules>,
    /// The time limit in seconds.
    pub(in crate::alembic) limit: f64,
    /// Arguments with which Alembic only reads the heads.
    pub(in crate::alembic) arguments: Vec<String>,
    pub(in crate::alembic) root: &'a Path,
    /// The folder of cached version scripts.
    pub(in crate::alembic) scripts: Option<&'a str>,
    /// The folder of cached analyses.
    pub(in crate::alembic) cache: Option<&'a str>,
}
