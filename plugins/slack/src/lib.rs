//! slack: a handler that reports Alembic's runs to a Slack channel.
//!
//! This file is the border to lback: `run` reads an event, `message` words it, and this file sends
//! it; the webhook's address stays with the host.

mod database;
mod message;
mod run;
mod settings;
mod text;

/// The types and traits of the contract, generated from `wit/`.
mod bindings {
    #![allow(clippy::pedantic, unreachable_pub, dead_code, reason = "generated code")]

    wit_bindgen::generate!({ path: "../../wit", world: "handler-plugin" });
}

use bindings::exports::lback::plugin::metadata::{Description, Permissions, Request as Asked};
use bindings::exports::lback::plugin::{handler, metadata};
use bindings::lback::plugin::http::{self, Header, Part, Request};
use bindings::lback::plugin::types::Event;
use plugin_kit::delivery::{self, Answer};
use run::Run;
use settings::Settings;

struct Slack;

impl metadata::Guest for Slack {
    fn describe() -> Description {
        let names = ["alembic_command_started", "alembic_command_completed", "alembic_command_failed"];
        Description {
            name: env!("CARGO_PKG_NAME").to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            summary: "tells a Slack channel what Alembic did, where, by whom, and how it ended".to_owned(),
            signals: names.map(str::to_owned).to_vec(),
            permissions: Permissions {
                http: vec![Asked::InSetting("/origin".to_owned())],
                secrets: vec![Asked::InSetting("/webhook".to_owned())],
            },
            settings_schema: Some(include_str!("../settings.schema.json").to_owned()),
        }
    }
}

impl handler::Guest for Slack {
    fn handle(event: Event, settings: String) -> Result<(), String> {
        let settings: Settings = plugin_kit::settings::parse(&settings).map_err(|error| error.to_string())?;
        let Some(run) = Run::of(&event).filter(|run| settings.wants(run)) else { return Ok(()) };
        let request = Request {
            method: "POST".to_owned(),
            url: vec![Part::Secret(settings.webhook.as_str().to_owned())],
            headers: vec![Header {
                name: "content-type".to_owned(),
                value: vec![Part::Text("application/json; charset=utf-8".to_owned())],
            }],
            body: message::build(&run, &settings).to_string().into_bytes(),
        };
        delivery::deliver("Slack", || attempt(&request), std::thread::sleep).map_err(|error| error.to_string())
    }
}

fn attempt(request: &Request) -> Answer {
    match http::send(request) {
        Ok(response) => Answer::Http {
            status: response.status,
            retry_after: response.headers.into_iter().find(|(name, _)| name == "retry-after").map(|(_, value)| value),
            body: response.body,
        },
        Err(http::Error::Unreachable(reason)) => Answer::Unreachable(reason),
        Err(http::Error::Invalid(reason) | http::Error::Refused(reason) | http::Error::Limit(reason)) => {
            Answer::Refused(reason)
        }
    }
}

// A native linker rejects the names of a component's exports.
#[cfg(target_family = "wasm")]
bindings::export!(Slack with_types_in bindings);
