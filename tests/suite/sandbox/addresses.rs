//! The addresses of granted origins: without `allow.private` only public ones, however they are
//! written.

use serde_json::json;

use super::attack::attack;
use super::origins::report_of;
use crate::support::{Receiver, reports};

/// Rows: a host in a URL, and the kind of its address.
const HOSTS: &[(&str, &str)] = &[
    ("127.0.0.1", "loopback"),
    ("127.8.9.10", "loopback"),
    ("[::1]", "loopback"),
    ("[::ffff:127.0.0.1]", "loopback"),
    ("[::ffff:7f00:1]", "loopback"),
    ("2130706433", "loopback"),
    ("0x7f000001", "loopback"),
    ("0177.0.0.1", "loopback"),
    ("127.1", "loopback"),
    ("127.0.0.1.", "loopback"),
    ("localhost", "loopback"),
    ("LocalHost", "loopback"),
    ("0.0.0.0", "unspecified"),
    ("[::]", "unspecified"),
    ("169.254.169.254", "link-local"),
    ("[fe80::1]", "link-local"),
    ("10.0.0.1", "private"),
    ("192.168.0.1", "private"),
    ("[fd00::1]", "private"),
    ("[64:ff9b::a00:1]", "private"),
    ("100.64.0.1", "carrier-grade NAT"),
    ("224.0.0.1", "multicast"),
];

#[test]
fn an_address_that_is_not_public_needs_a_grant_of_its_own() {
    let receiver = Receiver::start();
    for (host, kind) in HOSTS {
        let origin = format!("http://{host}:{}", receiver.address().port());
        let lines = format!("timeout = '2s'\nallow.http = [{origin:?}]\nsettings.url = '{origin}/x'");
        let needs_grant = format!("is a {kind} address: it needs `allow.private = true` in `lback.toml`");

        let report = report_of("http", &lines);
        let told = report["error"]["refused"].as_str().unwrap_or_default();
        assert!(told.contains(&needs_grant), "{host}: {report}");

        let through_wasi = attack("hostile-handler", "wasi-http", &lines);
        let done = through_wasi.changes_nothing(through_wasi.lback()).stderr_has(&["warning: evil: ", &needs_grant]);
        assert_eq!(reports(&done.stderr), [json!({ "error": { "wasi": "ErrorCode::HttpRequestDenied" } })]);
    }
    assert!(receiver.received().is_empty(), "{:?}", receiver.received());
}

#[test]
fn with_the_grant_each_spelling_of_an_address_leads_there() {
    let receiver = Receiver::start();
    let hosts = ["127.0.0.1", "2130706433", "0x7f.1", "localhost"];
    for host in hosts {
        let origin = format!("http://{host}:{}", receiver.address().port());
        let lines = format!("allow.http = [{origin:?}]\nallow.private = true\nsettings.url = '{origin}/x'");
        let report = report_of("http", &lines);
        assert_eq!(report["ok"]["status"], 200, "{host}: {report}");
    }
    assert_eq!(receiver.received().len(), hosts.len());
}
