//! Plugins on web servers.

use std::fs;

use super::web_server::{WebServer, reply};
use crate::support::{Authority, Project, Run, component};

/// Runs `lback plugin inspect` of this source, with the authority's certificate.
pub(super) fn inspect<'a>(project: &'a Project, authority: &Authority, source: &str) -> Run<'a> {
    project.write("ca.pem", authority.pem());
    project.lback(&["plugin", "inspect", source]).env("SSL_CERT_FILE", project.path("ca.pem"))
}

/// A server that has this component as `/x.wasm`, and nothing else.
pub(super) fn serving(authority: &Authority, name: &str) -> WebServer {
    let bytes = fs::read(component(name)).expect("a component");
    WebServer::start(authority, move |path, _, to| match path {
        "/x.wasm" => reply(to, 200, "", &bytes),
        _ => reply(to, 404, "", b"nothing"),
    })
}

#[test]
fn a_plugin_on_a_web_server_is_the_same_as_in_a_file() {
    let (authority, project) = (Authority::new(), Project::empty());
    let server = serving(&authority, "recorder");
    let fetched = inspect(&project, &authority, &server.url("x.wasm")).exits(0);
    let file = component("recorder");
    let read = project.lback(&["plugin", "inspect", file.to_str().expect("UTF-8")]).exits(0);
    assert_eq!((fetched.stdout.as_str(), fetched.stderr.as_str()), (read.stdout.as_str(), ""));
    assert_eq!(server.asked(), ["/x.wasm", "/x.wasm.minisig"]);
}

#[test]
fn a_server_with_an_unknown_authority_is_refused() {
    let (authority, project) = (Authority::new(), Project::empty());
    let server = serving(&authority, "recorder");
    inspect(&project, &Authority::new(), &server.url("x.wasm")).exits(69).stderr_has(&[
        "error: cannot reach `https://localhost:",
        "certificate",
        "\n\nhint: ",
        "`SSL_CERT_FILE`",
    ]);
    assert!(server.asked().is_empty(), "nothing was sent");
}

#[test]
fn a_redirect_is_followed_where_it_stays_encrypted() {
    let (authority, project) = (Authority::new(), Project::empty());
    let target = serving(&authority, "recorder");
    let to = target.url("x.wasm");
    let server = WebServer::start(&authority, move |path, _, stream| match path {
        "/old.wasm" => reply(stream, 302, &format!("location: {to}\r\n"), b""),
        _ => reply(stream, 404, "", b""),
    });
    inspect(&project, &authority, &server.url("old.wasm")).exits(0);
    assert_eq!(target.asked(), ["/x.wasm"]);
}

#[test]
fn a_server_that_stumbles_is_asked_again() {
    let (authority, project) = (Authority::new(), Project::empty());
    let bytes = fs::read(component("recorder")).expect("a component");
    let server = WebServer::start(&authority, move |path, before, to| match (path, before) {
        ("/x.wasm", 0) => reply(to, 503, "", b""),
        ("/x.wasm", _) => reply(to, 200, "", &bytes),
        _ => reply(to, 404, "", b""),
    });
    inspect(&project, &authority, &server.url("x.wasm")).exits(0);
    assert_eq!(server.asked(), ["/x.wasm", "/x.wasm", "/x.wasm.minisig"]);
}

#[test]
fn invalid_sources_are_usage_errors() {
    let project = Project::empty();
    for (source, says) in [
        ("http://localhost/x.wasm", "is not encrypted"),
        ("ftp://localhost/x.wasm", "is not a kind of source"),
        ("https://me:secret@localhost/x.wasm", "must not contain a user or a password"),
        ("oci://guard:1", "it names no registry"),
        ("oci://localhost:5000/guard", "it has neither a tag nor a digest"),
    ] {
        project.lback(&["plugin", "inspect", source]).exits(64).stderr_has(&[says]);
    }
}
