//! A plugin's file whose digest was verified, by reading its bytes or by the digest cache.

use std::path::{Path, PathBuf};

use super::builtin::BuiltinPlugin;
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
    place: Place,
    /// The bytes, if they were read.
    bytes: Option<Vec<u8>>,
}

/// The place of the bytes.
#[derive(Debug)]
enum Place {
    Program(&'static BuiltinPlugin),
    File(PathBuf),
}

impl Place {
    fn read(&self, digest: &Digest) -> Result<Vec<u8>, PluginFileError> {
        match self {
            Self::Program(plugin) => plugin.unpack().ok_or_else(|| SourceError::Damaged(plugin.name.clone()).into()),
            Self::File(path) => read(path, digest),
        }
    }
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
    /// Returns a plugin of lback's program.
    pub(super) fn builtin(plugin: &'static BuiltinPlugin) -> Self {
        Self { digest: plugin.digest, size: plugin.bytes, place: Place::Program(plugin), bytes: None }
    }

    /// Opens the file at `path`, if its bytes have this digest.
    pub(super) fn at(path: PathBuf, digest: &Digest, known: Option<&DigestCache>) -> Result<Self, PluginFileError> {
        if let Some(stamp) = known.and_then(|known| known.find(&path, digest)) {
            return Ok(Self { digest: *digest, size: stamp.size, place: Place::File(path), bytes: None });
        }
        let before = FileStamp::of(&path);
        let bytes = read(&path, digest)?;
        if let Some(known) = known {
            known.learn(&path, before, digest);
        }
        Ok(Self { digest: *digest, size: bytes.len() as u64, place: Place::File(path), bytes: Some(bytes) })
    }

    /// Returns the path, for messages.
    pub(super) fn place(&self) -> String {
        match &self.place {
            Place::Program(plugin) => format!("builtin:{}", plugin.name),
            Place::File(path) => path.display().to_string(),
        }
    }

    /// Returns the bytes, verified by their digest.
    pub(super) fn bytes(&mut self) -> Result<&[u8], PluginFileError> {
        if self.bytes.is_none() {
            self.bytes = Some(self.place.read(&self.digest)?);
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
