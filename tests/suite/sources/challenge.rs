//! Registries that demand a login, and where the stored login is sent.

use std::io::Write as _;
use std::net::TcpListener;

use serde_json::json;

use super::meddler::{Meddle, Meddler, answer};
use super::publish;
use super::registry::Registry;
use super::web::inspect;
use super::web_server::{WebServer, reply};
use crate::support::{Authority, Project, Receiver, Reply, Request, plugin};

/// The login `ada:lovelace`, as Docker writes it and as it is sent.
const LOGIN: &str = "YWRhOmxvdmVsYWNl";

fn with_login(registry: &str) -> Project {
    Project::empty().file("docker/config.json", &json!({ "auths": { registry: { "auth": LOGIN } } }).to_string())
}

fn authorizations(requests: &[Request]) -> Vec<String> {
    let headers = requests.iter().flat_map(|request| &request.headers);
    headers.filter(|(name, _)| name == "authorization").map(|(_, value)| value.clone()).collect()
}

#[test]
fn the_stored_login_is_never_sent_without_encryption() {
    let authority = Authority::new();
    let evil = Receiver::answering(|_, _| Reply { body: br#"{"token":"x"}"#.to_vec(), ..Reply::status(200) });
    let realm = format!("{}/token", evil.origin());
    for demand in [
        format!("Bearer realm=\"{realm}\""),
        format!("bearer realm = \"{realm}\""),
        format!("Bearer service=x, REALM=\"{realm}\""),
        format!("Bearer realm=\"\\{realm}\""),
        format!("Bearer realm=\" {realm}\""),
        format!("Basic realm=\"x\", Bearer realm=\"{realm}\""),
        format!("Basic realm=\"x\"\r\nWWW-Authenticate: Bearer realm=\"{realm}\""),
        format!("Bearer realm=\"{}\"", realm.replacen("http", "HTTP", 1)),
    ] {
        eprintln!("{demand}");
        let head = format!("www-authenticate: {demand}\r\n");
        let server = WebServer::start(&authority, move |_, _, to| reply(to, 401, &head, b""));
        let registry = server.url("").replace("https://", "").trim_end_matches('/').to_owned();
        let project = with_login(&registry);
        let run = inspect(&project, &authority, &format!("oci://{registry}/guard:1"));
        run.env("DOCKER_CONFIG", project.path("docker"))
            .exits(69)
            .stderr_has(&["requests the credentials over a connection that is not encrypted"]);
    }
    assert!(evil.received().is_empty(), "{:?}", evil.received());
}

#[test]
fn the_demand_that_was_checked_is_the_one_that_is_followed() {
    let authority = Authority::new();
    let evil = Receiver::start();
    for publishes in [false, true] {
        let realm = evil.origin();
        // The first demand is sound, and every later one isn't.
        let server = WebServer::start(&authority, move |_, before, to| {
            let demand = if before == 0 { "Basic realm=\"x\"".to_owned() } else { format!("Bearer realm=\"{realm}\"") };
            reply(to, 401, &format!("www-authenticate: {demand}\r\n"), b"")
        });
        let registry = server.url("").replace("https://", "").trim_end_matches('/').to_owned();
        let project = with_login(&registry);
        let target = format!("oci://{registry}/guard:1");
        let run = if publishes {
            project.write("ca.pem", authority.pem());
            publish::publish(&project, &plugin("guard"), &target).env("SSL_CERT_FILE", project.path("ca.pem"))
        } else {
            inspect(&project, &authority, &target)
        };
        run.env("DOCKER_CONFIG", project.path("docker")).exits(69).stderr_has(&["these credentials may not have it"]);
    }
    assert!(evil.received().is_empty(), "{:?}", evil.received());
}

/// A registry on this machine without TLS, whose login server is another one on this machine.
#[test]
fn a_token_goes_to_the_registry_and_nowhere_else() {
    let login = Receiver::answering(|_, _| Reply { body: br#"{"token":"t0ken"}"#.to_vec(), ..Reply::status(200) });
    let elsewhere = Receiver::start();
    let (realm, other) = (login.origin(), elsewhere.origin());
    let registry = Receiver::answering(move |request, _| match &*request.url {
        "/v2/" => {
            Reply::status(401).header("WWW-Authenticate", &format!("Bearer realm=\"{realm}/t?a=b\",service=\"s&t\""))
        }
        _ => Reply::status(307).header("Location", &format!("{other}/blob")),
    });
    let address = registry.address().to_string();
    let project = with_login(&address);
    let done = publish::inspect(&project, &format!("oci://{address}/team/guard:1")).exits(69);
    let _ = done.stderr_has(&["has an invalid redirect"]).output_lacks(&["t0ken", LOGIN]);
    let asked = login.received();
    assert_eq!(asked[0].url, "/t?a=b&scope=repository%3Ateam%2Fguard%3Apull&service=s%26t");
    assert_eq!(authorizations(&asked), [format!("Basic {LOGIN}")]);
    assert_eq!(authorizations(&registry.received()), ["Bearer t0ken"]);
    assert!(elsewhere.received().is_empty());
}

#[test]
fn a_login_server_that_misbehaves() {
    for (reply, says) in [
        (Reply::status(307).header("Location", "https://example.com/"), "redirects its login"),
        (Reply { body: b"{".to_vec(), ..Reply::status(200) }, "hands out a token that can't be read"),
        (Reply { body: br#"{"token":"a b"}"#.to_vec(), ..Reply::status(200) }, "hands out a token that can't be read"),
        (Reply { body: vec![b' '; 70_000], ..Reply::status(200) }, "has more than 64.0 KiB, the limit"),
        (Reply::status(401), "these credentials may not have it"),
        (Reply::status(418), "has a login server that answers 418"),
    ] {
        let login = Receiver::answering(move |_, _| reply.clone());
        let demand = format!("Bearer realm=\"{}\"", login.origin());
        let registry = Receiver::answering(move |_, _| Reply::status(401).header("WWW-Authenticate", &demand));
        let address = registry.address().to_string();
        let project = with_login(&address);
        let done = publish::inspect(&project, &format!("oci://{address}/guard:1")).run();
        let _ = done.stderr_has(&[says]).output_lacks(&[LOGIN]);
    }
}

#[test]
fn an_upload_to_another_server_carries_no_login() {
    let login = Receiver::answering(|_, _| Reply { body: br#"{"token":"t0ken"}"#.to_vec(), ..Reply::status(200) });
    let elsewhere = Receiver::start();
    let (realm, other) = (login.origin(), elsewhere.origin());
    let registry = Receiver::answering(move |request, _| match &*request.url {
        "/v2/" => Reply::status(401).header("WWW-Authenticate", &format!("Bearer realm=\"{realm}\"")),
        _ => Reply::status(202).header("Location", &format!("{other}/upload")),
    });
    let project = with_login(&registry.address().to_string());
    let target = format!("oci://{}/guard:1", registry.address());
    let done = publish::publish(&project, &plugin("guard"), &target).exits(69);
    let _ = done.stderr_has(&["which is not encrypted"]);
    assert!(elsewhere.received().is_empty());
}

/// Some servers without TLS answer a TLS hello with an error, and some hang up.
#[test]
fn a_registry_on_this_machine_that_hangs_up_at_tls_is_asked_without() {
    let (registry, project) = (Registry::open(), Project::empty());
    publish::publish(&project, &plugin("guard"), &registry.source("guard:1")).exits(0);
    let listener = TcpListener::bind("127.0.0.1:0").expect("a server on loopback");
    let address = listener.local_addr().expect("its address");
    let behind = registry.address();
    std::thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let mut first = [0];
            // The first byte of a TLS hello.
            if stream.peek(&mut first).is_err() || first == [0x16] {
                continue;
            }
            let mut to = std::net::TcpStream::connect(behind).expect("the registry");
            let (mut up, mut down) = (stream.try_clone().expect("a stream"), to.try_clone().expect("a stream"));
            std::thread::spawn(move || std::io::copy(&mut up, &mut to));
            std::thread::spawn(move || {
                let _ = std::io::copy(&mut down, &mut stream);
                let _ = stream.flush();
            });
        }
    });
    publish::inspect(&project, &format!("oci://{address}/guard:1")).exits(0);
}

#[test]
fn a_signature_of_three_megabytes_does_not_reach_the_lock_file() {
    let (registry, project) = (Registry::open(), Project::new());
    publish::publish(&project, &plugin("guard"), &registry.source("guard:1")).exits(0);
    let mut manifest = registry.json("/v2/guard/manifests/1");
    manifest["layers"][0]["annotations"] = json!({ "lback.plugin.minisign": "x".repeat(3_000_000) });
    let manifest = manifest.to_string();
    let meddler = Meddler::before(registry.address(), move |path| {
        if path.contains("/manifests/") { Meddle::Reply(answer(200, "", &manifest)) } else { Meddle::Pass }
    });
    let source = meddler.source("guard:1");
    let done = project.lback(&["plugin", "install", &source]).env("DOCKER_CONFIG", project.path("docker")).exits(65);
    let _ = done.stderr_has(&["is not valid: its signature has more than 16 KiB"]);
    assert!(!project.path("lback.lock").exists());
}
