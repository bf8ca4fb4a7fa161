//! metrics: a handler that counts runs and pushes the counters to a Prometheus Pushgateway.
//!
//! This file is the border to lback: an event becomes a `run`, `counting` keeps the totals,
//! `exposition` formats them, and this file sends them.

mod counting;
mod exposition;
mod group;
mod run;
mod settings;
mod state;
mod time;

/// The types and traits of the contract, generated from `wit/`.
mod bindings {
    #![allow(clippy::pedantic, unreachable_pub, dead_code, reason = "generated code")]

    wit_bindgen::generate!({ path: "../../wit", world: "handler-plugin" });
}

use bindings::exports::lback::plugin::metadata::{Description, Permissions, Request as Asked};
use bindings::exports::lback::plugin::{handler, metadata};
use bindings::lback::plugin::http::{self, Header, Part, Request};
use bindings::lback::plugin::log::{Level, log};
use bindings::lback::plugin::store;
use bindings::lback::plugin::types::Event;
use counting::Store;
use group::Group;
use plugin_kit::delivery::{self, Answer};
use run::Run;
use settings::Settings;
use state::{Labels, State};

struct Metrics;

impl metadata::Guest for Metrics {
    fn describe() -> Description {
        Description {
            name: env!("CARGO_PKG_NAME").to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            summary: "pushes counters and durations of Alembic commands to a Prometheus Pushgateway".to_owned(),
            signals: ["alembic_command_completed", "alembic_command_failed"].map(str::to_owned).to_vec(),
            permissions: Permissions {
                http: vec![Asked::InSetting("/pushgateway".to_owned())],
                secrets: vec![Asked::InSetting("/auth/bearer".to_owned()), Asked::InSetting("/auth/basic".to_owned())],
            },
            settings_schema: Some(include_str!("../settings.schema.json").to_owned()),
        }
    }
}

impl handler::Guest for Metrics {
    fn handle(event: Event, settings: String) -> Result<(), String> {
        let settings = Settings::parse(&settings).map_err(|error| error.to_string())?;
        let Some(run) = Run::of(&event)? else { return Ok(()) };
        let group = Group::of(&settings, &run);
        let (key, path) = (group.key(), group.path());
        let common = common_labels(&run, &group);
        let bounds = settings.buckets.bounds_ms();
        let counted = counting::count(&HostStore, &key, &path, |state| {
            if state.is_new(&event.id) && !state.count(&run, &common, bounds) {
                log(Level::Warn, "this run isn't counted: there are too many different labels already");
            }
        })?;
        if let Some(lost) = &counted.lost {
            log(Level::Warn, &lost.to_string());
        }
        let url = format!("{}{path}", settings.pushgateway.as_str());
        counting::push(&HostStore, &key, &path, counted, |state| {
            let request = request(&settings, &url, state, run.lback_version);
            delivery::deliver("the Pushgateway", || attempt(&request), std::thread::sleep)
                .map_err(|error| error.to_string())
        })
        .map_err(|error| format!("{error}; this run is counted, and pushed together with the next one"))
    }
}

/// Returns the labels for the project and the environment that the group doesn't have.
fn common_labels(run: &Run, group: &Group) -> Labels {
    [("project", run.project), ("environment", run.environment)]
        .into_iter()
        .filter(|(label, _)| !group.labels.contains_key(*label))
        .map(|(label, value)| (label.to_owned(), value.to_owned()))
        .collect()
}

/// Builds a `PUT`, which replaces the group: the body has all of its counters, so that those of an
/// older version don't linger.
fn request(settings: &Settings, url: &str, state: &State, lback_version: &str) -> Request {
    let text = |text: &str| Part::Text(text.to_owned());
    let mut headers = vec![Header { name: "content-type".to_owned(), value: vec![text(exposition::CONTENT_TYPE)] }];
    if let Some(auth) = &settings.auth {
        let (scheme, secret) = auth.parts();
        headers.push(Header {
            name: "authorization".to_owned(),
            value: vec![text(scheme), Part::Secret(secret.to_owned())],
        });
    }
    let body = exposition::render(state, lback_version).into_bytes();
    Request { method: "PUT".to_owned(), url: vec![text(url)], headers, body }
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

/// The host's store.
struct HostStore;

impl Store for HostStore {
    fn get(&self, key: &str) -> Result<Option<Vec<u8>>, String> {
        store::get(key).map_err(in_words)
    }

    fn compare_and_swap(&self, key: &str, expected: Option<&[u8]>, value: &[u8]) -> Result<bool, String> {
        store::compare_and_swap(key, expected, value).map_err(in_words)
    }
}

fn in_words(error: store::Error) -> String {
    match error {
        store::Error::Limit(reason) | store::Error::Unavailable(reason) => {
            format!("the counters could not be kept: {reason}")
        }
    }
}

// A native linker rejects the names of a component's exports.
#[cfg(target_family = "wasm")]
bindings::export!(Metrics with_types_in bindings);

#[cfg(test)]
mod tests;
