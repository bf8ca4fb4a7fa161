//! Web servers that misbehave, and files that aren't plugins.

use std::fs;
use std::net::TcpListener;
use std::time::Duration;

use super::meddler::{Meddle, Meddler};
use super::web::inspect;
use super::web_server::{WebServer, reply};
use crate::support::{Authority, Project, Receiver, Reply, component};

#[test]
fn a_status_that_is_no_success() {
    let (authority, project) = (Authority::new(), Project::empty());
    for (status, says, hint, asked) in [
        (404, "error: there is no `https://localhost:", "check the URL", 1),
        (401, "it needs credentials", "lback logs in to registries only", 1),
        (403, "it needs credentials", "lback logs in to registries only", 1),
        (418, "its server answers 418", "", 1),
        (500, "its server answers 500", "try again later", 3),
    ] {
        let server = WebServer::start(&authority, move |_, _, to| reply(to, status, "", b"no"));
        let done = inspect(&project, &authority, &server.url("x.wasm")).exits(69).stderr_has(&[says, hint]);
        assert_eq!(done.stdout, "");
        assert_eq!(server.asked().len(), asked, "{status}");
    }
}

#[test]
fn a_redirect_that_is_not_encrypted_or_never_ends() {
    let (authority, project) = (Authority::new(), Project::empty());
    let plain = Receiver::answering(|_, _| Reply::status(200));
    let to = plain.origin();
    let server = WebServer::start(&authority, move |path, _, stream| match path {
        "/plain" => reply(stream, 302, &format!("location: {to}/x.wasm\r\n"), b""),
        "/nowhere" => reply(stream, 302, "", b""),
        _ => reply(stream, 307, "location: /loop\r\n", b""),
    });
    for (path, says) in [
        ("plain", "has an invalid redirect: to http://127.0.0.1:"),
        ("nowhere", "its server names no target"),
        ("loop", "it is redirected more than 5 times"),
    ] {
        inspect(&project, &authority, &server.url(path)).exits(69).stderr_has(&[says, "hint: write the final address"]);
    }
    assert!(plain.received().is_empty(), "nothing was asked without encryption");
    assert_eq!(server.asked().iter().filter(|path| *path == "/loop").count(), 6);
}

#[test]
fn a_download_that_breaks_off() {
    let (authority, project) = (Authority::new(), Project::empty());
    let server = WebServer::start(&authority, |_, _, to| {
        to.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n")?;
        to.write_all(&[0; 500])
    });
    inspect(&project, &authority, &server.url("x.wasm"))
        .exits(69)
        .stderr_has(&["was received only in part: 500 of 1000 bytes", "hint: try again later"]);
    assert_eq!(server.asked().len(), 3);
}

#[test]
fn more_than_a_plugin_has() {
    let (authority, project) = (Authority::new(), Project::empty());
    let server = WebServer::start(&authority, |path, _, to| {
        if path == "/announced" {
            write!(to, "HTTP/1.1 200 OK\r\ncontent-length: 200000000\r\n\r\n")?;
        } else {
            write!(to, "HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n")?;
        }
        // 200 MB, if the client takes them.
        (0..200).try_for_each(|_| to.write_all(&vec![0; 1_000_000]))
    });
    for path in ["announced", "unannounced"] {
        inspect(&project, &authority, &server.url(path)).exits(65).stderr_has(&["has more than 64.0 MiB, the limit"]);
    }
    assert_eq!(server.asked().len(), 2);
}

#[test]
fn a_server_that_is_silent_or_never_ends() {
    let (authority, project) = (Authority::new(), Project::empty());
    let server = WebServer::start(&authority, |path, _, to| {
        to.write_all(b"HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n\0asm")?;
        to.flush()?;
        loop {
            std::thread::sleep(Duration::from_millis(20));
            if path == "/drip" {
                to.write_all(b"x")?;
                to.flush()?;
            }
        }
    });
    for (path, limit, says) in
        [("silent", "300ms", "sent nothing for 300ms"), ("drip", "300ms", "did not arrive within 6s")]
    {
        inspect(&project, &authority, &server.url(path)).env("LBACK_HTTP_TIMEOUT", limit).exits(69).stderr_has(&[says]);
    }
    inspect(&project, &authority, &server.url("silent"))
        .env("LBACK_HTTP_TIMEOUT", "soon")
        .exits(64)
        .stderr_has(&["`LBACK_HTTP_TIMEOUT` is not a duration: `soon`"]);
}

#[test]
fn a_server_that_is_down() {
    let (authority, project) = (Authority::new(), Project::empty());
    let port = TcpListener::bind("127.0.0.1:0").expect("a port").local_addr().expect("its address").port();
    let source = format!("https://localhost:{port}/x.wasm");
    inspect(&project, &authority, &source)
        .exits(69)
        .stderr_has(&["error: cannot reach `https://localhost:", "hint: check the name"]);
}

#[test]
fn a_server_without_tls() {
    let (authority, project) = (Authority::new(), Project::empty());
    let plain = Meddler::before(([127, 0, 0, 1], 1).into(), |_| Meddle::Pass);
    let source = format!("https://localhost:{}/x.wasm", plain.address().port());
    inspect(&project, &authority, &source)
        .exits(69)
        .stderr_has(&["error: cannot reach `https://localhost:", "TLS 1.2 and 1.3"]);
}

#[test]
fn a_proxy_of_the_environment_is_used() {
    let (authority, project) = (Authority::new(), Project::empty());
    let proxy = Receiver::answering(|_, _| Reply::status(502));
    inspect(&project, &authority, "https://plugins.example/x.wasm")
        .env("HTTPS_PROXY", proxy.origin())
        .exits(69)
        .stderr_has(&["error: cannot reach `https://plugins.example/x.wasm`"]);
    assert_eq!(proxy.received()[0].method, "CONNECT");
}

#[test]
fn the_download_is_no_plugin() {
    let (authority, project) = (Authority::new(), Project::empty());
    let files: Vec<(&str, Vec<u8>)> = vec![
        ("it doesn't begin like WebAssembly", b"<html>not found</html>".to_vec()),
        ("it is a core WebAssembly module", b"\0asm\x01\0\0\0".to_vec()),
        ("it exports neither", fs::read(component("wrong-world")).expect("a component")),
        ("it is built for `lback:plugin@2.0.0`", fs::read(component("newer-package")).expect("a component")),
    ];
    for (says, bytes) in files {
        let server = WebServer::start(&authority, move |path, _, to| match path {
            "/x.wasm" => reply(to, 200, "", &bytes),
            _ => reply(to, 404, "", b""),
        });
        inspect(&project, &authority, &server.url("x.wasm")).exits(65).stderr_has(&[
            "error: the plugin `https://localhost:",
            says,
            "\n\nhint: ",
        ]);
    }
}

/// Some servers answer every path with a page, which isn't a signature.
#[test]
fn a_page_instead_of_a_signature_is_no_signature() {
    let (authority, project) = (Authority::new(), Project::empty());
    let bytes = fs::read(component("recorder")).expect("a component");
    let server = WebServer::start(&authority, move |path, _, to| match path {
        "/x.wasm" => reply(to, 200, "", &bytes),
        _ => reply(to, 200, "", &b"<html>".repeat(10_000)),
    });
    inspect(&project, &authority, &server.url("x.wasm")).exits(0);
}
