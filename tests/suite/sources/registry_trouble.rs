//! Registries that are down, slow or broken, and artifacts that aren't plugins.

use std::net::TcpListener;

use serde_json::{Value, json};

use super::meddler::{Meddle, Meddler, answer};
use super::publish::{inspect, publish};
use super::registry::Registry;
use crate::support::{Project, plugin};

/// The path of the published source.
const GUARD: &str = "team/guard:1";

/// A registry that has guard, behind a proxy that meddles with its answers.
fn meddled(meddle: impl Fn(&str) -> Meddle + Send + Sync + 'static) -> (Registry, Meddler, Project) {
    let (registry, project) = (Registry::open(), Project::empty());
    publish(&project, &plugin("guard"), &registry.source(GUARD)).exits(0);
    let meddler = Meddler::before(registry.address(), meddle);
    (registry, meddler, project)
}

/// Meddles with the component only.
fn blobs(meddle: fn() -> Meddle) -> impl Fn(&str) -> Meddle + Send + Sync {
    move |path| if path.contains("/blobs/") { meddle() } else { Meddle::Pass }
}

#[test]
fn a_proxy_that_passes_everything_on_changes_nothing() {
    let (_registry, meddler, project) = meddled(|_| Meddle::Pass);
    inspect(&project, &meddler.source(GUARD)).exits(0);
    assert_eq!(meddler.asked().len(), 3, "the root, the manifest, the layer: {:?}", meddler.asked());
}

#[test]
fn a_component_that_was_changed_on_its_way() {
    let (_registry, meddler, project) = meddled(blobs(|| Meddle::Flip));
    let done = inspect(&project, &meddler.source(GUARD)).exits(65);
    assert_eq!(done.stdout, "");
    done.stderr_has(&["was changed in transit: its digest is sha256:", "was announced", "\n\nhint: try again"]);
}

#[test]
fn a_manifest_that_was_changed_on_its_way() {
    let (registry, meddler, project) =
        meddled(
            |path| {
                if path.contains("/manifests/sha256:") { Meddle::Reply(answer(200, "", "{}")) } else { Meddle::Pass }
            },
        );
    let tag = registry.source(GUARD);
    let reference = publish(&project, &plugin("guard"), &tag).exits(0).stdout;
    let digest = reference.trim_end().split_once('@').expect("a digest").1;
    inspect(&project, &meddler.source(&format!("team/guard@{digest}")))
        .exits(65)
        .stderr_has(&["was changed in transit"]);
}

#[test]
fn a_download_that_breaks_off() {
    let (_registry, meddler, project) = meddled(blobs(|| Meddle::Cut));
    inspect(&project, &meddler.source(GUARD))
        .exits(69)
        .stderr_has(&["was received only in part: ", "hint: try again later"]);
    assert_eq!(meddler.asked().iter().filter(|path| path.contains("/blobs/")).count(), 3);
}

#[test]
fn a_registry_whose_answer_never_ends() {
    for hangs in ["/v2/team/guard/blobs/", "/v2/team/guard/manifests/", "/v2/"] {
        let (_registry, meddler, project) =
            meddled(move |path| if path.starts_with(hangs) { Meddle::Hang } else { Meddle::Pass });
        inspect(&project, &meddler.source(GUARD))
            .env("LBACK_HTTP_TIMEOUT", "300ms")
            .exits(69)
            .stderr_has(&["sent nothing for 300ms", "hint: `LBACK_HTTP_TIMEOUT`"]);
    }
}

#[test]
fn a_registry_that_is_down_or_has_no_such_thing() {
    let (registry, project) = (Registry::open(), Project::empty());
    for source in [registry.source("team/guard:1"), registry.source(&format!("team/guard@sha256:{}", "0".repeat(64)))] {
        inspect(&project, &source)
            .exits(69)
            .stderr_has(&["error: there is no `oci://", "check the repository and the tag"]);
    }
    let port = TcpListener::bind("127.0.0.1:0").expect("a port").local_addr().expect("its address").port();
    let source = format!("oci://127.0.0.1:{port}/guard:1");
    inspect(&project, &source).exits(69).stderr_has(&["error: cannot reach `oci://127.0.0.1:"]);
    publish(&project, &plugin("guard"), &source).exits(69).stderr_has(&["error: cannot reach `oci://127.0.0.1:"]);
}

#[test]
fn a_server_that_is_no_registry() {
    let (_registry, meddler, project) = meddled(|_| Meddle::Reply(answer(404, "", "no")));
    inspect(&project, &meddler.source(GUARD))
        .exits(69)
        .stderr_has(&["doesn't implement the registry API: `/v2/` answers 404"]);
}

#[test]
fn a_redirect_goes_to_an_encrypted_place_or_stays() {
    let (_registry, meddler, project) =
        meddled(blobs(|| Meddle::Reply(answer(307, "location: http://example.invalid/blob\r\n", ""))));
    inspect(&project, &meddler.source(GUARD))
        .exits(69)
        .stderr_has(&["has an invalid redirect: to http://example.invalid, which is not encrypted"]);
    let (_registry, meddler, project) =
        meddled(blobs(|| Meddle::Reply(answer(307, "location: /v2/x/blobs/x\r\n", ""))));
    inspect(&project, &meddler.source(GUARD)).exits(69).stderr_has(&["it is redirected more than 5 times"]);
}

/// Returns the manifest of guard with a change.
fn forged(change: impl Fn(&mut Value)) -> (Registry, Meddler, Project) {
    let (registry, project) = (Registry::open(), Project::empty());
    publish(&project, &plugin("guard"), &registry.source(GUARD)).exits(0);
    let mut manifest = registry.json("/v2/team/guard/manifests/1");
    change(&mut manifest);
    let manifest = manifest.to_string();
    let meddler = Meddler::before(registry.address(), move |path| {
        if path.contains("/manifests/") { Meddle::Reply(answer(200, "", &manifest)) } else { Meddle::Pass }
    });
    (registry, meddler, project)
}

type Change = fn(&mut Value);

#[test]
fn an_artifact_that_is_no_plugin() {
    let table: [(Change, &str, usize); 5] = [
        (
            |manifest| manifest["config"]["mediaType"] = "application/vnd.oci.image.config.v1+json".into(),
            "is not a WebAssembly artifact: its config is of the type",
            2,
        ),
        (
            |manifest| manifest["layers"][0]["mediaType"] = "application/vnd.oci.image.layer.v1.tar".into(),
            "is not a WebAssembly artifact: its layer is of the type",
            2,
        ),
        (
            |manifest| manifest["layers"] = json!([manifest["layers"][0], manifest["layers"][0]]),
            "has 2 layers, and a plugin is one",
            2,
        ),
        (|manifest| manifest["layers"][0]["size"] = 200_000_000.into(), "has more than 64.0 MiB, the limit", 2),
        (|manifest| manifest["layers"][0]["size"] = 1000.into(), "sends more than its manifest says", 3),
    ];
    for (change, says, asked) in table {
        let (_registry, meddler, project) = forged(change);
        let done = inspect(&project, &meddler.source(GUARD)).run().stderr_has(&[says]);
        assert!(matches!(done.code(), Some(65 | 69)), "{done}");
        assert_eq!(meddler.asked().len(), asked, "{says}");
    }
}

#[test]
fn a_push_that_the_registry_refuses() {
    let (_registry, meddler, project) = meddled(|path| {
        let denied = r#"{"errors":[{"code":"DENIED","message":"read only"}]}"#;
        if path.contains("/uploads/") { Meddle::Reply(answer(403, "", denied)) } else { Meddle::Pass }
    });
    let done = publish(&project, &plugin("guard"), &meddler.source("team/guard:2")).exits(69);
    assert_eq!(done.stdout, "");
    done.stderr_has(&["is not accessible: it needs credentials", "hint: `docker login "]);
}
