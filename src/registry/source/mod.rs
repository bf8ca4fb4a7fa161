//! The sources of plugins: a file, a web server, or an OCI registry.
//!
//! `lback.toml` and the command line name sources. This module parses and prints them, and fetches
//! their bytes within limits. It doesn't examine the bytes; `plugin/` does. The caller compares
//! them with the lock file, except for [`Fetcher::fetch_locked`].

mod error;
mod https;
mod oci;
mod path;
mod syntax;
mod web;

use std::path::{Path, PathBuf};
use std::time::Duration;

use oci_client::Reference;
use url::Url;

use self::oci::Repository;
use self::web::{HttpTimeouts, WebClient};
use crate::support::digest::Digest;

pub(crate) use error::SourceError;
pub(crate) use oci::{Artifact, PublishedArtifact};
pub(crate) use path::read;
pub(crate) use syntax::SourceSyntaxError;

/// The largest size of a plugin, in bytes. Python and JavaScript components have 12 to 18 MB.
const MAX_BYTES: u64 = 64 * 1024 * 1024;

/// A source of a plugin. Its printed form is its parsed form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Source {
    /// A file, relative to the project's root.
    Path(PathBuf),
    Https(Url),
    /// A reference with a tag, a digest, or both.
    Oci(Reference),
}

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

/// Fetches plugins from their sources.
pub(crate) struct Fetcher {
    options: FetchOptions,
    web: WebClient,
}

impl Source {
    /// Returns the file of a path source.
    pub(crate) fn file(&self, root: &Path) -> Option<PathBuf> {
        match self {
            Self::Path(path) => Some(root.join(path)),
            Self::Https(_) | Self::Oci(_) => None,
        }
    }
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
