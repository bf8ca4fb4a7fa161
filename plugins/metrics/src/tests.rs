//! The requests that the plugin sends, as far as they can be tested without a host.

use super::*;
use crate::run::tests::run;

fn settings(rest: &str) -> Settings {
    Settings::parse(&format!(r#"{{"pushgateway": "http://p:9091/push/"{rest}}}"#)).unwrap()
}

fn words(parts: &[Part]) -> String {
    let words = parts.iter().map(|part| match part {
        Part::Text(text) => text.clone(),
        Part::Secret(name) => format!("<{name}>"),
    });
    words.collect()
}

#[test]
fn a_request_replaces_the_group_and_leaves_secrets_to_the_host() {
    let state = State::new("/g");
    for (rest, authorization) in [
        ("", None),
        (r#", "auth": {"bearer": "PUSH_TOKEN"}"#, Some("Bearer <PUSH_TOKEN>")),
        (r#", "auth": {"basic": "PUSH_LOGIN"}"#, Some("Basic <PUSH_LOGIN>")),
    ] {
        let request = request(&settings(rest), "http://p:9091/push/metrics/job/lback", &state, "0.1.0");
        assert_eq!(
            (request.method.as_str(), words(&request.url)),
            ("PUT", "http://p:9091/push/metrics/job/lback".to_owned())
        );
        let header =
            |name: &str| request.headers.iter().find(|header| header.name == name).map(|header| words(&header.value));
        assert_eq!(header("content-type").as_deref(), Some("text/plain; version=0.0.4; charset=utf-8"));
        assert_eq!(header("authorization").as_deref(), authorization);
        assert!(request.body.ends_with(b"\n"));
    }
}

#[test]
fn what_the_group_says_is_not_said_twice() {
    let run = run("upgrade");
    let labels = |rest: &str| common_labels(&run, &Group::of(&settings(rest), &run)).into_iter().collect::<Vec<_>>();
    let pair = |label: &str, value: &str| (label.to_owned(), value.to_owned());
    assert_eq!(labels(""), []);
    assert_eq!(labels(r#", "grouping": {"project": "{project}"}"#), [pair("environment", "production")]);
    assert_eq!(labels(r#", "grouping": {}"#), [pair("environment", "production"), pair("project", "shop")]);
}
