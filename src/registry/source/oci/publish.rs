//! Publishes plugins to a registry.

use oci_client::Reference;
use oci_client::manifest::OCI_IMAGE_MEDIA_TYPE;
use reqwest::header::HeaderValue;
use tokio::time::timeout;

use super::super::SourceError;
use super::artifact::{Artifact, ArtifactParts};
use super::repository::Repository;
use super::session::AccessRight;
use crate::support::digest::Digest;

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

impl Repository<'_> {
    /// Pushes the artifact, and verifies the result.
    pub(in super::super) async fn publish(&self, artifact: &Artifact) -> Result<PublishedArtifact, SourceError> {
        let entered = self.enter(AccessRight::Push).await?;
        let client = self.client(entered.base.scheme() == "https")?;
        let component = Digest::of(&artifact.component);
        let wrong =
            |error: serde_json::Error| SourceError::Manifest { what: self.what.clone(), reason: error.to_string() };
        let ArtifactParts { manifest, config, layer } = artifact.parts().map_err(wrong)?;
        // The crate's own `push` isn't used: its canonical JSON contains raw line breaks in
        // strings, which no registry reads.
        let body = serde_json::to_vec(&manifest).map_err(wrong)?;
        client.store_auth_if_needed(self.reference.resolve_registry(), &entered.auth).await;
        let push = async {
            client.push_blob(self.reference, layer.data, &manifest.layers[0].digest).await?;
            client.push_blob(self.reference, config.data, &manifest.config.digest).await?;
            let media_type = HeaderValue::from_static(OCI_IMAGE_MEDIA_TYPE);
            client.push_manifest_raw(self.reference, body, media_type).await
        };
        let after = self.web.times.total;
        let pushed = timeout(after, push).await.map_err(|_| SourceError::Slow { what: self.what.clone(), after })?;
        pushed.map_err(|error| self.refused(error, entered.known))?;

        let (manifest, layer) = self.manifest(&entered, self.reference).await?;
        if layer.digest != component {
            return Err(SourceError::Corrupt { what: self.what.clone(), expected: component, found: layer.digest });
        }
        let reference = self.reference.clone_with_digest(manifest.to_string());
        Ok(PublishedArtifact { reference, manifest, component })
    }
}
