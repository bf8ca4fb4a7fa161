//! The attacks of the hostile components. The setting `attack` names one, so that one component
//! serves many tests.
//!
//! [`inside`] has those that import only `log`, [`asking`] those that need `plan`, [`outside`]
//! those that need `http`, `secrets`, `store` or `wasi:http`. A component that never calls
//! [`outside`] imports none of these, and so can be a policy; one that never calls [`asking`] can
//! be a handler.
//!
//! Attacks that return report their result on a line `report: {…}` of the log.

mod bulk;
mod escape;
mod exhaust;
mod flood;
mod http;
mod plan;
mod secret;
mod settings;
mod store;
mod terminal;
mod traces;
mod wasi_http;

use contract::metadata::{Description, Permissions, Request, plain};
use contract::policy::Verdict;
use contract::say;
use serde_json::Value;
pub use settings::Settings;

/// Returns a proper description. It asks for the origins and secrets in the plugin's own settings.
#[must_use]
pub fn describe(name: &str, is_policy: bool) -> Description {
    let in_settings =
        |pointers: &[&str]| pointers.iter().map(|pointer| Request::InSetting((*pointer).to_owned())).collect();
    let permissions = if is_policy {
        Permissions { http: Vec::new(), secrets: Vec::new() }
    } else {
        Permissions { http: in_settings(&["/url", "/second-url"]), secrets: in_settings(&["/name"]) }
    };
    Description { permissions, ..plain(name, "Attacks its host as its settings say.", &["alembic_command_started"]) }
}

/// Runs an attack that every plugin can try. Returns `None` for other attacks.
///
/// # Panics
/// Where a panic is the attack.
#[must_use]
pub fn inside(settings: &Settings) -> Option<Result<(), String>> {
    match settings.attack.as_str() {
        "" => {}
        "loop" => exhaust::spin(),
        "memory" => exhaust::memory(),
        "memory-report" => return Some(exhaust::memory_until_refused()),
        "stack" => exhaust::stack(),
        "sleep" => exhaust::sleep(),
        "poll-many" => exhaust::pollables(),
        "random" => exhaust::random(),
        "random-insecure" => exhaust::random_insecure(),
        "zeroes-huge" => exhaust::zeroes_huge(),
        "log-flood" => flood::log(),
        "log-huge" => flood::log_huge(),
        "stdout-flood" => flood::stdout(),
        "stderr-flood" => flood::stderr(),
        "error-huge" => return Some(Err(bulk::text())),
        "error-long" => return Some(Err(bulk::long_text())),
        "terminal" => return Some(Err(terminal::everywhere())),
        "panic" => panic!("a panic of the hostile component"),
        "exit" => std::process::exit(0),
        "exit-1" => std::process::exit(1),
        "abort" => std::process::abort(),
        "read-files" => escape::files(),
        "read-env" => escape::environment(),
        "stdin" => escape::stdin(),
        "sockets" => escape::sockets(settings),
        "traces" => traces::search_and_leave(),
        _ => return None,
    }
    Some(Ok(()))
}

/// Runs an attack that policies can try besides. Returns `None` for other attacks.
#[must_use]
pub fn asking(settings: &Settings) -> Option<Result<(), String>> {
    match settings.attack.as_str() {
        "plan" => plan::once(),
        "plan-loop" => plan::without_end(),
        "plan-sql" => plan::statements_of_nothing(),
        _ => return None,
    }
    Some(Ok(()))
}

/// Runs an attack that handlers can try besides. Returns `None` for other attacks.
#[must_use]
pub fn outside(settings: &Settings) -> Option<Result<(), String>> {
    match settings.attack.as_str() {
        "http" => http::once(settings),
        "http-follow" => http::follow(settings),
        "http-many" => http::many(settings),
        "http-headers" => http::many_headers(settings),
        "http-body" => http::huge_body(settings),
        "http-deep" => http::from_the_deep(settings),
        "wasi-http" => wasi_http::sane(settings),
        "wasi-http-drip" => wasi_http::endless(settings),
        "wasi-http-headers" => wasi_http::many_headers(settings),
        "wasi-http-resources" => wasi_http::resources(),
        "secret" => secret::get(settings),
        "secret-log" => return Some(secret::leak(settings)),
        "secret-header" => http::with_secret(settings),
        "store" => store::operate(settings),
        "store-flood" => store::flood(settings),
        _ => return None,
    }
    Some(Ok(()))
}

/// Returns a verdict that only policies can give. Returns `None` for other attacks.
#[must_use]
pub fn verdict(settings: &Settings) -> Option<Verdict> {
    bulk::verdict(&settings.attack).or_else(|| terminal::verdict(&settings.attack))
}

/// Returns the error for an unknown attack.
#[must_use]
pub fn unknown(settings: &Settings) -> String {
    format!("`{}` is no attack of this component", settings.attack)
}

fn report(what: &Value) {
    say("report", what);
}
