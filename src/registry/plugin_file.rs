//! A plugin's file whose digest was verified, by reading its bytes or by the digest cache.

use std::path::{Path, PathBuf};

use super::digest_cache::DigestCache;
use super::source::{self, SourceError};
use crate::support::digest::Digest;
use crate::support::file_stamp::FileStamp;

/// A file whose bytes have the digest that was asked for.
#[derive(Debug)]
pub(crate) struct PluginFile {
    pub(crate) digest: Digest,
    /// In bytes.
    pub(crate) size: u64,
    path: PathBuf,
    /// Where they were read.
    bytes: Option<Vec<u8>>,
}

/// Why a file isn't the one that is meant.
#[derive(Debug, thiserror::Error)]
pub(super) enum PluginFileError {
    #[error(transparent)]
    Source(#[from] SourceError),
    /// Its bytes have this digest.
    #[error("its bytes are {0}")]
    Other(Digest),
}

impl PluginFile {
    /// The file at `path`, if its bytes have this digest.
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

    /// Where it is, to be shown.
    pub(super) fn place(&self) -> String {
        self.path.display().to_string()
    }

    /// Its bytes, which have the digest: one that was known is read now.
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
