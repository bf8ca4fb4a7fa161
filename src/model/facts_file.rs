//! The file that `lback facts --save` writes: the tables of databases and their estimated sizes.
//!
//! The file has names, estimates and versions, and no rows. A plan takes nothing but sizes from it.

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize};

/// The newest format, which this lback writes.
pub(crate) const FORMAT: u32 = 1;

/// The tables of a project's databases and their estimated sizes, for plans of databases without
/// the project's data.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct FactsFile {
    /// The version of the format: 1.
    pub(crate) format: u32,
    /// The time at which the databases were asked, in RFC 3339.
    #[serde(deserialize_with = "time")]
    pub(crate) saved_at: String,
    /// The version of lback that wrote the file.
    pub(crate) lback: String,
    /// The first revisions of the project's history. A plan refuses a file whose first revisions
    /// are others.
    pub(crate) bases: Vec<String>,
    /// The databases, in the order in which env.py connects to them.
    pub(crate) databases: Vec<SavedDatabase>,
}

/// One database of the file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SavedDatabase {
    /// The server: `postgresql`, `mysql`, `mariadb`, `sqlite`.
    pub(crate) server: String,
    /// The version of the server, as `16.2`; null if it isn't known.
    pub(crate) version: Option<String>,
    /// The revisions at which the database was; empty at base.
    pub(crate) heads: Vec<String>,
    pub(crate) tables: Vec<SavedTable>,
}

/// One table of the file, with estimates from the database's catalogue.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SavedTable {
    /// The schema; null for the connection's default schema.
    pub(crate) schema: Option<String>,
    pub(crate) name: String,
    /// The estimated number of rows; null if the database doesn't tell.
    pub(crate) rows: Option<u64>,
    /// The size of the table without its indexes, in bytes; null if the database doesn't tell.
    pub(crate) table_bytes: Option<u64>,
    /// The size of the table's indexes, in bytes; null if the database doesn't tell.
    pub(crate) index_bytes: Option<u64>,
    /// True if the table is partitioned; null if the database doesn't tell. The sizes are those of
    /// all partitions.
    pub(crate) partitioned: Option<bool>,
}

/// The reason why a file of facts can't be used.
#[derive(Debug, thiserror::Error)]
pub(crate) enum FactsFault {
    #[error("has the format {found}, and this lback reads the format {FORMAT}")]
    Newer { found: u64 },
    #[error("is not a file of `lback facts`: line {line}, column {column}: {why}")]
    Damaged { line: usize, column: usize, why: String },
}

impl FactsFile {
    /// Reads the text of a file.
    pub(crate) fn parse(text: &[u8]) -> Result<Self, FactsFault> {
        /// The only field of which every format has to have one.
        #[derive(Deserialize)]
        struct Versioned {
            format: u64,
        }
        let damaged = |error: serde_json::Error| {
            let (line, column, whole) = (error.line(), error.column(), error.to_string());
            let why = whole.split(" at line ").next().unwrap_or(&whole).to_owned();
            FactsFault::Damaged { line, column, why }
        };
        let Versioned { format: found } = serde_json::from_slice(text).map_err(damaged)?;
        if found != u64::from(FORMAT) {
            return Err(FactsFault::Newer { found });
        }
        serde_json::from_slice(text).map_err(damaged)
    }
}

impl FactsFault {
    pub(crate) fn hint(&self, file: &str) -> String {
        match self {
            Self::Newer { .. } => {
                format!("update lback, or save the file again with this one: `lback facts --save {file}`")
            }
            Self::Damaged { .. } => {
                format!("only lback writes this file: save it again with `lback facts --save {file}`")
            }
        }
    }
}

fn time<'de, D: Deserializer<'de>>(from: D) -> Result<String, D::Error> {
    let text = String::deserialize(from)?;
    text.parse::<Timestamp>().map_err(|_| D::Error::custom(format_args!("`{text}` is not a time in RFC 3339")))?;
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::documents::schema::{assert_committed, schema_of_input};

    const GOOD: &str = r#"{
  "format": 1,
  "saved_at": "2026-12-01T03:41:02Z",
  "lback": "0.1.0",
  "bases": ["a1"],
  "databases": [
    {"server": "postgresql", "version": "16.2", "heads": ["b2"], "tables": [
      {"schema": null, "name": "users", "rows": 41, "table_bytes": 8, "index_bytes": 4, "partitioned": false}
    ]}
  ]
}"#;

    #[test]
    fn a_file_is_read_as_it_was_written() {
        let file = FactsFile::parse(GOOD.as_bytes()).expect("a file");
        assert_eq!(FactsFile::parse(&serde_json::to_vec(&file).expect("JSON")).expect("a file"), file);
        assert_eq!(file.databases[0].tables[0].rows, Some(41));
    }

    #[test]
    fn a_fault_has_its_place() {
        let shown = |from: &str, to: &str| {
            assert!(GOOD.contains(from), "{from}");
            FactsFile::parse(GOOD.replacen(from, to, 1).as_bytes()).expect_err(to).to_string()
        };
        let damaged = "is not a file of `lback facts`: line ";
        assert_eq!(shown("\"format\": 1", "\"format\": 2"), "has the format 2, and this lback reads the format 1");
        assert!(shown("\"rows\": 41", "\"rows\": -41").starts_with(&format!("{damaged}8, column ")));
        assert!(shown("\"rows\": 41", "\"lines\": 41").contains("unknown field `lines`"));
        assert!(shown("2026-12-01T03", "yesterday").contains("line 3, column"));
        assert!(shown("\"bases\": [\"a1\"],", "").contains("missing field `bases`"));
        assert!(shown("  ]\n}", "").starts_with(damaged));
    }

    #[test]
    fn the_committed_schema_is_the_generated_one() {
        assert_committed("facts.schema.json", &schema_of_input::<FactsFile>());
    }
}
