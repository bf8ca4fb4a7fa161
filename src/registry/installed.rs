//! The bytes that a run loads for a plugin: exactly those that `lback.lock` names.
//!
//! A run never downloads. Plugins with a path are read there, lback's own
//! in its program, all others from a store; lback
//! compares the digest with the lock file at every load. Files and signatures that were verified
//! before and are unchanged are not verified again ([`Installed::remembering`]).

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::Stores;
use super::builtin::BuiltinPlugin;
use super::check_cache::{CheckCache, PluginCheck};
use super::digest_cache::DigestCache;
use super::lock_error::LockError;
use super::lock_file::{LOCK_FILE_NAME, LockEntry, LockFile};
use super::plugin_file::{PluginFile, PluginFileError};
use super::signature::{self, PublicKey, SignatureError};
use super::source::{Source, SourceError};
use crate::support::digest::Digest;
use crate::support::private_folder::PrivateFolder;

/// The locked plugins of a project, and the stores that contain them.
#[derive(Debug)]
pub(crate) struct Installed {
    root: PathBuf,
    /// An unusable lock file is an error of each plugin, so that each one fails as `lback.toml`
    /// configures.
    lock: Result<LockFile, Arc<LockError>>,
    stores: Stores,
    memory: Option<Memory>,
}

/// The results of earlier runs.
#[derive(Debug)]
struct Memory {
    files: DigestCache,
    checked: CheckCache,
}

/// The reason why a plugin can't be loaded.
#[derive(Debug, thiserror::Error)]
pub(crate) enum NotInstalled {
    #[error("`{LOCK_FILE_NAME}` can't be used: {0}")]
    Lock(Arc<LockError>),
    #[error("it is not in `{LOCK_FILE_NAME}`")]
    NotLocked,
    #[error("`{LOCK_FILE_NAME}` has it from `{locked}`, and `lback.toml` from `{configured}`")]
    OtherSource { locked: String, configured: String },
    #[error("what `{LOCK_FILE_NAME}` names is not on this machine: {digest} from `{source_text}`")]
    NotStored { digest: Digest, source_text: String },
    #[error(transparent)]
    Source(#[from] SourceError),
    #[error("its bytes are not those that `{LOCK_FILE_NAME}` names: it expects {locked}, and `{place}` has {found}")]
    OtherDigest { name: String, place: String, locked: Digest, found: Digest },
    #[error("`{LOCK_FILE_NAME}` locks another version: it expects {locked}, and {}", described(.plugin))]
    OtherBuiltin { name: String, plugin: &'static BuiltinPlugin, locked: Digest },
    #[error(transparent)]
    Signature(#[from] SignatureError),
}

impl NotInstalled {
    /// Returns the next step for the user.
    pub(crate) fn hint(&self) -> Option<String> {
        Some(match self {
            Self::Lock(error) => error.hint().to_owned(),
            Self::NotLocked => "`lback plugin install` locks what `lback.toml` lists".to_owned(),
            Self::OtherSource { .. } => "`lback plugin install` locks the plugin as `lback.toml` has it now".to_owned(),
            Self::NotStored { .. } => {
                "`lback plugin install` brings it; a run never downloads, so deployments install before they migrate"
                    .to_owned()
            }
            Self::Source(SourceError::Missing(_)) => {
                "build or copy the plugin there, or correct `source` in `lback.toml`".to_owned()
            }
            Self::Source(_) => return None,
            Self::Signature(error) => error.hint().to_owned(),
            Self::OtherBuiltin { name, .. } => format!(
                "another lback wrote the lock file: `lback plugin update {name}` shows what changed, and locks the plugin of this one; `lback plugin vendor` keeps a version across updates of lback"
            ),
            Self::OtherDigest { name, .. } => format!(
                "if another plugin is meant now, `lback plugin update {name}` shows what changed and locks it; if not, find out who changed it"
            ),
        })
    }
}

impl Installed {
    /// Opens the lock file of the project in the folder `root`.
    pub(crate) fn open(root: &Path, stores: Stores) -> Self {
        let lock = LockFile::read(&root.join(LOCK_FILE_NAME)).map_err(Arc::new);
        Self { root: root.to_owned(), lock, stores, memory: None }
    }

    /// Enables a cache of verified files and signatures in this folder.
    pub(crate) fn remembering(self, folder: PrivateFolder) -> Self {
        let memory = Memory { files: DigestCache::new(folder.clone()), checked: CheckCache::new(folder) };
        Self { memory: Some(memory), ..self }
    }

    /// Finds the plugin `name` from `source`, and verifies its signature if `lback.toml` names a
    /// key.
    pub(crate) fn find(
        &self,
        name: &str,
        source: &Source,
        key: Option<&PublicKey>,
    ) -> Result<PluginFile, NotInstalled> {
        let locked = self.locked(name, source)?;
        let mut found = self.file(locked, source)?;
        if let Some(key) = key {
            self.verify(&mut found, key, locked)?;
        }
        Ok(found)
    }

    /// Returns the bytes of the file that was found for the plugin `name`.
    pub(crate) fn bytes(name: &str, found: PluginFile) -> Result<Vec<u8>, NotInstalled> {
        let (locked, place) = (found.digest, found.place());
        found.into_bytes().map_err(|error| not_it(error, name, place, locked))
    }

    fn file(&self, locked: &LockEntry, source: &Source) -> Result<PluginFile, NotInstalled> {
        let known = self.memory.as_ref().map(|memory| &memory.files);
        if let Source::Builtin(plugin) = source {
            return self.builtin(locked, plugin);
        }
        match source.file(&self.root) {
            Some(file) => {
                let place = file.display().to_string();
                PluginFile::at(file, &locked.sha256, known)
                    .map_err(|error| not_it(error, &locked.name, place, locked.sha256))
            }
            None => self
                .stores
                .find(&locked.sha256, known)
                .ok_or_else(|| NotInstalled::NotStored { digest: locked.sha256, source_text: locked.source.clone() }),
        }
    }

    /// Finds a plugin of lback's own: in this program, or else what another lback put into a store.
    fn builtin(&self, locked: &LockEntry, plugin: &'static BuiltinPlugin) -> Result<PluginFile, NotInstalled> {
        if plugin.digest == locked.sha256 {
            return Ok(PluginFile::builtin(plugin));
        }
        let known = self.memory.as_ref().map(|memory| &memory.files);
        self.stores.find(&locked.sha256, known).ok_or_else(|| NotInstalled::OtherBuiltin {
            name: locked.name.clone(),
            plugin,
            locked: locked.sha256,
        })
    }

    fn verify(&self, found: &mut PluginFile, key: &PublicKey, locked: &LockEntry) -> Result<(), NotInstalled> {
        let signature = locked.signature.as_deref();
        let text = key.to_string();
        let check = signature.map(|signature| PluginCheck::Signature { key: &text, signature });
        let checked = self.memory.as_ref().map(|memory| &memory.checked);
        if let (Some(checked), Some(check)) = (checked, check)
            && checked.contains(&found.digest, check)
        {
            return Ok(());
        }
        let (digest, place) = (found.digest, found.place());
        let bytes = found.bytes().map_err(|error| not_it(error, &locked.name, place, digest))?;
        signature::verify(key, bytes, signature)?;
        if let (Some(checked), Some(check)) = (checked, check)
            && let Err(error) = checked.insert(&digest, check)
        {
            tracing::debug!("that a signature was verified is not kept: {error}");
        }
        Ok(())
    }

    /// Returns the lock entry of this plugin from this source.
    pub(crate) fn locked(&self, name: &str, source: &Source) -> Result<&LockEntry, NotInstalled> {
        let locked = self.lock()?.get(name).ok_or(NotInstalled::NotLocked)?;
        let configured = source.to_string();
        if locked.source == configured {
            Ok(locked)
        } else {
            Err(NotInstalled::OtherSource { locked: locked.source.clone(), configured })
        }
    }

    pub(crate) fn stores(&self) -> &Stores {
        &self.stores
    }

    /// Returns the lock file as it was when this was opened.
    pub(crate) fn lock(&self) -> Result<&LockFile, NotInstalled> {
        self.lock.as_ref().map_err(|error| NotInstalled::Lock(Arc::clone(error)))
    }
}

fn described(plugin: &BuiltinPlugin) -> String {
    format!("`builtin:{}` of lback {} is {}", plugin.name, env!("CARGO_PKG_VERSION"), plugin.digest)
}

fn not_it(error: PluginFileError, name: &str, place: String, locked: Digest) -> NotInstalled {
    match error {
        PluginFileError::Source(error) => error.into(),
        PluginFileError::Other(found) => NotInstalled::OtherDigest { name: name.to_owned(), place, locked, found },
    }
}
