//! The layout of a plugin in a registry: a manifest, a config that describes the component, and one
//! layer, the component.
//!
//! The layout is the Bytecode Alliance's ("Wasm OCI artifacts"), with two additions that other
//! tools ignore: OCI's usual annotations on the manifest, and the signature in an annotation of the
//! layer.

use std::collections::BTreeMap;

use bytes::Bytes;
use oci_client::client::{Config, ImageLayer};
use oci_client::manifest::{OCI_IMAGE_MEDIA_TYPE, OciDescriptor, OciImageManifest, OciManifest};
use serde::Serialize;

use super::super::SourceError;
use super::super::fetched::MAX_BYTES;
use super::super::path::MAX_SIGNATURE_BYTES;
use crate::support::digest::Digest;

const CONFIG: &str = "application/vnd.wasm.config.v0+json";
const WASM: &str = "application/wasm";
/// The number of characters that a message shows of a text of the registry.
const MAX_SHOWN_CHARS: usize = 120;
/// The annotation with the text of the layer's minisign signature.
const SIGNATURE: &str = "lback.plugin.minisign";

/// The component that a manifest describes.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct PluginLayer {
    pub(super) digest: Digest,
    pub(super) size: u64,
    pub(super) signature: Option<String>,
}

impl PluginLayer {
    /// Parses the manifest of `what`, and returns its layer.
    pub(super) fn of(what: &str, manifest: &[u8]) -> Result<Self, SourceError> {
        let wrong = |reason: String| SourceError::Manifest { what: what.to_owned(), reason };
        let other = |part, media_type: &str| {
            let media_type = shown(media_type);
            SourceError::NotAnArtifact { what: what.to_owned(), part, media_type }
        };
        let manifest: OciManifest =
            serde_json::from_slice(manifest).map_err(|error| wrong(shown(&error.to_string())))?;
        let manifest = match manifest {
            OciManifest::Image(manifest) => manifest,
            index @ OciManifest::ImageIndex(_) => return Err(other("manifest", index.content_type())),
        };
        if manifest.config.media_type != CONFIG {
            return Err(other("config", &manifest.config.media_type));
        }
        let [layer] = manifest.layers.as_slice() else {
            return Err(SourceError::Layers { what: what.to_owned(), count: manifest.layers.len() });
        };
        if layer.media_type != WASM {
            return Err(other("layer", &layer.media_type));
        }
        let size = u64::try_from(layer.size).map_err(|_| wrong(format!("a size of {}", layer.size)))?;
        if size > MAX_BYTES {
            return Err(SourceError::TooLarge { what: what.to_owned(), limit: MAX_BYTES });
        }
        Ok(Self {
            digest: layer.digest.parse().map_err(|error| wrong(format!("{error}")))?,
            size,
            signature: signature(layer).map_err(wrong)?,
        })
    }
}

/// Returns the signature in the annotations. The lock file keeps it, so its size is limited.
fn signature(layer: &OciDescriptor) -> Result<Option<String>, String> {
    let Some(text) = layer.annotations.as_ref().and_then(|annotations| annotations.get(SIGNATURE)) else {
        return Ok(None);
    };
    if text.len() as u64 > MAX_SIGNATURE_BYTES {
        return Err(format!("its signature has more than {} KiB", MAX_SIGNATURE_BYTES / 1024));
    }
    Ok(Some(text.clone()))
}

/// Returns a text of the registry in a form to show.
fn shown(text: &str) -> String {
    let mut shown: String = text.chars().take(MAX_SHOWN_CHARS).flat_map(char::escape_debug).collect();
    if text.chars().nth(MAX_SHOWN_CHARS).is_some() {
        shown.push('…');
    }
    shown
}

/// A plugin to publish.
pub(crate) struct Artifact {
    pub(crate) component: Bytes,
    pub(crate) name: String,
    pub(crate) version: String,
    pub(crate) summary: String,
    /// The names of interfaces, for example `lback:plugin/policy@1.0.0`.
    pub(crate) exports: Vec<String>,
    pub(crate) imports: Vec<String>,
    /// The text of a minisign signature.
    pub(crate) signature: Option<String>,
}

/// The config of the layout.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct WasmConfig<'a> {
    /// The layout requires a time. It is constant, so that the same file always has the same
    /// digest.
    created: &'static str,
    author: Option<&'a str>,
    architecture: &'static str,
    os: &'static str,
    layer_digests: [String; 1],
    component: WasmComponent<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct WasmComponent<'a> {
    exports: &'a [String],
    imports: &'a [String],
    target: Option<&'a str>,
}

/// The parts of a push.
pub(super) struct ArtifactParts {
    pub(super) manifest: OciImageManifest,
    pub(super) config: Config,
    pub(super) layer: ImageLayer,
}

impl Artifact {
    pub(super) fn parts(&self) -> serde_json::Result<ArtifactParts> {
        let config = WasmConfig {
            created: "1970-01-01T00:00:00Z",
            author: None,
            architecture: "wasm",
            os: "wasip2",
            layer_digests: [Digest::of(&self.component).to_string()],
            component: WasmComponent { exports: &self.exports, imports: &self.imports, target: None },
        };
        let config = Config::new(serde_json::to_vec(&config)?, CONFIG.to_owned(), None);
        let signature = self.signature.iter().map(|text| (SIGNATURE.to_owned(), text.clone()));
        let signature: BTreeMap<_, _> = signature.collect();
        let signature = (!signature.is_empty()).then_some(signature);
        let layer = ImageLayer::new(self.component.clone(), WASM.to_owned(), signature);
        let annotations = [("title", &self.name), ("version", &self.version), ("description", &self.summary)]
            .map(|(key, value)| (format!("org.opencontainers.image.{key}"), value.clone()));
        let mut manifest =
            OciImageManifest::build(std::slice::from_ref(&layer), &config, Some(BTreeMap::from(annotations)));
        manifest.media_type = Some(OCI_IMAGE_MEDIA_TYPE.to_owned());
        Ok(ArtifactParts { manifest, config, layer })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn artifact() -> Artifact {
        Artifact {
            component: Bytes::from_static(b"\0asm"),
            name: "guard".into(),
            version: "1.2.0".into(),
            summary: "says no".into(),
            exports: vec!["lback:plugin/policy@1.0.0".into()],
            imports: vec!["wasi:io/poll@0.2.6".into()],
            signature: Some("untrusted comment: x".into()),
        }
    }

    fn manifest() -> Value {
        serde_json::to_value(artifact().parts().unwrap().manifest).unwrap()
    }

    #[test]
    fn what_is_published_is_read_back() {
        let layer = PluginLayer::of("x", manifest().to_string().as_bytes()).unwrap();
        let signature = Some("untrusted comment: x".to_owned());
        assert_eq!(layer, PluginLayer { digest: Digest::of(b"\0asm"), size: 4, signature });
    }

    #[test]
    fn the_config_is_that_of_the_layout() {
        let parts = artifact().parts().unwrap();
        let config: Value = serde_json::from_slice(&parts.config.data).unwrap();
        assert_eq!(
            config,
            json!({
                "created": "1970-01-01T00:00:00Z",
                "author": null,
                "architecture": "wasm",
                "os": "wasip2",
                "layerDigests": [Digest::of(b"\0asm").to_string()],
                "component": {
                    "exports": ["lback:plugin/policy@1.0.0"], "imports": ["wasi:io/poll@0.2.6"], "target": null,
                },
            })
        );
    }

    #[test]
    fn what_is_no_plugin_is_told_by_its_manifest() {
        let changed = |pointer: &str, value: Value| {
            let mut manifest = manifest();
            *manifest.pointer_mut(pointer).unwrap() = value;
            PluginLayer::of("x", manifest.to_string().as_bytes()).unwrap_err().to_string()
        };
        let layer = manifest()["layers"][0].clone();
        let image = "application/vnd.oci.image.config.v1+json";
        for (pointer, value, says) in [
            ("/config/mediaType", json!(image), "its config is of the type `application/vnd.oci.image.config"),
            ("/layers/0/mediaType", json!("text/\u{1b}[31m"), "its layer is of the type `text/\\u{1b}[31m`"),
            ("/layers", json!([]), "has 0 layers"),
            ("/layers", json!([layer, layer]), "has 2 layers"),
            ("/layers/0/size", json!(-1), "a size of -1"),
            ("/layers/0/size", json!(200_000_000), "more than 64.0 MiB"),
            ("/layers/0/digest", json!("sha256:12"), "a digest is"),
            ("/layers", json!(null), "is not valid"),
        ] {
            let said = changed(pointer, value);
            assert!(said.contains(says), "{pointer}: {said}");
        }
        let index = json!({
            "schemaVersion": 2, "mediaType": "application/vnd.oci.image.index.v1+json", "manifests": [],
        });
        let said = PluginLayer::of("x", index.to_string().as_bytes()).unwrap_err().to_string();
        assert!(said.contains("its manifest is of the type `application/vnd.oci.image.index"), "{said}");
    }
}
