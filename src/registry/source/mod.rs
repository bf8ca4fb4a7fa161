//! Where plugins come from: a file, a web server, or an OCI registry.
//!
//! A source is what `lback.toml` and the command line name. Here it is read and written, and its
//! bytes are brought, within limits. What the bytes are is not looked at: that is `plugin/`.
//! Whether they are those that were locked is the caller's question, except where it asks for them
//! by [`Fetcher::fetch_locked`].

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

/// The largest plugin that is taken, in bytes. Python and JavaScript components have 12 to 18 MB.
const MAX_BYTES: u64 = 64 * 1024 * 1024;

/// A place from which a plugin can be had. It is written as it is read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Source {
    /// A file; relative to the project's root.
    Path(PathBuf),
    Https(Url),
    /// Has a tag, a digest, or both.
    Oci(Reference),
}

/// What came from a source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct FetchedPlugin {
    pub(crate) bytes: Vec<u8>,
    /// Of the OCI manifest.
    pub(crate) resolved: Option<Digest>,
    /// The text of a minisign signature that was found beside it. Nobody has verified it.
    pub(crate) signature: Option<String>,
}

/// What a fetcher needs to know of its surroundings.
#[derive(Clone, Debug, Default)]
pub(crate) struct FetchOptions {
    /// Nothing but files.
    pub(crate) offline: bool,
    /// Docker's `config.json`, which knows the credentials for registries. None: there are none.
    pub(crate) docker_config: Option<PathBuf>,
    /// How long a server may be silent. None: as long as is usual.
    pub(crate) timeout: Option<Duration>,
}

/// Brings plugins from their sources.
pub(crate) struct Fetcher {
    options: FetchOptions,
    web: WebClient,
}

impl Source {
    /// The file of a path source.
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

    /// The plugin at `source`; paths are relative to `root`. `progress` is told the bytes that have
    /// come, and how many there will be where that is known.
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

    /// Puts a plugin into a registry, under a tag.
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

    /// The plugin that was locked: with these bytes, and for OCI from this manifest, wherever the
    /// tag points to by now.
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
