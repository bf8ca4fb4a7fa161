//! Content stores: folders of plugins in which each file is named by the digest of its bytes.
//!
//! A store needs no trust, because lback verifies each file against its name. Others may therefore
//! be searched in addition to the user's own: those of an image or a team, and the project's vendor
//! folder. lback writes only to the user's own store.

use std::fs;
use std::io;
use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};

use super::digest_cache::DigestCache;
use super::plugin_file::{PluginFile, PluginFileError};
use super::source::{self, SourceError};
use crate::support::digest::Digest;

/// The folders to search, in order.
#[derive(Clone, Debug, Default)]
pub(crate) struct Stores {
    /// The stores of the project and of others.
    pub(crate) shared: Vec<PathBuf>,
    /// The user's own store; `None` if the user has no folder for it.
    pub(crate) own: Option<PathBuf>,
}

/// A file that was put into a store. Dropping it removes the file, unless it existed before or
/// [`Self::keep`] was called.
#[must_use]
#[derive(Debug)]
pub(crate) struct StoredPlugin(Option<PathBuf>);

impl StoredPlugin {
    /// Keeps the file.
    pub(crate) fn keep(mut self) {
        self.0 = None;
    }
}

impl Drop for StoredPlugin {
    fn drop(&mut self) {
        if let Some(path) = &self.0 {
            let _ = fs::remove_file(path);
        }
    }
}

impl Stores {
    /// Returns the bytes with this digest, if a store has them.
    pub(crate) fn get(&self, digest: &Digest) -> Option<Vec<u8>> {
        self.find(digest, None)?.into_bytes().ok()
    }

    /// Finds the file with this digest. Ignores and logs a file with other bytes.
    pub(super) fn find(&self, digest: &Digest, known: Option<&DigestCache>) -> Option<PluginFile> {
        self.shared.iter().chain(&self.own).find_map(|store| {
            let path = store.join(file_name(digest));
            match PluginFile::at(path.clone(), digest, known) {
                Ok(found) => Some(found),
                Err(PluginFileError::Other(_)) => {
                    tracing::warn!("`{}` is not used: its bytes are not those that its name says", path.display());
                    None
                }
                Err(PluginFileError::Source(SourceError::Missing(_))) => None,
                Err(PluginFileError::Source(error)) => {
                    tracing::warn!("a stored plugin is not used: {error}");
                    None
                }
            }
        })
    }

    /// Puts bytes into the user's own store.
    pub(crate) fn put(&self, bytes: &[u8]) -> io::Result<StoredPlugin> {
        let Some(own) = &self.own else {
            return Err(io::Error::other("this user has no folder for it; `LBACK_DATA_DIR` can name one"));
        };
        put(own, bytes)
    }
}

/// Puts bytes into a store. The file is written atomically.
pub(crate) fn put(store: &Path, bytes: &[u8]) -> io::Result<StoredPlugin> {
    let digest = Digest::of(bytes);
    let path = store.join(file_name(&digest));
    if source::read(&path).is_ok_and(|present| Digest::of(&present) == digest) {
        return Ok(StoredPlugin(None));
    }
    // Others may read it: its files are verified whenever they are read.
    fs::DirBuilder::new().recursive(true).mode(0o755).create(store)?;
    crate::support::atomic_write::replace(&path, bytes)?;
    Ok(StoredPlugin(Some(path)))
}

/// Returns a name such as `sha256-9f86….wasm`; some file systems don't allow a colon in names.
pub(crate) fn file_name(digest: &Digest) -> String {
    format!("sha256-{}.wasm", digest.hex())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_store_gives_back_what_was_put_into_it_and_never_anything_else() {
        let temp = tempfile::tempdir().unwrap();
        let stores = Stores { shared: vec![temp.path().join("shared")], own: Some(temp.path().join("own")) };
        let digest = Digest::of(b"plugin");
        assert_eq!(stores.get(&digest), None);
        stores.put(b"plugin").unwrap().keep();
        assert_eq!(stores.get(&digest).as_deref(), Some(&b"plugin"[..]));

        let path = temp.path().join("own").join(file_name(&digest));
        fs::write(&path, "another").unwrap();
        assert_eq!(stores.get(&digest), None, "its bytes are others");
        put(&temp.path().join("shared"), b"plugin").unwrap().keep();
        assert_eq!(stores.get(&digest).as_deref(), Some(&b"plugin"[..]), "another store has it");
        stores.put(b"plugin").unwrap().keep();
        assert_eq!(fs::read(&path).unwrap(), b"plugin", "it was mended");
    }

    #[test]
    fn what_is_not_kept_goes_again_unless_it_was_there() {
        let temp = tempfile::tempdir().unwrap();
        drop(put(temp.path(), b"plugin").unwrap());
        assert_eq!(fs::read_dir(temp.path()).unwrap().count(), 0);
        put(temp.path(), b"plugin").unwrap().keep();
        drop(put(temp.path(), b"plugin").unwrap());
        assert_eq!(fs::read_dir(temp.path()).unwrap().count(), 1);
    }
}
