//! The size of a table, as a database estimates it, and limits for small tables in settings.

use std::fmt::{self, Display, Formatter};

use serde::Deserialize;

use crate::byte_size::ByteSize;

/// The estimated size of a table; none is known of a part that the database doesn't tell.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TableSize {
    pub rows: Option<u64>,
    /// The bytes of the table with its indexes.
    pub bytes: Option<u64>,
}

/// The limits of a small table. A limit counts only if the database tells that size. A table
/// without a size to compare is a large one: SQLite tells only rows.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SizeLimit {
    /// The most rows of a small table.
    #[serde(default)]
    pub rows: Option<u64>,
    /// The most bytes of a small table with its indexes: a number, or a text such as `100MiB`.
    #[serde(default)]
    #[cfg_attr(feature = "schema", schemars(with = "Option<crate::byte_size::ByteSizeSchema>"))]
    pub bytes: Option<ByteSize>,
}

impl TableSize {
    /// Returns whether the table has no rows, as far as the database tells.
    #[must_use]
    pub fn is_empty(self) -> bool {
        self.rows == Some(0)
    }
}

impl SizeLimit {
    /// Returns whether a table is larger than the limit, or of unknown size.
    #[must_use]
    pub fn is_exceeded_by(&self, size: TableSize) -> bool {
        let rows = self.rows.map(|limit| size.rows.map(|rows| rows > limit));
        let bytes = self.bytes.map(|limit| size.bytes.map(|bytes| bytes > limit.0));
        let known: Vec<_> = [rows, bytes].into_iter().flatten().flatten().collect();
        known.is_empty() || known.contains(&true)
    }
}

/// The size in words, such as `about 200000 rows, 14 MB`; empty if it isn't known.
impl Display for TableSize {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        let rows = self.rows.map(|rows| format!("about {rows} rows"));
        let megabytes = self.bytes.map(|bytes| format!("{} MB", bytes.div_ceil(1_000_000)));
        let parts: Vec<_> = rows.into_iter().chain(megabytes).collect();
        formatter.write_str(&parts.join(", "))
    }
}
