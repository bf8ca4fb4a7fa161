//! A repository of a registry, and the pull of a plugin.

use oci_client::Reference;
use oci_client::manifest::{
    IMAGE_MANIFEST_LIST_MEDIA_TYPE, IMAGE_MANIFEST_MEDIA_TYPE, OCI_IMAGE_INDEX_MEDIA_TYPE, OCI_IMAGE_MEDIA_TYPE,
};
use reqwest::StatusCode;
use url::Url;

use super::super::SourceError;
use super::super::fetched::{FetchOptions, FetchedPlugin, MAX_BYTES};
use super::super::web::{ATTEMPTS, GetRequest, HttpAnswer, WebClient};
use super::artifact::PluginLayer;
use super::session::{AccessRight, RegistrySession};
use crate::support::digest::Digest;

/// The largest size of a manifest, in bytes; registries have the same limit.
const MAX_MANIFEST_BYTES: u64 = 4 * 1024 * 1024;

/// Includes indexes, so that lback can distinguish them from missing artifacts.
const ACCEPTED: [&str; 4] =
    [OCI_IMAGE_MEDIA_TYPE, IMAGE_MANIFEST_MEDIA_TYPE, OCI_IMAGE_INDEX_MEDIA_TYPE, IMAGE_MANIFEST_LIST_MEDIA_TYPE];

/// A repository of a registry.
pub(in super::super) struct Repository<'a> {
    pub(super) web: &'a WebClient,
    pub(super) options: &'a FetchOptions,
    pub(super) reference: &'a Reference,
    /// The source, for messages.
    pub(super) what: String,
}

impl<'a> Repository<'a> {
    pub(in super::super) fn new(web: &'a WebClient, options: &'a FetchOptions, reference: &'a Reference) -> Self {
        Self { web, options, reference, what: format!("oci://{reference}") }
    }

    pub(in super::super) async fn fetch(
        &self,
        progress: &mut impl FnMut(u64, Option<u64>),
    ) -> Result<FetchedPlugin, SourceError> {
        let entered = self.enter(AccessRight::Pull).await?;
        let (resolved, layer) = self.manifest(&entered, self.reference).await?;
        let url = self.url(&entered, &format!("blobs/{}", layer.digest))?;
        let get = GetRequest {
            accept: None,
            limit: MAX_BYTES,
            size: Some(layer.size),
            redirects: true,
            ..self.get(&entered, url)
        };
        let answer = self.web.get(&get, progress).await?;
        let bytes = self.success(&entered, answer)?.body;
        let found = Digest::of(&bytes);
        if found != layer.digest {
            return Err(SourceError::Corrupt { what: self.what.clone(), expected: layer.digest, found });
        }
        Ok(FetchedPlugin { bytes, resolved: Some(resolved), signature: layer.signature })
    }

    /// Fetches a manifest, and returns its digest and its layer.
    pub(super) async fn manifest(
        &self,
        entered: &RegistrySession,
        reference: &Reference,
    ) -> Result<(Digest, PluginLayer), SourceError> {
        let wanted = reference.digest().or(reference.tag()).unwrap_or_default();
        let url = self.url(entered, &format!("manifests/{wanted}"))?;
        let accept = ACCEPTED.join(", ");
        let get = GetRequest { accept: Some(&accept), redirects: true, ..self.get(entered, url) };
        let answer = self.success(entered, self.web.get(&get, &mut |_, _| ()).await?)?;
        let found = Digest::of(&answer.body);
        let announced = answer.headers.get("docker-content-digest").and_then(|value| value.to_str().ok());
        for announced in reference.digest().into_iter().chain(announced) {
            // Digests of other algorithms can't be compared.
            if let Ok(expected) = announced.parse::<Digest>()
                && expected != found
            {
                return Err(SourceError::Corrupt { what: self.what.clone(), expected, found });
            }
        }
        Ok((found, PluginLayer::of(&self.what, &answer.body)?))
    }

    fn get<'g>(&'g self, entered: &'g RegistrySession, url: Url) -> GetRequest<'g> {
        let (what, login) = (self.what.as_str(), entered.login.as_ref());
        GetRequest {
            what,
            url,
            accept: None,
            login,
            limit: MAX_MANIFEST_BYTES,
            size: None,
            redirects: false,
            attempts: ATTEMPTS,
        }
    }

    pub(super) fn url(&self, entered: &RegistrySession, path: &str) -> Result<Url, SourceError> {
        let text = format!("{}v2/{}/{path}", entered.base, self.reference.repository());
        text.parse().map_err(|error| self.wrong(format!("has no valid address: {error}")))
    }

    fn success(&self, entered: &RegistrySession, answer: HttpAnswer) -> Result<HttpAnswer, SourceError> {
        let what = self.what.clone();
        match answer.status {
            status if status.is_success() => Ok(answer),
            StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => Err(self.unauthorised(entered.known)),
            StatusCode::NOT_FOUND => Err(SourceError::NotFound { what, registry: true }),
            status => Err(SourceError::Status { what, status: status.as_u16() }),
        }
    }

    pub(super) fn unauthorised(&self, known: bool) -> SourceError {
        let registry = Some(self.reference.registry().to_owned());
        SourceError::Unauthorised { what: self.what.clone(), registry, known }
    }

    pub(super) fn wrong(&self, reason: String) -> SourceError {
        SourceError::Registry { what: self.what.clone(), reason }
    }
}
