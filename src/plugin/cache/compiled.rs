//! Compiled plugins, kept so that a run maps their code instead of compiling it.
//!
//! An entry is two files in a private folder, named by the digest of the plugin and by what the
//! compiled code depends on (wasmtime's version, its settings, the processor): the code, and what
//! was learnt of the plugin when it was compiled. Whatever doesn't fit is a miss, and a miss is
//! never an error: the plugin is compiled again.

use std::hash::{Hash, Hasher};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use wasmtime::Engine;
use wasmtime::component::Component;

use crate::support::digest::Digest;
use crate::support::private_file;
use crate::support::private_folder::PrivateFolder;
use crate::support::read_file;

/// The version of the files' layout. Entries of other versions are left alone and never read.
const FORMAT: u32 = 1;
/// The time without use after which an entry is removed, when another plugin is stored.
const KEPT_UNUSED: Duration = Duration::from_secs(90 * DAY);
/// The age of the last known use after which a use is noted again.
const NOTED_AFTER: Duration = Duration::from_secs(DAY);
const DAY: u64 = 24 * 60 * 60;

/// A compiled plugin, and the facts that were learnt when it was compiled.
pub(crate) struct CacheEntry<Known> {
    pub(crate) component: Component,
    pub(crate) known: Known,
}

/// The sidecar of the code. `code_bytes` notices a file that was cut short.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Sidecar<Known> {
    format: u32,
    code_bytes: u64,
    known: Known,
}

/// The cache of compiled plugins for one engine.
pub(crate) struct CompiledCache {
    folder: PrivateFolder,
    engine: Engine,
    engine_key: String,
}

impl CompiledCache {
    pub(crate) fn new(folder: PrivateFolder, engine: &Engine) -> Self {
        let mut key = KeyHasher(Sha256::new());
        engine.precompile_compatibility_hash().hash(&mut key);
        let key = Digest::of(&key.0.finalize());
        Self { folder, engine: engine.clone(), engine_key: key.hex()[..16].to_owned() }
    }

    /// Returns the entry for a plugin, if a valid one exists.
    pub(crate) fn get<Known: DeserializeOwned>(&self, digest: &Digest) -> Option<CacheEntry<Known>> {
        let code = self.path(digest, "cwasm");
        let sidecar = self.path(digest, "json");
        private_file::require_private(&sidecar).ok()?;
        let sidecar = read_file::read(&sidecar, read_file::WRITTEN_BY_PROGRAMS).ok()?;
        let sidecar: Sidecar<Known> = serde_json::from_slice(&sidecar).ok()?;
        if sidecar.format != FORMAT || private_file::require_private(&code).ok()?.len() != sidecar.code_bytes {
            return None;
        }
        // SAFETY: the file was written by `put`, in a folder that only this user or root can write
        // to (`PrivateFolder` checked it), belongs to this user or to root (`require_private`), and
        // is under the name of the plugin's digest and the engine's compatibility hash; its length
        // is the one that was written. wasmtime itself checks that the code was made by this
        // version with these settings.
        #[expect(unsafe_code, reason = "mapping compiled code is what makes a run fast; see the safety comment")]
        let component = unsafe { Component::deserialize_file(&self.engine, &code) };
        match component {
            Ok(component) => {
                self.note_use(digest);
                Some(CacheEntry { component, known: sidecar.known })
            }
            Err(error) => {
                tracing::debug!(file = %code.display(), "compiled plugin is not used: {error:#}");
                None
            }
        }
    }

    /// Stores a compiled plugin. Each file is written atomically, the code first, so that a sidecar
    /// marks a complete entry.
    pub(crate) fn put(&self, digest: &Digest, code: &[u8], known: &impl Serialize) -> io::Result<()> {
        let sidecar = Sidecar { format: FORMAT, code_bytes: code.len() as u64, known };
        self.write(&self.path(digest, "cwasm"), code)?;
        self.write(&self.path(digest, "json"), &serde_json::to_vec(&sidecar)?)?;
        self.prune();
        Ok(())
    }

    /// Notes that an entry is used: the time of its sidecar is that of its last use. In a folder
    /// that can't be written, nothing is removed either.
    fn note_use(&self, digest: &Digest) {
        let sidecar = self.path(digest, "json");
        if is_older(&sidecar, NOTED_AFTER)
            && let Ok(file) = private_file::open_existing(&sidecar)
        {
            let _ = file.set_modified(SystemTime::now());
        }
    }

    /// Removes the entries that no run has used for long, also those of other versions of lback.
    fn prune(&self) {
        let Ok(files) = std::fs::read_dir(self.folder.path()) else { return };
        for code in files.flatten().map(|file| file.path()) {
            let sidecar = code.with_extension("json");
            let is_code = code.extension().is_some_and(|extension| extension == "cwasm");
            if is_code && is_older(&code, KEPT_UNUSED) && (is_older(&sidecar, KEPT_UNUSED) || !sidecar.exists()) {
                // Another process may have done it.
                let _ = std::fs::remove_file(&sidecar);
                let _ = std::fs::remove_file(&code);
            }
        }
    }

    fn write(&self, path: &Path, bytes: &[u8]) -> io::Result<()> {
        let mut file = tempfile::NamedTempFile::new_in(self.folder.path())?;
        file.write_all(bytes)?;
        file.as_file().sync_data()?;
        file.persist(path).map_err(|error| error.error)?;
        Ok(())
    }

    fn path(&self, digest: &Digest, extension: &str) -> PathBuf {
        self.folder.path().join(format!("{}-{}.{extension}", digest.hex(), self.engine_key))
    }
}

/// Returns whether a file was written longer ago.
fn is_older(path: &Path, age: Duration) -> bool {
    let modified = path.symlink_metadata().and_then(|found| found.modified());
    modified.is_ok_and(|modified| modified.elapsed().is_ok_and(|elapsed| elapsed > age))
}

/// Feeds a `Hash` into SHA-256, so that the key is the same in every process and doesn't depend on
/// the standard library's choice.
struct KeyHasher(Sha256);

impl Hasher for KeyHasher {
    fn write(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    fn finish(&self) -> u64 {
        unreachable!("only the whole digest is used")
    }
}
