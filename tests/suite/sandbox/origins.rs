//! The origins that a plugin may reach: those that it asks for and `lback.toml` grants, exactly.

use serde_json::{Value, json};

use super::attack::{Attack, attack};
use crate::support::{Receiver, Reply};

/// Checks that a request through each of the two interfaces is refused for this reason.
#[track_caller]
fn is_refused(lines: &str, reason: &str) {
    let through_lback = attack("hostile-handler", "http", lines);
    let report = through_lback.report(through_lback.lback());
    let told = report["error"]["refused"].as_str().unwrap_or_default();
    assert!(told.contains(reason), "{reason:?} is not in {report}");

    let through_wasi = attack("hostile-handler", "wasi-http", lines);
    let done = through_wasi.changes_nothing(through_wasi.lback());
    assert_eq!(crate::support::reports(&done.stderr), [json!({ "error": { "wasi": "ErrorCode::HttpRequestDenied" } })]);
    let _ = done.stderr_has(&["warning: evil: ", reason]);
}

/// Returns the one report of a request.
#[track_caller]
pub(super) fn report_of(name: &str, lines: &str) -> Value {
    let attack = attack("hostile-handler", name, lines);
    attack.report(attack.lback())
}

/// Returns lines that grant an origin on loopback and request it.
pub(super) fn granted(origin: &str) -> String {
    format!("allow.http = [{origin:?}]\nallow.private = true\nsettings.url = '{origin}/x'")
}

#[test]
fn a_request_to_an_origin_that_is_asked_for_and_granted_arrives() {
    let receiver = Receiver::start();
    for name in ["http", "wasi-http"] {
        let report = report_of(name, &granted(&receiver.origin()));
        assert_eq!(report["ok"]["status"], 200, "{report}");
        assert_eq!(report["ok"]["body"], "ok", "{report}");
    }
    let urls: Vec<_> = receiver.received().into_iter().map(|request| (request.method, request.url)).collect();
    assert_eq!(urls, [("GET".to_owned(), "/x".to_owned()), ("GET".to_owned(), "/x".to_owned())]);
}

#[test]
fn every_other_origin_is_refused() {
    let (receiver, other) = (Receiver::start(), Receiver::start());
    let (origin, address) = (receiver.origin(), receiver.address());
    let port = address.port();
    let not_granted = format!("requests to {origin} are not granted");
    let grants = [
        // Asked for, but nothing or something else is granted: another port, scheme, or name of the
        // same place.
        String::new(),
        format!("allow.http = [{:?}]", other.origin()),
        format!("allow.http = ['https://{address}']"),
        format!("allow.http = ['http://localhost:{port}', 'http://127.0.0.1', 'http://[::1]:{port}']"),
    ];
    for grant in grants {
        is_refused(&format!("{grant}\nallow.private = true\nsettings.url = '{origin}/x'"), &not_granted);
    }
    // Granted, but not asked for.
    let unasked = format!("allow.http = [{origin:?}]\nallow.private = true\nsettings.unasked-url = '{origin}/x'");
    is_refused(&unasked, &not_granted);
    assert!(receiver.received().is_empty() && other.received().is_empty());
}

#[test]
fn a_grant_of_one_plugin_is_not_one_of_another() {
    let receiver = Receiver::start();
    let source = crate::support::component("hostile-handler");
    let origin = receiver.origin();
    let attack = Attack::new("")
        .plugin("honest", &source, &format!("allow.http = [{origin:?}]\nallow.private = true"))
        .plugin("evil", &source, &format!("settings.attack = 'http'\nsettings.url = {origin:?}"));
    let report = attack.report(attack.lback());
    assert!(report["error"]["refused"].is_string(), "{report}");
    assert!(receiver.received().is_empty());
}

#[test]
fn a_redirect_is_handed_back_and_its_target_is_a_new_request() {
    let target = Receiver::start();
    let to = format!("{}/stolen", target.origin());
    let receiver = Receiver::answering(move |_, _| Reply::status(302).header("location", &to));

    let once = report_of("http", &granted(&receiver.origin()));
    assert_eq!(once["ok"]["status"], 302, "the host follows nothing: {once}");
    let through_wasi = report_of("wasi-http", &granted(&receiver.origin()));
    assert_eq!(through_wasi["ok"]["status"], 302, "{through_wasi}");

    let followed = report_of("http-follow", &granted(&receiver.origin()));
    assert_eq!(followed["hops"][0]["ok"]["status"], 302, "{followed}");
    let refused = followed["hops"][1]["error"]["refused"].as_str().unwrap_or_default();
    assert!(refused.contains(&format!("requests to {} are not granted", target.origin())), "{followed}");
    assert!(target.received().is_empty());
}

#[test]
fn urls_and_headers_that_mean_something_else_to_the_host_are_refused() {
    let receiver = Receiver::start();
    let (origin, address) = (receiver.origin(), receiver.address());
    let grant = format!("allow.http = [{origin:?}]\nallow.private = true\nsettings.second-url = {origin:?}");
    let invalid = |lines: &str, reason: &str| {
        let report = report_of("http", &format!("{grant}\n{lines}"));
        let told = report["error"]["invalid"].as_str().unwrap_or_default();
        assert!(told.contains(reason), "{reason:?} is not in {report}");
    };
    invalid(&format!("settings.url = 'http://user:word@{address}/'"), "a URL with a user or password is not allowed");
    invalid(&format!("settings.url = 'ftp://{address}/'"), "`ftp` URLs can't be requested");
    invalid("settings.url = 'file:///etc/passwd'", "the URL is not valid");
    invalid("settings.url = '/x'", "the URL is not valid");
    for header in ["host", "connection", "transfer-encoding", "content-length", "proxy-authorization"] {
        let lines = format!("settings.url = {origin:?}\nsettings.headers = {{ {header} = 'x' }}");
        invalid(&lines, &format!("the header `{header}` is set by the host"));
    }
    let smuggled = "settings.headers = { x-a = \"1\\r\\nx-b: 2\" }";
    invalid(&format!("settings.url = {origin:?}\n{smuggled}"), "the value of the header `x-a` is not valid");
    let through_wasi =
        report_of("wasi-http", &format!("{grant}\nsettings.url = {origin:?}\nsettings.headers = {{ host = 'x' }}"));
    assert_eq!(through_wasi["error"]["wasi"], "header `host`: HeaderError::Forbidden");
    assert!(receiver.received().is_empty(), "{:?}", receiver.received());
}
