//! The options and the result of fetching a source.

use std::path::PathBuf;
use std::time::Duration;

use crate::support::digest::Digest;

/// The largest size of a plugin, in bytes. Python and JavaScript components have 12 to 18 MB.
pub(super) const MAX_BYTES: u64 = 64 * 1024 * 1024;

/// The result of fetching a source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct FetchedPlugin {
    pub(crate) bytes: Vec<u8>,
    /// The digest of the OCI manifest.
    pub(crate) resolved: Option<Digest>,
    /// The text of the minisign signature beside it. It is not verified.
    pub(crate) signature: Option<String>,
}

/// The options of a fetcher.
#[derive(Clone, Debug, Default)]
pub(crate) struct FetchOptions {
    /// True if only files may be read.
    pub(crate) offline: bool,
    /// Docker's `config.json` with the credentials for registries; `None` for no credentials.
    pub(crate) docker_config: Option<PathBuf>,
    /// The time for which a server may be silent; `None` for the default.
    pub(crate) timeout: Option<Duration>,
}
