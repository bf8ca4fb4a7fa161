//! Signatures, made with the real minisign.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use super::publish::publish;
use super::registry::Registry;
use crate::support::{Project, minisign, plugin};

/// A pair of keys in a project: the public one.
pub(super) fn key(project: &Project, name: &str) -> String {
    run(project.root(), &["-G", "-W", "-p", &format!("{name}.pub"), "-s", &format!("{name}.key")]);
    let text = fs::read_to_string(project.path(&format!("{name}.pub"))).expect("a public key");
    text.lines().nth(1).expect("two lines").to_owned()
}

/// Signs a file of the project with one of its keys.
pub(super) fn sign(project: &Project, name: &str, file: &str) -> PathBuf {
    run(project.root(), &["-S", "-s", &format!("{name}.key"), "-m", file]);
    project.path(&format!("{file}.minisig"))
}

fn run(folder: &Path, arguments: &[&str]) {
    let output = minisign().args(arguments).current_dir(folder).stdin(Stdio::null()).output().expect("minisign");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn a_signature_is_published_with_its_plugin() {
    let (registry, project) = (Registry::open(), Project::empty());
    fs::copy(plugin("guard"), project.path("guard.wasm")).expect("a copy");
    key(&project, "mine");
    let signature = sign(&project, "mine", "guard.wasm");
    let signature = signature.to_str().expect("UTF-8");
    publish(&project, &project.path("guard.wasm"), &registry.source("guard:1"))
        .with(|lback| _ = lback.args(["--signature", signature]))
        .exits(0);
    let manifest = registry.json("/v2/guard/manifests/1");
    let published = &manifest["layers"][0]["annotations"]["lback.plugin.minisign"];
    assert_eq!(published.as_str(), fs::read_to_string(signature).ok().as_deref());
}

#[test]
fn only_a_signature_is_published_as_one() {
    let (registry, project) = (Registry::open(), Project::empty().file("text", "signed, me\n"));
    for (file, says, code) in [("text", "is not a signature of minisign", 65), ("absent", "cannot read the file", 65)] {
        publish(&project, &plugin("guard"), &registry.source("guard:1"))
            .with(|lback| _ = lback.args(["--signature", file]))
            .exits(code)
            .says(&[says]);
    }
}
