//! Proxies of the environment: requests go through them, under the same rules.

use std::io::Write as _;
use std::net::TcpListener;

use super::attack::attack;
use super::raw_server::RawServer;
use crate::support::{Receiver, Reply};

/// An origin that no resolver knows, so that only a proxy could answer for it.
const ORIGIN: &str = "http://shop.invalid";

fn lines(origin: &str) -> String {
    format!("allow.http = [{origin:?}]\nsettings.url = '{origin}/x'")
}

#[test]
fn a_granted_request_goes_through_the_proxy() {
    let proxy = Receiver::start();
    for (name, variable) in
        [("http", "HTTP_PROXY"), ("wasi-http", "HTTP_PROXY"), ("http", "http_proxy"), ("http", "ALL_PROXY")]
    {
        let attack = attack("hostile-handler", name, &lines(ORIGIN));
        let report = attack.report(attack.lback().env(variable, proxy.origin()));
        assert_eq!(report["ok"]["status"], 200, "{variable}: {report}");
    }
    let urls: Vec<_> = proxy.received().into_iter().map(|request| request.url).collect();
    assert_eq!(urls, vec![format!("{ORIGIN}/x"); 4]);
}

#[test]
fn the_proxy_never_hears_of_what_is_not_granted() {
    let proxy = Receiver::start();
    let metadata = "http://169.254.169.254";
    let table = [
        (format!("settings.url = '{ORIGIN}/x'"), "requests to http://shop.invalid are not granted"),
        (format!("allow.http = ['https://shop.invalid']\nsettings.url = '{ORIGIN}/x'"), "are not granted"),
        (lines(metadata), "169.254.169.254 is a link-local address: it needs `allow.private = true`"),
        (lines("http://2852039166"), "169.254.169.254 is a link-local address: it needs `allow.private = true`"),
    ];
    for (lines, reason) in table {
        for name in ["http", "wasi-http"] {
            let attack = attack("hostile-handler", name, &lines);
            let done = attack.changes_nothing(attack.lback().env("HTTP_PROXY", proxy.origin()));
            let _ = done.stderr_has(&[reason]);
        }
    }
    assert!(proxy.received().is_empty(), "{:?}", proxy.received());
}

#[test]
fn no_proxy_is_honoured_and_leads_to_the_checks_of_a_direct_connection() {
    let (proxy, receiver) = (Receiver::start(), Receiver::start());
    let port = receiver.address().port();
    let direct = |origin: &str, private: bool, no_proxy: &str| {
        let attack = attack("hostile-handler", "http", &format!("allow.private = {private}\n{}", lines(origin)));
        attack.report(attack.lback().env("HTTP_PROXY", proxy.origin()).env("NO_PROXY", no_proxy))
    };
    let reached = direct(&receiver.origin(), true, "example.org, 127.0.0.0/8");
    assert_eq!(reached["ok"]["status"], 200, "{reached}");
    // The same address in another spelling.
    let reached = direct(&format!("http://2130706433:{port}"), true, "127.0.0.1");
    assert_eq!(reached["ok"]["status"], 200, "{reached}");
    for name in ["localhost", "LOCALHOST"] {
        let refused = direct(&format!("http://{name}:{port}"), false, "localhost");
        let told = refused["error"]["refused"].as_str().unwrap_or_default();
        assert!(told.contains("is a loopback address"), "{refused}");
    }
    let unresolved = direct(ORIGIN, true, "shop.invalid");
    assert!(unresolved["error"]["unreachable"].is_string(), "{unresolved}");
    assert!(proxy.received().is_empty(), "{:?}", proxy.received());
    let urls: Vec<_> = receiver.received().into_iter().map(|request| request.url).collect();
    assert_eq!(urls, ["/x", "/x"]);
}

#[test]
fn a_redirect_from_the_internet_to_a_private_address_is_refused() {
    let target = Receiver::start();
    let (origin, port) = (target.origin(), target.address().port());
    let named = format!("http://localhost:{port}");
    // The proxy stands for the internet: `shop.invalid` is at no private address as far as lback
    // knows.
    for (to, no_proxy) in [(origin, ""), (named, "localhost")] {
        let location = format!("{to}/stolen");
        let internet = Receiver::answering(move |_, _| Reply::status(307).header("location", &location));
        let granted =
            format!("allow.http = [{ORIGIN:?}, {to:?}]\nsettings.url = '{ORIGIN}/x'\nsettings.second-url = {to:?}");
        let attack = attack("hostile-handler", "http-follow", &granted);
        let report = attack.report(attack.lback().env("HTTP_PROXY", internet.origin()).env("NO_PROXY", no_proxy));
        assert_eq!(report["hops"][0]["ok"]["status"], 307, "{report}");
        let refused = report["hops"][1]["error"]["refused"].as_str().unwrap_or_default();
        assert!(refused.contains("is a loopback address: it needs `allow.private = true`"), "{report}");
    }
    assert!(target.received().is_empty());
}

#[test]
fn https_goes_through_a_tunnel() {
    let proxy = RawServer::answering(|stream| stream.write_all(b"HTTP/1.1 403 Forbidden\r\n\r\n"));
    let attack = attack("hostile-handler", "http", &lines("https://shop.invalid"));
    let report = attack.report(attack.lback().env("HTTPS_PROXY", proxy.origin()));
    assert!(report["error"]["unreachable"].is_string(), "{report}");
    let heads = proxy.heads();
    assert!(heads.iter().all(|head| head.starts_with("CONNECT shop.invalid:443 HTTP/1.1")), "{heads:?}");
    assert!(
        !heads.is_empty() && heads.iter().all(|head| !head.contains("/x")),
        "the path is not the proxy's: {heads:?}"
    );
}

#[test]
fn an_unreachable_proxy_is_named_without_its_password() {
    // Nothing listens there any more.
    let address = TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr()).expect("a free port");
    let attack = attack("hostile-handler", "http", &lines(ORIGIN));
    let run = attack.lback().env("HTTP_PROXY", format!("http://user:proxy-password@{address}"));
    let done = attack.changes_nothing(run).output_lacks(&["proxy-password"]);
    let _ = done.stderr_has(&["no answer from http://shop.invalid"]);
}
