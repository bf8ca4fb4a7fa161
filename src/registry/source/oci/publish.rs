//! Publishes plugins to a registry.

use bytes::Bytes;
use oci_client::Reference;
use oci_client::manifest::OCI_IMAGE_MEDIA_TYPE;
use reqwest::header::{CONTENT_TYPE, HeaderMap};
use reqwest::{Method, StatusCode};
use tokio::time::timeout;
use url::Url;

use super::super::SourceError;
use super::super::web::redirect_target;
use super::artifact::{Artifact, ArtifactParts};
use super::repository::Repository;
use super::session::{AccessRight, RegistrySession};
use crate::support::digest::Digest;
use crate::support::http::HttpFailure;

/// The type of a blob's bytes, whatever they are.
const BLOB: &str = "application/octet-stream";

/// A published plugin.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct PublishedArtifact {
    /// The reference with the digest of the manifest, which never changes.
    pub(crate) reference: Reference,
    /// The digest of the manifest.
    pub(crate) manifest: Digest,
    /// The digest of the component.
    pub(crate) component: Digest,
}

/// A request that writes to the registry.
struct WriteRequest {
    method: Method,
    url: Url,
    media_type: &'static str,
    body: Bytes,
}

impl Repository<'_> {
    /// Pushes the artifact, and verifies the result.
    pub(in super::super) async fn publish(&self, artifact: &Artifact) -> Result<PublishedArtifact, SourceError> {
        let entered = self.enter(AccessRight::Push).await?;
        let component = Digest::of(&artifact.component);
        let wrong =
            |error: serde_json::Error| SourceError::Manifest { what: self.what.clone(), reason: error.to_string() };
        let ArtifactParts { manifest, config, layer } = artifact.parts().map_err(wrong)?;
        let body = serde_json::to_vec(&manifest).map_err(wrong)?;
        let push = async {
            self.push_blob(&entered, layer.data, &manifest.layers[0].digest).await?;
            self.push_blob(&entered, config.data, &manifest.config.digest).await?;
            let url = self.url(&entered, &format!("manifests/{}", self.reference.tag().unwrap_or_default()))?;
            let body = body.into();
            self.write(&entered, WriteRequest { method: Method::PUT, url, media_type: OCI_IMAGE_MEDIA_TYPE, body })
                .await
        };
        let after = self.web.times.total;
        timeout(after, push).await.map_err(|_| SourceError::Slow { what: self.what.clone(), after })??;

        let (manifest, layer) = self.manifest(&entered, self.reference).await?;
        if layer.digest != component {
            return Err(SourceError::Corrupt { what: self.what.clone(), expected: component, found: layer.digest });
        }
        let reference = self.reference.clone_with_digest(manifest.to_string());
        Ok(PublishedArtifact { reference, manifest, component })
    }

    /// Uploads a blob in one piece. The registry names the place of the upload.
    async fn push_blob(&self, entered: &RegistrySession, body: Bytes, digest: &str) -> Result<(), SourceError> {
        let url = self.url(entered, "blobs/uploads/")?;
        let begun = WriteRequest { method: Method::POST, url: url.clone(), media_type: BLOB, body: Bytes::new() };
        let headers = self.write(entered, begun).await?;
        let mut url = redirect_target(&self.what, &url, &headers)?;
        url.query_pairs_mut().append_pair("digest", digest);
        self.write(entered, WriteRequest { method: Method::PUT, url, media_type: BLOB, body }).await.map(drop)
    }

    /// Sends a request, with the login if it goes to the registry itself.
    async fn write(&self, entered: &RegistrySession, request: WriteRequest) -> Result<HeaderMap, SourceError> {
        let WriteRequest { method, url, media_type, body } = request;
        let login = entered.login.as_ref().filter(|_| url.origin() == entered.base.origin());
        let mut request = self.web.client()?.request(method, url).header(CONTENT_TYPE, media_type).body(body);
        if let Some(login) = login {
            request = login.sent_with(request);
        }
        let what = || self.what.clone();
        let response = request.send().await.map_err(|error| {
            let HttpFailure { reason, tls } = HttpFailure::of(error);
            SourceError::Unreachable { what: what(), reason, tls }
        })?;
        match response.status() {
            status if status.is_success() => Ok(response.headers().clone()),
            StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => Err(self.unauthorised(entered.known)),
            StatusCode::NOT_FOUND => Err(SourceError::NotFound { what: what(), registry: true }),
            status if status.is_server_error() || status == StatusCode::TOO_MANY_REQUESTS => {
                Err(SourceError::Busy { what: what(), status: status.as_u16() })
            }
            status => Err(SourceError::Status { what: what(), status: status.as_u16() }),
        }
    }
}
