//! Signatures, made with the real minisign.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use super::installed::{install, lback, project};
use super::publish::publish;
use super::registry::Registry;
use super::web_server::{WebServer, reply};
use crate::support::{Authority, Project, component, minisign, plugin, sha256};

/// Makes a pair of keys in a project, and returns the public one.
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
            .stderr_has(&[says]);
    }
}

/// A project with guard and its signature, and two public keys: the signer's, and another one.
fn signed() -> (Project, String, String) {
    let project = project();
    fs::copy(plugin("guard"), project.path("guard.wasm")).expect("a copy");
    let (mine, theirs) = (key(&project, "mine"), key(&project, "theirs"));
    sign(&project, "mine", "guard.wasm");
    (project, mine, theirs)
}

#[test]
fn signed_plugins_are_installed_from_every_source_and_loaded() {
    let (registry, authority) = (Registry::open(), Authority::new());
    let (project, mine, _) = signed();
    project.write("ca.pem", authority.pem());
    let target = registry.source("guard:1");
    publish(&project, &project.path("guard.wasm"), &target)
        .with(|lback| _ = lback.args(["--signature", "guard.wasm.minisig"]))
        .exits(0);
    let folder = project.root().to_owned();
    let server =
        WebServer::start(&authority, move |path, _, to| reply(to, 200, "", &fs::read(folder.join(&path[1..]))?));

    let config = fs::read_to_string(project.path("lback.toml")).expect("lback.toml");
    for source in ["./guard.wasm", &target, &server.url("guard.wasm")] {
        project.write("lback.toml", &config);
        let _ = fs::remove_file(project.path("lback.lock"));
        install(&project, source)
            .env("SSL_CERT_FILE", project.path("ca.pem"))
            .with(|lback| _ = lback.args(["--public-key", &mine]))
            .exits(0);
        let toml = fs::read_to_string(project.path("lback.toml")).expect("lback.toml");
        assert!(toml.contains(&mine), "{toml}");
        lback(&project, &["plugin", "list"]).exits(0);
        lback(&project, &["migrate"]).exits(0);
    }
}

#[test]
fn unsigned_plugins_and_other_keys_are_refused() {
    let (project, mine, theirs) = signed();
    let other = component("recorder");
    let cases: [(&str, &str, &dyn Fn()); 4] = [
        ("it is signed with another key", &theirs, &|| ()),
        ("its signature is wrong", &mine, &|| _ = fs::copy(&other, project.path("guard.wasm")).expect("a copy")),
        ("its signature is not one of minisign", &mine, &|| project.write("guard.wasm.minisig", "signed, me\n")),
        ("it is not signed", &mine, &|| fs::remove_file(project.path("guard.wasm.minisig")).expect("a signature")),
    ];
    for (says, key, spoil) in cases {
        spoil();
        let before = project.files();
        install(&project, "./guard.wasm").with(|lback| _ = lback.args(["--public-key", key])).exits(65).stderr_has(&[
            "error: `guard` from `guard.wasm` is refused: ",
            says,
            "\n\nhint: ",
        ]);
        assert_eq!(project.files(), before, "{says}");
    }
}

/// Plugins are verified again when they are loaded, because a process that can edit a lock file may
/// also replace a plugin.
#[test]
fn a_pinned_key_is_held_against_every_load() {
    let (project, mine, theirs) = signed();
    install(&project, "./guard.wasm").with(|lback| _ = lback.args(["--public-key", &mine])).exits(0);
    let (config, lock) = (read(&project, "lback.toml"), read(&project, "lback.lock"));
    let loads = |code: i32, says: &[&str]| {
        lback(&project, &["plugin", "list"]).exits(code).stderr_has(says);
        lback(&project, &["migrate"]).exits(code).stderr_has(says);
    };

    project.write("lback.toml", &config.replace(&mine, &theirs));
    loads(65, &["it is signed with another key"]);
    assert_eq!(project.revision_of_database(), None, "nothing was migrated");

    project.write("lback.toml", &config);
    let start = lock.find("signature = ").expect("a signature in the lock");
    let end = start
        + lock[start..].find("\n\"\"\"\n").map_or_else(|| lock[start..].find('\n').expect("a line"), |end| end + 4);
    project.write("lback.lock", &format!("{}{}", &lock[..start], &lock[end..].trim_start_matches('\n')));
    loads(65, &["it is not signed"]);

    // Other bytes, locked as they are, with the signature of the old ones.
    project.write("lback.lock", &lock);
    let (old, new) = (sha256(&plugin("guard")), sha256(&component("recorder")));
    fs::copy(component("recorder"), project.path("guard.wasm")).expect("a copy");
    project.write("lback.lock", &lock.replace(&old.expect("a file"), &new.expect("a file")));
    loads(65, &["its signature is wrong"]);
    assert_eq!(project.revision_of_database(), None, "nothing was migrated");

    fs::copy(plugin("guard"), project.path("guard.wasm")).expect("a copy");
    project.write("lback.lock", &lock);
    loads(0, &[]);
}

fn read(project: &Project, file: &str) -> String {
    fs::read_to_string(project.path(file)).expect("a file of the project")
}
