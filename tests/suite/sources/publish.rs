//! `lback plugin publish`, and installing the result.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use super::registry::Registry;
use crate::cli::schema::{assert_matches, schema};
use crate::support::{Authority, Project, Run, component, plugin, sha256};

/// Runs `lback plugin publish` of this file, without credentials.
pub(super) fn publish<'a>(project: &'a Project, file: &Path, target: &str) -> Run<'a> {
    let file = file.to_str().expect("UTF-8");
    project.lback(&["plugin", "publish", file, target]).env("DOCKER_CONFIG", project.path("docker"))
}

pub(super) fn inspect<'a>(project: &'a Project, source: &str) -> Run<'a> {
    project.lback(&["plugin", "inspect", source]).env("DOCKER_CONFIG", project.path("docker"))
}

#[test]
fn a_published_plugin_is_fetched_by_tag_and_by_digest() {
    let (registry, project) = (Registry::open(), Project::empty());
    let (file, tag) = (plugin("guard"), registry.source("team/guard:0.1.0"));
    let published = publish(&project, &file, &tag).exits(0);
    assert_eq!(published.stderr, format!("Published guard 0.1.0 as {tag}\n"));
    let reference = published.stdout.trim_end();
    assert!(reference.starts_with(&registry.source("team/guard@sha256:")), "{reference}");

    let read = project.lback(&["plugin", "inspect", file.to_str().expect("UTF-8")]).exits(0).stdout;
    for source in [reference, &tag] {
        let inspected = inspect(&project, source).exits(0);
        assert_eq!((inspected.stdout, inspected.stderr), (read.clone(), String::new()));
    }
    let again = publish(&project, &file, &registry.source("team/guard:again")).exits(0);
    assert_eq!(again.stdout.trim_end(), reference, "the same file has the same digest");
}

#[test]
fn the_artifact_follows_the_layout_for_webassembly() {
    let (registry, project) = (Registry::open(), Project::empty());
    let file = plugin("slack");
    publish(&project, &file, &registry.source("slack:1")).exits(0);
    let manifest = registry.json("/v2/slack/manifests/1");
    let size = fs::metadata(&file).expect("a file").len();
    let digest = format!("sha256:{}", sha256(&file).expect("a file"));
    assert_eq!(manifest["mediaType"], "application/vnd.oci.image.manifest.v1+json");
    assert_eq!(manifest["layers"], json!([{ "mediaType": "application/wasm", "digest": digest, "size": size }]));
    assert_eq!(manifest["config"]["mediaType"], "application/vnd.wasm.config.v0+json");
    let annotations = &manifest["annotations"];
    assert_eq!(annotations["org.opencontainers.image.title"], "slack");
    assert_eq!(annotations["org.opencontainers.image.version"], "0.1.0");
    assert!(annotations["org.opencontainers.image.description"].as_str().is_some_and(|text| text.contains("Slack")));

    let config =
        registry.json(&format!("/v2/slack/blobs/{}", manifest["config"]["digest"].as_str().expect("a digest")));
    assert_eq!((&config["architecture"], &config["os"]), (&"wasm".into(), &"wasip2".into()));
    assert_eq!(config["layerDigests"], json!([digest]));
    assert_eq!(config["component"]["exports"], json!(["lback:plugin/metadata@1.0.0", "lback:plugin/handler@1.0.0"]));
    let imports = config["component"]["imports"].as_array().expect("a list");
    assert!(imports.contains(&"lback:plugin/http@1.0.0".into()), "{imports:?}");
}

#[test]
fn the_document_matches_its_schema() {
    let (registry, project) = (Registry::open(), Project::empty());
    let tag = registry.source("guard:1");
    let done = publish(&project, &plugin("guard"), &tag).with(|lback| _ = lback.arg("--json")).exits(0);
    let document: Value = serde_json::from_str(&done.stdout).expect("one JSON document");
    assert_matches(&schema("plugin-publish.schema.json"), &document);
    assert_eq!((&document["tagged"], &document["signed"]), (&tag.into(), &false.into()));
    let manifest = document["manifest"].as_str().expect("a digest");
    assert_eq!(document["reference"], registry.source(&format!("guard@{manifest}")));
}

#[test]
fn a_registry_that_speaks_tls_is_held_against_the_roots() {
    let authority = Authority::new();
    let (registry, project) = (Registry::with_tls(&authority), Project::empty());
    project.write("ca.pem", authority.pem());
    let tag = registry.source_by_name("guard:1");
    let trusting = |run: Run<'_>| run.env("SSL_CERT_FILE", project.path("ca.pem")).run();
    trusting(publish(&project, &plugin("guard"), &tag)).exits(0);
    trusting(inspect(&project, &tag)).exits(0);

    project.write("ca.pem", Authority::new().pem());
    trusting(inspect(&project, &tag)).exits(69).stderr_has(&["error: cannot reach `oci://localhost:", "certificate"]);
}

#[test]
fn only_a_plugin_is_published() {
    let (registry, project) = (Registry::open(), Project::empty().file("text.wasm", "Not WebAssembly.\n"));
    let target = registry.source("x:1");
    for (file, says, code) in [
        (project.path("text.wasm"), "is not valid: it is not a WebAssembly component", 65),
        (project.path("absent.wasm"), "does not exist", 65),
        (component("wrong-world"), "is not valid: it exports neither", 65),
        (component("newer-package"), "is not valid: it is built for `lback:plugin@2.0.0`", 65),
    ] {
        let done = publish(&project, &file, &target).exits(code).stderr_has(&[says]);
        assert_eq!(done.stdout, "");
    }
    assert_eq!(registry.json("/v2/_catalog"), json!({ "repositories": [] }));
}

#[test]
fn a_target_is_a_tag() {
    let project = Project::empty();
    let digest = format!("oci://127.0.0.1:1/guard@sha256:{}", "0".repeat(64));
    for target in ["guard.wasm", "https://localhost/guard.wasm", &digest] {
        publish(&project, &plugin("guard"), target)
            .exits(64)
            .stderr_has(&["is not an `oci://` reference with a tag", "hint: write a registry, a repository and a tag"]);
    }
}
