//! What a hostile plugin tries. The setting `attack` names one attack, so that one component serves many tests.
//!
//! [`inside`] holds what needs no import of lback but `log`, [`asking`] what needs `plan`, [`outside`] what needs `http`, `secrets`, `store` or
//! `wasi:http`. A component that never calls [`outside`] imports none of these, which is what makes it a policy; one that never calls [`asking`] may be a
//! handler.
//!
//! Attacks that come back say what they got on a line `report: {…}` of the log.

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

/// A hostile plugin behaves well when it is asked what it is. It asks for the origins and secrets in its own settings.
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

/// The attacks that every plugin can try. None where the settings name another one.
///
/// # Panics
/// Where that is the attack.
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

/// The attacks that a policy can try besides. None where the settings name another one.
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

/// The attacks that a handler can try besides. None where the settings name another one.
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

/// The verdicts that only a policy can give. None where the settings name another attack.
#[must_use]
pub fn verdict(settings: &Settings) -> Option<Verdict> {
    bulk::verdict(&settings.attack).or_else(|| terminal::verdict(&settings.attack))
}

/// What to answer to an attack that nobody knows.
#[must_use]
pub fn unknown(settings: &Settings) -> String {
    format!("`{}` is no attack of this component", settings.attack)
}

fn report(what: &Value) {
    say("report", what);
}
