//! webhook: a handler that posts every signal as a CloudEvent with a Standard Webhooks signature.
//!
//! This file is the border to lback: `cloud_event` formats an event, `signature` signs it, and this
//! file sends it. A rejected event is an error: lback keeps the event, and delivers it again.

mod cloud_event;
mod settings;
mod signature;

/// The types and traits of the contract, generated from `wit/`.
mod bindings {
    #![allow(clippy::pedantic, unreachable_pub, dead_code, reason = "generated code")]

    wit_bindgen::generate!({
        path: "../../wit",
        world: "handler-plugin",
        additional_derives: [serde::Serialize],
    });
}

use std::time::{SystemTime, UNIX_EPOCH};

use bindings::exports::lback::plugin::metadata::{Description, Permissions, Request as Asked};
use bindings::exports::lback::plugin::{handler, metadata};
use bindings::lback::plugin::http::{self, Header, Part, Request};
use bindings::lback::plugin::log::{Level, log};
use bindings::lback::plugin::secrets;
use bindings::lback::plugin::types::Event;
use settings::Settings;
use signature::SigningKeys;

/// The longest part of a response that an error message shows, in characters.
const EXCERPT: usize = 300;

struct Webhook;

impl metadata::Guest for Webhook {
    fn describe() -> Description {
        Description {
            name: env!("CARGO_PKG_NAME").to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            summary: "posts every signal as a CloudEvent, signed as Standard Webhooks says".to_owned(),
            signals: cloud_event::SIGNALS.map(str::to_owned).to_vec(),
            permissions: Permissions {
                http: vec![Asked::InSetting("/url".to_owned())],
                secrets: vec![Asked::InSetting("/secret".to_owned())],
            },
            settings_schema: Some(include_str!("../settings.schema.json").to_owned()),
        }
    }
}

impl handler::Guest for Webhook {
    fn handle(event: Event, settings: String) -> Result<(), String> {
        let settings: Settings = plugin_kit::settings::parse(&settings).map_err(|error| error.to_string())?;
        let keys = SigningKeys::parse(&secret(settings.secret.as_str())?).map_err(|error| error.to_string())?;
        let request = request(settings.url.as_str(), &event, &keys, now()?)?;
        let response = http::send(&request).map_err(in_words)?;
        log(Level::Debug, &format!("answered {}", response.status));
        check(response.status, &response.body)
    }
}

/// Builds the request of one attempt. Its id is the event's in every attempt, so that a receiver
/// can recognise duplicates.
fn request(url: &str, event: &Event, keys: &SigningKeys, timestamp: u64) -> Result<Request, String> {
    let body = cloud_event::body(event)?;
    let headers = [
        ("content-type", "application/cloudevents+json; charset=utf-8".to_owned()),
        ("webhook-id", event.id.clone()),
        ("webhook-timestamp", timestamp.to_string()),
        ("webhook-signature", keys.sign(&event.id, timestamp, &body)),
    ];
    let header = |(name, value): (&str, String)| Header { name: name.to_owned(), value: vec![Part::Text(value)] };
    Ok(Request {
        method: "POST".to_owned(),
        url: vec![Part::Text(url.to_owned())],
        headers: headers.map(header).to_vec(),
        body,
    })
}

fn check(status: u16, body: &[u8]) -> Result<(), String> {
    match status {
        200..300 => Ok(()),
        300..400 => Err(format!(
            "the receiver answered {status}: it has moved, and a redirection isn't followed; correct `url`"
        )),
        _ => Err(format!("the receiver answered {status}{}", excerpt(body))),
    }
}

fn now() -> Result<u64, String> {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    since.map(|since| since.as_secs()).map_err(|_| "the clock of this machine is before 1970".to_owned())
}

fn secret(name: &str) -> Result<String, String> {
    secrets::get(name).map_err(|error| {
        let reason = match error {
            secrets::Error::NotGranted => "is not granted: add it to `allow.secrets`",
            secrets::Error::NotSet => "is not set: set the variable of this name",
        };
        format!("the secret `{name}` {reason}")
    })
}

/// Returns the host's message, which is made for display.
fn in_words(error: http::Error) -> String {
    match error {
        http::Error::Invalid(reason)
        | http::Error::Refused(reason)
        | http::Error::Unreachable(reason)
        | http::Error::Limit(reason) => reason,
    }
}

/// Returns the beginning of a response, short enough for an error message.
fn excerpt(body: &[u8]) -> String {
    let text = String::from_utf8_lossy(&body[..body.len().min(4 * EXCERPT)]);
    let words: String = text.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(EXCERPT).collect();
    if words.is_empty() { words } else { format!(": {words}") }
}

// A native linker rejects the names of a component's exports.
#[cfg(target_family = "wasm")]
bindings::export!(Webhook with_types_in bindings);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn success_is_2xx_alone() {
        assert_eq!(check(200, b"x"), Ok(()));
        assert_eq!(check(299, b""), Ok(()));
        assert!(check(307, b"").unwrap_err().contains("correct `url`"));
        assert_eq!(check(503, b" come\n back  later ").unwrap_err(), "the receiver answered 503: come back later");
        assert_eq!(check(100, b"").unwrap_err(), "the receiver answered 100");
    }

    #[test]
    fn an_excerpt_is_short() {
        assert_eq!(excerpt("ä".repeat(10_000).as_bytes()).chars().count(), EXCERPT + 2);
        assert_eq!(excerpt(&[0xff, b'a']), ": \u{fffd}a");
    }
}
