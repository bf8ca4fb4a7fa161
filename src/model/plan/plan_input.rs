//! The files that a plan was made of.

use serde::{Deserialize, Serialize};

/// A file that a plan was made of. A run that goes by the plan compares the file, in the process
/// that runs Alembic and under its lock.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct PlanInput {
    /// The absolute path. After `exists:`, a path of which only existence and kind matter; after
    /// `link:`, where a link leads; after `status:`, the mode, owner, size and time.
    pub(crate) path: String,
    /// The digest of the content that was loaded, as 64 hexadecimal digits, or what was looked at;
    /// `None` for a file that was missing.
    #[serde(default)]
    pub(crate) sha256: Option<String>,
    /// The name of the Python module, if the file was imported as one.
    #[serde(default)]
    pub(crate) module: Option<String>,
    /// The digest of the compiled file whose code Python used.
    #[serde(default)]
    pub(crate) compiled: Option<String>,
    /// The revision of a version script.
    #[serde(default)]
    pub(crate) revision: Option<String>,
    /// `true` if the operations of a step depend on the file.
    #[serde(default)]
    pub(crate) is_input: bool,
}

impl PlanInput {
    /// Returns the input for a file that lback itself has read.
    pub(crate) fn read_by_lback(path: String, sha256: String) -> Self {
        Self { path, sha256: Some(sha256), module: None, compiled: None, revision: None, is_input: false }
    }
}
