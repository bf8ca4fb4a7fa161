//! Attacks on the store, and ordinary use of it.

use contract::store::{self, Error};
use serde_json::{Value, json};

use crate::report;
use crate::settings::{Operation, Settings};

/// The number of values after which the flood stops: far beyond every quota, but not the end of the
/// disk.
const MOST: usize = 100_000;

/// Performs the operations of the settings, and reports one result for each.
pub fn operate(settings: &Settings) {
    let results: Vec<Value> = settings.operations.iter().map(|operation| outcome(run(operation))).collect();
    report(&json!({ "results": results }));
}

/// Adds keys until the store refuses one.
pub fn flood(settings: &Settings) {
    let value = vec![b'x'; settings.value_size.unwrap_or(64 * 1024)];
    for stored in 0..MOST {
        if let Err(error) = store::set(&format!("key-{stored}"), &value) {
            report(&json!({ "stored": stored, "error": error }));
            return;
        }
    }
    report(&json!({ "stored": MOST, "error": null }));
}

fn run(operation: &Operation) -> Result<Value, Error> {
    Ok(match operation {
        Operation::Get(key) => json!(store::get(key)?.map(|value| String::from_utf8_lossy(&value).into_owned())),
        Operation::Set { key, value } => json!(store::set(key, value.as_bytes())?),
        Operation::Delete(key) => json!(store::delete(key)?),
        Operation::Keys(prefix) => json!(store::keys(prefix)?),
        Operation::Cas { key, expected, value } => {
            json!(store::compare_and_swap(key, expected.as_ref().map(String::as_bytes), value.as_bytes())?)
        }
    })
}

fn outcome(result: Result<Value, Error>) -> Value {
    match result {
        Ok(value) => json!({ "ok": value }),
        Err(error) => json!({ "error": error }),
    }
}
