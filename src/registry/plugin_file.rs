//! A plugin's file whose digest was verified, by reading its bytes or by the digest cache.

use std::path::{Path, PathBuf};

use super::digest_cache::DigestCache;
use super::source::{self, SourceError};
use crate::support::digest::Digest;
use crate::support::file_stamp::FileStamp;

/// A file whose bytes have the expected digest.
#[derive(Debug)]
pub(crate) struct PluginFile {
    pub(crate) digest: Digest,
    /// The size in bytes.
    pub(crate) size: u64,
    path: PathBuf,
    /// The bytes, if they were read.
    bytes: Option<Vec<u8>>,
}

/// The reason why a file isn't the expected one.
#[derive(Debug, thiserror::Error)]
pub(super) enum PluginFileError {
    #[error(transparent)]
    Source(#[from] SourceError),
    /// The bytes have this digest.
    #[error("its bytes are {0}")]
    Other(Digest),
}

impl PluginFile {
    /// Opens the file at `path`, if its bytes have this digest.
    pub(super) fn at(path: PathBuf, digest: &Digest, known: Option<&DigestCache>) -> Result<Self, PluginFileError> {
        if let Some(stamp) = known.and_then(|known| known.find(&path, digest)) {
            return Ok(Self { digest: *digest, size: stamp.size, path, bytes: None });
        }
        let before = FileStamp::of(&path);
        let bytes = read(&path, digest)?;
        if let Some(known) = known {
            known.learn(&path, before, digest);
        }
        Ok(Self { digest: *digest, size: bytes.len() as u64, path, bytes: Some(bytes) })
    }

    /// Returns the path, for messages.
    pub(super) fn place(&self) -> String {
        self.path.display().to_string()
    }

    /// Returns the bytes, verified by their digest.
    pub(super) fn bytes(&mut self) -> Result<&[u8], PluginFileError> {
        if self.bytes.is_none() {
            self.bytes = Some(read(&self.path, &self.digest)?);
        }
        Ok(self.bytes.as_deref().unwrap_or_default())
    }

    pub(super) fn into_bytes(mut self) -> Result<Vec<u8>, PluginFileError> {
        self.bytes()?;
        Ok(self.bytes.unwrap_or_default())
    }
}

fn read(path: &Path, digest: &Digest) -> Result<Vec<u8>, PluginFileError> {
    let bytes = source::read(path)?;
    let found = Digest::of(&bytes);
    if found == *digest { Ok(bytes) } else { Err(PluginFileError::Other(found)) }
}
