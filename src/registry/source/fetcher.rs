//! Fetches plugins from their sources, and publishes them.

use std::path::Path;

use oci_client::Reference;

use super::error::SourceError;
use super::fetched::{FetchOptions, FetchedPlugin};
use super::oci::{Artifact, PublishedArtifact, Repository};
use super::syntax::Source;
use super::web::{HttpTimeouts, WebClient};
use super::{https, path};
use crate::registry::builtin::BuiltinPlugin;
use crate::support::digest::Digest;

/// Fetches plugins from their sources.
pub(crate) struct Fetcher {
    options: FetchOptions,
    web: WebClient,
}

impl Fetcher {
    pub(crate) fn new(options: FetchOptions) -> Self {
        Self { web: WebClient::new(HttpTimeouts::new(options.timeout)), options }
    }

    /// Fetches the plugin at `source`; paths are relative to `root`. `progress` receives the number
    /// of bytes so far, and the total if known.
    pub(crate) async fn fetch(
        &self,
        source: &Source,
        root: &Path,
        mut progress: impl FnMut(u64, Option<u64>),
    ) -> Result<FetchedPlugin, SourceError> {
        match source {
            Source::Builtin(plugin) => builtin(plugin),
            Source::Path(path) => path::fetch(&root.join(path)),
            remote if self.options.offline => Err(SourceError::Offline(remote.to_string())),
            Source::Https(url) => https::fetch(&self.web, url, &mut progress).await,
            Source::Oci(reference) => self.repository(reference).fetch(&mut progress).await,
        }
    }

    /// Publishes a plugin to a registry, under a tag.
    pub(crate) async fn publish(
        &self,
        reference: &Reference,
        artifact: &Artifact,
    ) -> Result<PublishedArtifact, SourceError> {
        if self.options.offline {
            return Err(SourceError::Offline(format!("oci://{reference}")));
        }
        self.repository(reference).publish(artifact).await
    }

    fn repository<'a>(&'a self, reference: &'a Reference) -> Repository<'a> {
        Repository::new(&self.web, &self.options, reference)
    }

    /// Fetches the locked plugin: with these bytes, and from this manifest of an OCI source,
    /// whatever the tag names by now.
    pub(crate) async fn fetch_locked(
        &self,
        source: &Source,
        root: &Path,
        resolved: Option<&Digest>,
        sha256: &Digest,
        progress: impl FnMut(u64, Option<u64>),
    ) -> Result<FetchedPlugin, SourceError> {
        let fetched = match (source, resolved) {
            (Source::Oci(reference), Some(manifest)) => {
                let pinned = Source::Oci(reference.clone_with_digest(manifest.to_string()));
                self.fetch(&pinned, root, progress).await.map_err(|error| match error {
                    SourceError::NotFound { .. } => SourceError::Gone { what: source.to_string(), manifest: *manifest },
                    other => other,
                })?
            }
            _ => self.fetch(source, root, progress).await?,
        };
        let found = Digest::of(&fetched.bytes);
        if found == *sha256 {
            Ok(fetched)
        } else {
            Err(SourceError::Changed { what: source.to_string(), locked: *sha256, found })
        }
    }
}

fn builtin(plugin: &BuiltinPlugin) -> Result<FetchedPlugin, SourceError> {
    let bytes = plugin.unpack().ok_or_else(|| SourceError::Damaged(plugin.name.clone()))?;
    Ok(FetchedPlugin { bytes, resolved: None, signature: None })
}

/// Reads a plugin of lback's own, or a file. Returns `None` for every other source.
pub(crate) fn read_local(source: &Source) -> Option<Result<Vec<u8>, SourceError>> {
    match source {
        Source::Builtin(plugin) => Some(builtin(plugin).map(|fetched| fetched.bytes)),
        Source::Path(path) => Some(path::read(path)),
        Source::Https(_) | Source::Oci(_) => None,
    }
}
