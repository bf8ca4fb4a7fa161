//! Requests through `lback:plugin/http`.

use std::hint::black_box;

use contract::http::{Error, Header, Part, Request, Response, send};
use serde_json::{Value, json};

use crate::report;
use crate::settings::Settings;

const MOST_HOPS: usize = 5;
const MANY_HEADERS: usize = 100_000;
const HUGE_BODY: usize = 64 * 1024 * 1024;

pub fn once(settings: &Settings) {
    report(&outcome(&send(&request(settings, settings.target()))));
}

/// Follows redirects by hand, to reach origins that aren't granted.
pub fn follow(settings: &Settings) {
    let mut hops = Vec::new();
    let mut next = Some(settings.target().to_owned());
    while let Some(url) = next.take().filter(|_| hops.len() <= MOST_HOPS) {
        let answer = send(&request(settings, &url));
        let mut hop = outcome(&answer);
        hop["url"] = url.as_str().into();
        hops.push(hop);
        next = answer.ok().and_then(|response| location(&response, &url));
    }
    report(&json!({ "hops": hops }));
}

/// Sends requests up to the first error.
pub fn many(settings: &Settings) {
    let count = settings.count.unwrap_or(1000);
    let mut answered = 0;
    for _ in 0..count {
        let answer = send(&request(settings, settings.target()));
        if answer.is_err() {
            report(&json!({ "answered": answered, "first": outcome(&answer) }));
            return;
        }
        answered += 1;
    }
    report(&json!({ "answered": answered, "first": null }));
}

pub fn many_headers(settings: &Settings) {
    let mut request = request(settings, settings.target());
    request.headers.extend((0..MANY_HEADERS).map(|number| header(&format!("x-hostile-{number}"), "x")));
    report(&outcome(&send(&request)));
}

pub fn huge_body(settings: &Settings) {
    let mut request = request(settings, settings.target());
    "POST".clone_into(&mut request.method);
    request.body = vec![b'x'; HUGE_BODY];
    report(&outcome(&send(&request)));
}

/// Calls the host from `count` frames deep. The host's own part of the stack must still be there.
pub fn from_the_deep(settings: &Settings) {
    black_box(descend(0, black_box(settings.count.unwrap_or(1000)), settings));
}

/// Recurses in a way that can't become a loop.
#[inline(never)]
fn descend(depth: usize, end: usize, settings: &Settings) -> usize {
    if depth == end {
        once(settings);
        depth
    } else {
        descend(depth + 1, end, settings).rotate_left(7) ^ depth
    }
}

/// Has the host put a secret into a header and into the URL.
pub fn with_secret(settings: &Settings) {
    let secret = || Part::Secret(settings.secret().to_owned());
    let mut request = request(settings, settings.target());
    request.url.extend([Part::Text("?token=".to_owned()), secret()]);
    request
        .headers
        .push(Header { name: "authorization".to_owned(), value: vec![Part::Text("Bearer ".to_owned()), secret()] });
    report(&outcome(&send(&request)));
}

fn request(settings: &Settings, url: &str) -> Request {
    Request {
        method: settings.method().to_owned(),
        url: vec![Part::Text(url.to_owned())],
        headers: settings.headers.iter().map(|(name, value)| header(name, value)).collect(),
        body: settings.body(),
    }
}

fn header(name: &str, value: &str) -> Header {
    Header { name: name.to_owned(), value: vec![Part::Text(value.to_owned())] }
}

fn outcome(answer: &Result<Response, Error>) -> Value {
    match answer {
        Ok(response) => json!({ "ok": described(response.status, &response.headers, &response.body) }),
        Err(error) => json!({ "error": error }),
    }
}

/// Returns an answer for a report: its first characters, and its length.
pub fn described(status: u16, headers: &[(String, String)], body: &[u8]) -> Value {
    json!({
        "status": status,
        "headers": headers,
        "body": String::from_utf8_lossy(body).chars().take(200).collect::<String>(),
        "body_len": body.len(),
    })
}

fn location(response: &Response, from: &str) -> Option<String> {
    let (_, location) = response.headers.iter().find(|(name, _)| name == "location")?;
    if !location.starts_with('/') {
        return Some(location.clone());
    }
    let authority = from.find("://")? + 3;
    let end = from[authority..].find('/').map_or(from.len(), |slash| authority + slash);
    Some(format!("{}{location}", &from[..end]))
}
