//! Facts about a table of a plan, from the catalogue of its database.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::operation::Table;

/// A table that exists before the run and that the run locks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub(crate) struct TableFacts {
    /// The table, by the name that the locks have. A table that the run renames may be there by
    /// both of its names.
    pub(crate) table: Table,
    /// The estimated number of rows; null if the database doesn't tell.
    pub(crate) rows: Option<u64>,
    /// The size of the table without its indexes, in bytes; null if the database doesn't tell.
    pub(crate) table_bytes: Option<u64>,
    /// The size of the table's indexes, in bytes; null if the database doesn't tell.
    pub(crate) index_bytes: Option<u64>,
    /// True if the table is partitioned; null if the database doesn't tell. The sizes are those of
    /// all partitions.
    pub(crate) partitioned: Option<bool>,
    /// The time at which the database was asked, in RFC 3339; null if it could not be asked. For a
    /// table of `saved_facts`, the time at which that file was saved.
    pub(crate) read_at: Option<String>,
}

/// A file of `lback facts --save` whose sizes a plan has.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub(crate) struct SavedFacts {
    /// The file, as `lback.toml` names it.
    pub(crate) file: String,
    /// The time at which it was saved, in RFC 3339.
    pub(crate) saved_at: String,
    /// The number of tables whose sizes are those of the file.
    pub(crate) tables: usize,
}

/// An index that exists and that no query can use.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub(crate) struct InvalidIndex {
    pub(crate) index: String,
    pub(crate) table: Table,
}
