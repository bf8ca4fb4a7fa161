//! Conversions between values of Rust and of SQLite.

use std::time::Duration;

use jiff::Timestamp;
use rusqlite::Row;
use serde::Serialize;

/// Wraps an error of another source as an error of SQLite.
pub(super) fn other(error: impl std::error::Error + Send + Sync + 'static) -> rusqlite::Error {
    rusqlite::Error::ToSqlConversionFailure(Box::new(error))
}

pub(super) fn json(value: &impl Serialize) -> String {
    // Lists of plain data always serialise.
    serde_json::to_string(value).unwrap_or_default()
}

pub(crate) fn milliseconds(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}

pub(super) fn time(milliseconds: i64) -> rusqlite::Result<Timestamp> {
    Timestamp::from_millisecond(milliseconds).map_err(other)
}

pub(super) fn list<T: serde::de::DeserializeOwned>(row: &Row<'_>, column: usize) -> rusqlite::Result<Vec<T>> {
    serde_json::from_str(&row.get::<_, String>(column)?).map_err(other)
}

pub(super) fn optional_list(row: &Row<'_>, column: usize) -> rusqlite::Result<Option<Vec<String>>> {
    let text: Option<String> = row.get(column)?;
    text.map(|text| serde_json::from_str(&text)).transpose().map_err(other)
}
