//! Plugins that are files.

use std::io;
use std::path::Path;

use super::SourceError;
use super::fetched::{FetchedPlugin, MAX_BYTES};
use crate::support::read_file;

/// The largest size of a signature, in bytes; minisign's have about 300.
pub(super) const MAX_SIGNATURE_BYTES: u64 = 16 * 1024;

/// Reads the plugin at `path`.
pub(crate) fn read(path: &Path) -> Result<Vec<u8>, SourceError> {
    read_up_to(MAX_BYTES, path)
}

/// Reads the plugin at `path`, and the signature beside it if there is one.
pub(super) fn fetch(path: &Path) -> Result<FetchedPlugin, SourceError> {
    let bytes = read(path)?;
    let mut beside = path.as_os_str().to_owned();
    beside.push(".minisig");
    let signature = match read_up_to(MAX_SIGNATURE_BYTES, Path::new(&beside)) {
        Ok(signature) => Some(String::from_utf8_lossy(&signature).into_owned()),
        Err(SourceError::Missing(_)) => None,
        Err(error) => return Err(error),
    };
    Ok(FetchedPlugin { bytes, resolved: None, signature })
}

/// Reads the signature in the file at `path`.
pub(crate) fn read_signature(path: &Path) -> Result<String, SourceError> {
    let text = read_up_to(MAX_SIGNATURE_BYTES, path).map_err(|error| match error {
        // The hint of `Missing` is about plugins.
        SourceError::Missing(path) => SourceError::Unreadable { path, cause: io::ErrorKind::NotFound.into() },
        other => other,
    })?;
    Ok(String::from_utf8_lossy(&text).into_owned())
}

fn read_up_to(limit: u64, path: &Path) -> Result<Vec<u8>, SourceError> {
    let unreadable = |cause: io::Error| match cause.kind() {
        io::ErrorKind::NotFound => SourceError::Missing(path.to_owned()),
        io::ErrorKind::FileTooLarge => SourceError::TooLarge { what: path.display().to_string(), limit },
        _ => SourceError::Unreadable { path: path.to_owned(), cause },
    };
    read_file::read(path, limit).map_err(unreadable)
}
