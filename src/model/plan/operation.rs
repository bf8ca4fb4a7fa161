//! One thing that a revision does to a database.

use std::fmt::{self, Display, Formatter};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// One operation of a step.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub(crate) struct Operation {
    /// What is done, in Alembic's words where it has one: `create_table`, `drop_table`, `rename_table`, `add_column`, `drop_column`, `alter_column`, `rename_column`,
    /// `create_index`, `drop_index`, `create_constraint`, `drop_constraint`, `comment`; for rows `insert`, `update`, `delete`, `truncate`, `select`;
    /// `execute` for other SQL; `declared` for what a person says that a script writes. More may come.
    pub(crate) kind: String,
    /// The table; none where there is none, or where it can't be told.
    pub(crate) table: Option<Table>,
    /// The column, index or constraint.
    pub(crate) name: Option<String>,
    /// What it is called afterwards, where it is renamed.
    pub(crate) new_name: Option<String>,
    /// What the table is called afterwards, where it is renamed.
    pub(crate) new_table: Option<Table>,
    /// Whether data is lost that no downgrade brings back: dropped tables and columns, deleted rows, types that hold less.
    pub(crate) destructive: bool,
    /// Whether it reads or writes rows.
    pub(crate) data: bool,
    /// By which ways it was found.
    pub(crate) found_by: Vec<FoundBy>,
    /// Whether it depends on what is in the database: it may not be done at all.
    pub(crate) conditional: bool,
    /// The line of the script, from 1.
    pub(crate) line: Option<u32>,
    /// What else there is to say, in a few words: a change of type.
    pub(crate) detail: Option<String>,
}

/// A way of finding out what a script does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum FoundBy {
    /// Its functions were run on a database that only pretends to be one.
    Recorder,
    /// It is in the SQL that they sent.
    Sql,
    /// It stands in the source, in lines that did not run.
    Source,
    /// A person says so, in the script or in `lback.toml`.
    Declared,
}

/// A table, by its name.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
pub(crate) struct Table {
    /// None for the one that the connection uses.
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
