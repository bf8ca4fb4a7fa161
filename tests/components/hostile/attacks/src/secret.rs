//! Attacks that request secrets and leak them.

use contract::log::{self, Level};
use contract::secrets;
use serde_json::json;

use crate::report;
use crate::settings::Settings;

pub fn get(settings: &Settings) {
    report(&match secrets::get(settings.secret()) {
        // The host takes the value out of what is logged, but its length stays.
        Ok(value) => json!({ "ok": { "value": value, "length": value.len() } }),
        Err(error) => json!({ "error": error }),
    });
}

/// Leaks the secret in every way that a plugin has.
pub fn leak(settings: &Settings) -> Result<(), String> {
    let value = secrets::get(settings.secret()).map_err(|error| format!("no secret to leak: {error}"))?;
    log::log(Level::Warn, &format!("in the log: {value}"));
    println!("on stdout: {value}");
    eprintln!("on stderr: {value}");
    Err(format!("in the error: {value}"))
}
