//! The steps that commands share which change a project's plugins: fetch, inspect, store, write.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::error::InstallError;
use super::error::InstalledError;
use super::error::InvalidPlugin;
use crate::alembic::{StopRequest, StopRequests as _, StopSignals};
use crate::config::{Config, PluginConfig, nearest};
use crate::plugin::{PermissionRequest, PluginFacts, Runtime, SettingsError, check_settings};
use crate::registry::{
    self, FetchedPlugin, Fetcher, Installed, LockEntry, LockFile, LockedPermissions, NotInstalled, ProjectFiles,
    ProjectTexts, PublicKey, Source, StoredPlugin, WriteOrder,
};
use crate::session::environment::EnvironmentError;
use crate::session::environment::Surroundings;
use crate::session::project::Project;
use crate::session::runtime::with_runtime;
use crate::session::stopped::Stopped;
use crate::support::digest::Digest;
use crate::support::internal_error::InternalError;
use crate::support::user_error::{CommandError, UserError};
use crate::ui;

pub(super) struct Workshop {
    pub(super) project: Project,
    pub(super) runtime: Arc<Runtime>,
    pub(super) fetcher: Fetcher,
}

/// A plugin that was fetched and inspected.
pub(super) struct Candidate {
    pub(super) source: Source,
    pub(super) inspected: PluginFacts,
    bytes: Vec<u8>,
    resolved: Option<Digest>,
    signature: Option<String>,
}

impl Workshop {
    pub(super) fn open(surroundings: Surroundings, offline: bool) -> Result<Self, CommandError> {
        let project = Project::find(surroundings)?;
        let fetcher = project.fetcher(offline)?;
        let runtime = project.runtime()?;
        Ok(Self { project, runtime, fetcher })
    }

    /// Returns the path of the project's `lback.toml`, which must exist.
    pub(super) fn config_file(&self) -> Result<&Path, CommandError> {
        Ok(self.project.config.path.as_deref().ok_or(InstallError::NoProject)?)
    }

    /// Resolves a source of the command line. A path is relative to the current folder, and is
    /// written relative to the project if it is inside.
    /// The bare name of a plugin of lback's own stands for it, also where a file has this name.
    pub(super) fn typed_source(&self, text: &str) -> Result<Source, CommandError> {
        if let Some(builtin) = registry::builtin_plugin(text) {
            return Ok(Source::Builtin(builtin));
        }
        if is_bare_name(text) && !self.project.here.join(text).exists() {
            let names = registry::builtin_plugins().iter().map(|plugin| plugin.name.as_str());
            return Err(InstallError::UnknownName { name: text.to_owned(), near: nearest(text, names) }.into());
        }
        match text.parse().map_err(InstallError::Written)? {
            Source::Path(path) => {
                let path =
                    std::path::absolute(self.project.here.join(path)).map_err(EnvironmentError::CurrentFolder)?;
                Ok(Source::Path(within(&self.project.config.root, path)))
            }
            remote => Ok(remote),
        }
    }

    pub(super) fn plugin(&self, name: &str) -> Option<&PluginConfig> {
        self.project.config.plugins.iter().find(|plugin| plugin.name == name)
    }

    /// Returns the lock file. A lock file that cannot be read is an error here.
    pub(super) fn lock(&self) -> Result<&LockFile, CommandError> {
        Ok(self.runtime.installed().lock().map_err(|failure| InstalledError::LockFile(Box::new(failure)))?)
    }

    /// Fetches and inspects the plugin at `source`, under a preliminary name.
    pub(super) async fn fetch(&self, source: &Source, name: &str) -> Result<Candidate, CommandError> {
        self.fetch_as(source, name, &source.to_string()).await
    }

    /// Fetches and inspects a plugin that messages call `from`.
    pub(super) async fn fetch_as(&self, source: &Source, name: &str, from: &str) -> Result<Candidate, CommandError> {
        let root = &self.project.config.root;
        // What is on this machine needs no progress.
        let shown = (!source.is_local()).then(|| ui::Transfer::start(&format!("fetching {from}")));
        let update = |done, of| {
            if let Some(shown) = &shown {
                shown.update(done, of);
            }
        };
        let fetched = self.fetcher.fetch(source, root, update).await?;
        drop(shown);
        let FetchedPlugin { bytes, resolved, signature } = fetched;
        let inspected = self.inspect(&bytes, name, from).await?;
        Ok(Candidate { source: source.clone(), inspected, bytes, resolved, signature })
    }

    /// Returns the locked bytes: from the stores, or else from the source.
    pub(super) async fn locked_bytes(
        &self,
        plugin: &PluginConfig,
        locked: &LockEntry,
    ) -> Result<Vec<u8>, CommandError> {
        let PluginConfig { name, source, public_key, .. } = plugin;
        let installed = self.runtime.installed();
        if source.is_local() || installed.stores().get(&locked.sha256).is_some() {
            let found = installed.find(name, source, public_key.as_ref());
            return Ok(found.and_then(|found| Installed::bytes(name, found)).map_err(not_installed(name))?);
        }
        let shown = ui::Transfer::start(&format!("fetching {source}"));
        let resolved = locked.resolved.as_deref().and_then(|digest| digest.parse().ok());
        let fetched = self
            .fetcher
            .fetch_locked(source, &self.project.config.root, resolved.as_ref(), &locked.sha256, |done, of| {
                shown.update(done, of);
            })
            .await?;
        verify(name, source, public_key.as_ref(), &fetched.bytes, locked.signature.as_deref())?;
        Ok(fetched.bytes)
    }

    /// Compiles the plugin, unless it is cached, and lets it describe itself.
    pub(super) async fn inspect(&self, bytes: &[u8], name: &str, from: &str) -> Result<PluginFacts, CommandError> {
        let inspected = self.runtime.inspect_bytes(bytes, name).await;
        Ok(inspected.map_err(|failure| InvalidPlugin { plugin: from.to_owned(), failure: failure.into() })?)
    }

    /// Stores the bytes of a plugin where a run finds them. A file and a plugin of lback's own stay
    /// where they are.
    pub(super) fn store(
        &self,
        name: &str,
        source: &Source,
        bytes: &[u8],
    ) -> Result<Option<StoredPlugin>, CommandError> {
        let installed = self.runtime.installed();
        if source.is_local() || installed.stores().get(&Digest::of(bytes)).is_some() {
            return Ok(None);
        }
        let stored = installed.stores().put(bytes);
        Ok(Some(stored.map_err(|cause| InstallError::Store { name: name.to_owned(), cause })?))
    }

    /// Removes what a killed command left beside the files. A failure has no consequence.
    pub(super) fn tidy(&self) {
        if let Ok(path) = self.config_file() {
            let _ = ProjectFiles::hold(path, || ());
        }
    }

    /// Changes the project's two files in their current form. Lock entries without a plugin are
    /// removed.
    pub(super) fn change(
        &self,
        first: WriteOrder,
        edit: impl FnOnce(&Config, &mut String, &mut LockFile) -> Result<(), CommandError>,
    ) -> Result<(), CommandError> {
        let path = self.config_file()?;
        let waiting = || ui::note("another `lback plugin` changes this project; waiting for it");
        let files = ProjectFiles::hold(path, waiting).map_err(InstallError::Files)?;
        let before = files.read().map_err(InstallError::Files)?;
        let present = before.lock.as_deref().map(|text| LockFile::parse(text.as_bytes()));
        let mut lock = present.transpose().map_err(InstallError::Lock)?.unwrap_or_default();
        let mut config = before.config.clone();
        edit(&Config::parse(before.config.as_bytes(), path)?, &mut config, &mut lock)?;
        // The result is parsed before it is written.
        let listed = Config::parse(config.as_bytes(), path)?.plugins;
        lock.retain(|name| listed.iter().any(|plugin| plugin.name == name));
        let lock = (before.lock.is_some() || !listed.is_empty()).then(|| lock.to_text());
        files.write(&before, &ProjectTexts { config, lock }, first).map_err(InstallError::Files)?;
        Ok(())
    }
}

/// Runs the work of a command until it ends or lback is asked to stop.
pub(super) fn until_stopped<T>(work: impl Future<Output = Result<T, CommandError>>) -> Result<T, CommandError> {
    until_stopped_as(work, Stopped)
}

/// Runs the work of a command until it ends, or until lback is asked to stop, which is this error.
pub(super) fn until_stopped_as<T, E: UserError + Send + Sync + 'static>(
    work: impl Future<Output = Result<T, CommandError>>,
    stopped: impl FnOnce(StopRequest) -> E,
) -> Result<T, CommandError> {
    with_runtime(async {
        let mut stop = StopSignals::install().map_err(InternalError::new)?;
        tokio::select! {
            biased;
            request = stop.next() => Err(stopped(request).into()),
            done = work => done,
        }
    })?
}

impl Candidate {
    pub(super) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Verifies the signature, where a key is pinned.
    pub(super) fn verify(&self, name: &str, key: Option<&PublicKey>) -> Result<(), CommandError> {
        verify(name, &self.source, key, &self.bytes, self.signature.as_deref())
    }

    pub(super) fn check_settings(&self, plugin: &PluginConfig) -> Result<(), SettingsError> {
        let schema = self.inspected.description.settings_schema.as_ref();
        schema.map_or(Ok(()), |schema| check_settings(schema, &plugin.settings))
    }

    /// Returns the lock entry under this name.
    pub(super) fn locked(&self, name: &str) -> LockEntry {
        let PluginFacts { digest, contract, description, .. } = &self.inspected;
        LockEntry {
            name: name.to_owned(),
            source: self.source.to_string(),
            resolved: self.resolved.map(|digest| digest.to_string()),
            version: description.version.to_string(),
            sha256: *digest,
            package: format!("lback:plugin@{}", contract.package),
            exports: contract.exports(),
            signals: description.signals.iter().map(ToString::to_string).collect(),
            signature: self.signature.clone(),
            permissions: LockedPermissions {
                http: description.permissions.http.iter().map(PermissionRequest::to_string).collect(),
                secrets: description.permissions.secrets.iter().map(PermissionRequest::to_string).collect(),
            },
        }
    }
}

fn verify(
    name: &str,
    source: &Source,
    key: Option<&PublicKey>,
    bytes: &[u8],
    signature: Option<&str>,
) -> Result<(), CommandError> {
    let Some(key) = key else { return Ok(()) };
    let refused = |error| InstallError::Signature { name: name.to_owned(), origin: source.to_string(), error };
    Ok(registry::verify(key, bytes, signature).map_err(refused)?)
}

pub(super) fn not_installed(name: &str) -> impl FnOnce(NotInstalled) -> InstalledError {
    let name = name.to_owned();
    |failure| InstalledError::Plugin { name, failure: Box::new(failure) }
}

/// Returns whether the text is a word that could be the name of a plugin.
fn is_bare_name(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_')
}

/// Returns the path relative to `root`, with slashes, if it is inside. Symbolic links of folders
/// are resolved.
fn within(root: &Path, path: PathBuf) -> PathBuf {
    let (Some(folder), Some(name)) = (path.parent(), path.file_name()) else { return path };
    let folder = folder.canonicalize().unwrap_or_else(|_| folder.to_owned());
    let root = root.canonicalize().unwrap_or_else(|_| root.to_owned());
    match folder.strip_prefix(root) {
        Ok(inside) => {
            let parts = inside.components().map(|part| part.as_os_str().to_string_lossy().into_owned());
            parts.chain([name.to_string_lossy().into_owned()]).collect::<Vec<_>>().join("/").into()
        }
        Err(_) => folder.join(name),
    }
}
