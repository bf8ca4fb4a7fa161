//! One operation of a revision.

use std::fmt::{self, Display, Formatter};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::model::operation_kind::OperationKind;

/// One operation of a step.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[expect(clippy::struct_excessive_bools, reason = "they are independent of each other, as in the contract")]
pub(crate) struct Operation {
    pub(crate) kind: OperationKind,
    /// The table; null if the operation has no table, or if the analysis can't tell it.
    pub(crate) table: Option<Table>,
    /// The column, index or constraint.
    pub(crate) name: Option<String>,
    /// The new name of a renamed column, index or constraint.
    pub(crate) new_name: Option<String>,
    /// The new name of a renamed table.
    pub(crate) new_table: Option<Table>,
    /// True if the operation changes the schema or the rows of a table.
    pub(crate) writes: bool,
    /// True if data is lost that no downgrade restores: dropped tables and columns, deleted rows,
    /// narrower types.
    pub(crate) destructive: bool,
    /// True if the operation reads or writes rows.
    pub(crate) data: bool,
    /// The ways in which the operation was found.
    pub(crate) found_by: Vec<FoundBy>,
    /// True if the operation depends on the content of the database, and may not run at all.
    pub(crate) conditional: bool,
    /// The line of the script, from 1.
    pub(crate) line: Option<u32>,
    /// More information in a few words, as a change of type.
    pub(crate) detail: Option<String>,
}

/// A way in which the analysis finds an operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum FoundBy {
    /// The script's functions ran on a fake database.
    Recorder,
    /// The SQL that the functions sent contains the operation.
    Sql,
    /// The source contains the operation, in lines that did not run.
    Source,
    /// A person declared the operation, in the script or in `lback.toml`.
    Declared,
}

/// A table, by its name.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
pub(crate) struct Table {
    /// The schema; null for the connection's default schema.
    pub(crate) schema: Option<String>,
    pub(crate) name: String,
}

impl Display for Table {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match &self.schema {
            Some(schema) => write!(f, "{schema}.{}", self.name),
            None => f.write_str(&self.name),
        }
    }
}

impl FoundBy {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Recorder => "recorder",
            Self::Sql => "sql",
            Self::Source => "source",
            Self::Declared => "declared",
        }
    }
}
