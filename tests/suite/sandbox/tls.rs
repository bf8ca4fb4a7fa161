//! TLS: certificates are verified with the system's store, or the file in `SSL_CERT_FILE`.

use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use rustls::{ServerConfig, ServerConnection, StreamOwned};
use serde_json::Value;

use super::attack::{Attack, attack};
use crate::support::Authority;

/// Starts a server on loopback with a certificate for `name`, and returns the count of requests
/// that it has read.
fn server(authority: &Authority, name: &str) -> (u16, Arc<AtomicUsize>) {
    serve(authority.server_config(name))
}

fn serve(config: Arc<ServerConfig>) -> (u16, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a server on loopback");
    let port = listener.local_addr().expect("its address").port();
    let requests = Arc::<AtomicUsize>::default();
    let counted = Arc::clone(&requests);
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let connection = ServerConnection::new(Arc::clone(&config)).expect("a connection");
            let mut stream = StreamOwned::new(connection, stream);
            // A client that refuses the certificate never sends a request.
            if matches!(stream.read(&mut [0; 4096]), Ok(1..)) {
                counted.fetch_add(1, Ordering::SeqCst);
                let _ = stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok");
                stream.conn.send_close_notify();
                let _ = stream.flush();
            }
        }
    });
    (port, requests)
}

fn request(port: u16) -> Attack {
    let origin = format!("https://localhost:{port}");
    attack(
        "hostile-handler",
        "http",
        &format!("allow.http = [{origin:?}]\nallow.private = true\nsettings.url = '{origin}/x'"),
    )
}

/// Sends a request from an lback whose `SSL_CERT_FILE` has this authority, and returns the answer.
fn trusting(attack: &Attack, authority: &Authority) -> Value {
    attack.project().write("ca.pem", authority.pem());
    attack.report(attack.lback().env("SSL_CERT_FILE", attack.project().path("ca.pem")))
}

#[track_caller]
fn is_refused(report: &Value) {
    let told = report["error"]["unreachable"].as_str().unwrap_or_default();
    assert!(told.starts_with("no answer from https://localhost:") && told.contains("certificate"), "{report}");
}

#[test]
fn a_certificate_of_an_unknown_authority_is_refused_and_of_one_in_ssl_cert_file_accepted() {
    let (authority, another) = (Authority::new(), Authority::new());
    let (port, requests) = server(&authority, "localhost");
    let attack = request(port);

    is_refused(&trusting(&attack, &another));
    let without = attack.report(attack.lback());
    assert!(without["error"]["unreachable"].is_string(), "{without}");
    assert_eq!(requests.load(Ordering::SeqCst), 0, "nothing was sent");

    let accepted = trusting(&attack, &authority);
    assert_eq!(accepted["ok"]["status"], 200, "{accepted}");
    assert_eq!(requests.load(Ordering::SeqCst), 1);
}

#[test]
fn a_certificate_for_another_name_is_refused() {
    let authority = Authority::new();
    let (port, requests) = server(&authority, "shop.example");
    is_refused(&trusting(&request(port), &authority));
    assert_eq!(requests.load(Ordering::SeqCst), 0);
}
