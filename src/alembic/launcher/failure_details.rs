//! The details of the exception that ended Alembic, for messages alone.
//!
//! A statement may contain data of the project, so it goes to the terminal, where Python's
//! traceback shows it too, and neither into events nor into the journal.

use serde::Deserialize;

/// The details of the exception that ended Alembic.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub(crate) struct FailureDetails {
    /// `true` if Alembic printed the error itself, without a traceback.
    pub(crate) is_printed: bool,
    /// `true` if it was raised while a connection was made.
    pub(crate) connecting: bool,
    /// `true` if it was raised in a version script.
    pub(crate) in_script: bool,
    /// The file in which it was raised, relative to the root if it is below it.
    pub(crate) file: Option<String>,
    pub(crate) line: Option<u32>,
    /// The statement that the database refused.
    pub(crate) statement: Option<String>,
    /// The heads of the scripts, if the error is that there are several.
    pub(crate) several: Vec<ScriptHead>,
}

/// A head of the scripts.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub(crate) struct ScriptHead {
    pub(crate) revision: String,
    /// The first line of the script's description.
    pub(crate) doc: Option<String>,
    /// The branch labels.
    pub(crate) labels: Vec<String>,
    /// The script, relative to the root if it is below it.
    pub(crate) file: Option<String>,
    /// The date in the script, as it is written there.
    pub(crate) created: Option<String>,
}
