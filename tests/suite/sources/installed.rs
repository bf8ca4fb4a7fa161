//! Installations from registries and web servers: a locked plugin stays the same, whatever the
//! source does.

use std::fs;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use super::meddler::{Meddle, Meddler, answer};
use super::publish::publish;
use super::registry::Registry;
use super::web_server::{WebServer, reply};
use crate::support::{Authority, Project, Run, alembic, component, plugin};

/// A project without plugins, whose files only lback changes.
pub(super) fn project() -> Project {
    let project = Project::new().unlocked().whole_config("");
    project.write("lback.toml", &format!("[alembic]\ncommand = [{:?}]\n", alembic().display().to_string()));
    project
}

/// A run of lback with a store of the project's own.
pub(super) fn lback<'a>(project: &'a Project, args: &[&str]) -> Run<'a> {
    let run = project.lback(args).env("LBACK_DATA_DIR", project.path(".state/data"));
    run.env("DOCKER_CONFIG", project.path("docker"))
}

/// Runs `lback plugin install` of this source as `guard`, and grants all that it asks for.
pub(super) fn install<'a>(project: &'a Project, source: &str) -> Run<'a> {
    lback(project, &["plugin", "install", source, "--name", "guard", "--accept-permissions"])
}

/// Removes everything that was installed on this machine.
fn forget(project: &Project) {
    fs::remove_dir_all(project.path(".state/data")).expect("a store");
}

fn lock(project: &Project) -> String {
    fs::read_to_string(project.path("lback.lock")).expect("a lock file")
}

#[test]
fn installed_plugins_need_no_registry() {
    let (registry, project) = (Registry::open(), project());
    let source = registry.source("team/guard:1");
    publish(&project, &plugin("guard"), &source).exits(0);
    install(&project, &source).exits(0);
    assert!(lock(&project).contains("resolved = \"sha256:"));
    drop(registry);
    lback(&project, &["plugin", "list"]).exits(0);
    lback(&project, &["migrate"]).exits(0);
    lback(&project, &["plugin", "install", "--locked", "--offline"]).exits(0);
}

#[test]
fn a_tag_that_moved_moves_nothing_until_it_is_asked_for() {
    let (registry, project) = (Registry::open(), project());
    let source = registry.source("team/guard:1");
    publish(&project, &component("record-policy"), &source).exits(0);
    install(&project, &source).exits(0);
    let before = lock(&project);

    publish(&project, &component("recorder"), &source).exits(0);
    forget(&project);
    lback(&project, &["plugin", "install"]).exits(0);
    assert_eq!(lock(&project), before, "the locked manifest is fetched, and not what the tag stands for");
    lback(&project, &["plugin", "list"]).exits(0);

    lback(&project, &["plugin", "update", "--accept-permissions"]).exits(0);
    assert_ne!(lock(&project), before);
}

#[test]
fn a_locked_manifest_that_is_gone() {
    let (registry, project) = (Registry::open(), project());
    let gone = Arc::<AtomicBool>::default();
    let is_gone = Arc::clone(&gone);
    let meddler = Meddler::before(registry.address(), move |path| {
        let gone = is_gone.load(Ordering::SeqCst) && path.contains("/manifests/sha256:");
        if gone { Meddle::Reply(answer(404, "", "{}")) } else { Meddle::Pass }
    });
    publish(&project, &plugin("guard"), &registry.source("guard:1")).exits(0);
    install(&project, &meddler.source("guard:1")).exits(0);
    forget(&project);
    gone.store(true, Ordering::SeqCst);
    lback(&project, &["plugin", "install"]).exits(69).stderr_has(&[
        "error: the registry has no longer what is locked for `oci://",
        "the manifest sha256:",
        "hint: `lback plugin update`",
    ]);
}

#[test]
fn a_file_that_changed_on_its_server() {
    let (authority, project) = (Authority::new(), project());
    project.write("ca.pem", authority.pem());
    let file = Arc::new(Mutex::new(plugin("guard")));
    let present = Arc::clone(&file);
    let server = WebServer::start(&authority, move |path, _, to| match path {
        "/guard.wasm" => reply(to, 200, "", &fs::read(&*present.lock().expect("a path")).expect("a plugin")),
        _ => reply(to, 404, "", b""),
    });
    let source = server.url("guard.wasm");
    install(&project, &source).env("SSL_CERT_FILE", project.path("ca.pem")).exits(0);
    let before = project.files();
    *file.lock().expect("a path") = component("recorder");
    forget(&project);
    lback(&project, &["plugin", "install"]).env("SSL_CERT_FILE", project.path("ca.pem")).exits(65).stderr_has(&[
        "has changed: its digest is sha256:",
        "is locked",
        "`lback plugin update` takes it",
    ]);
    assert_eq!(project.files(), before);
    lback(&project, &["plugin", "list"]).exits(65);
}

type Spoil = fn() -> Meddle;

#[test]
fn incomplete_or_wrong_downloads_change_nothing() {
    let registry = Registry::open();
    let project = project();
    publish(&project, &plugin("guard"), &registry.source("guard:1")).exits(0);
    let before = project.files();
    let table: [(Spoil, i32); 4] = [
        (|| Meddle::Flip, 65),
        (|| Meddle::Cut, 69),
        (|| Meddle::Hang, 69),
        (|| Meddle::Reply(answer(401, "", "{}")), 69),
    ];
    for (spoil, code) in table {
        let meddler =
            Meddler::before(
                registry.address(),
                move |path| {
                    if path.contains("/blobs/") { spoil() } else { Meddle::Pass }
                },
            );
        install(&project, &meddler.source("guard:1")).env("LBACK_HTTP_TIMEOUT", "300ms").exits(code);
        assert_eq!(project.files(), before);
    }
    let stored: Vec<PathBuf> = store(&project);
    assert_eq!(stored, Vec::<PathBuf>::new());
}

fn store(project: &Project) -> Vec<PathBuf> {
    let entries = fs::read_dir(project.path(".state/data/store")).into_iter().flatten().flatten();
    entries.map(|entry| entry.path()).collect()
}
