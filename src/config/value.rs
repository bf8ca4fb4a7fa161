//! The format of single values beyond their type, and their meaning.

use std::time::Duration;

use bytesize::ByteSize;
use serde_json::Value;
use url::Url;

use super::{
    fault::Fault,
    origin::{Origin, OriginError},
};
use crate::registry::{PublicKey, Source};
use crate::support::environment_name as names;

/// The limits of durations. Below, nothing could respond; above, a wrong unit (`30M` means months)
/// is more likely than intent.
const DURATIONS: (Duration, Duration) = (Duration::from_millis(1), Duration::from_hours(30 * 24));
/// A year as humantime counts it: 365.25 days.
pub(super) const YEAR: Duration = Duration::from_hours(8_766);
/// The limits of retention: years make sense, and less than an hour would lose what the next run
/// must still deliver.
const RETENTIONS: (Duration, Duration) = (Duration::from_hours(1), Duration::from_secs(100 * YEAR.as_secs()));
/// The limits of memory. Below, no real component starts; above, 32-bit WebAssembly can't address
/// it.
const SIZES: (u64, u64) = (bytesize::MIB, 4 * bytesize::GIB);
/// The most retries. With a pause of a minute, these take most of a day.
pub(crate) const MOST_RETRIES: u32 = 1_000;
const LONGEST_NAME: usize = 64;

/// Parses a duration as humantime does: `500ms`, `2s`, `30m`, `1h 30m`.
pub(super) fn duration(text: &str) -> Result<Duration, Fault> {
    duration_within(DURATIONS, text)
}

/// Parses a duration of the command line. The error says what is wrong, and what to write.
pub(crate) fn typed_duration(text: &str) -> Result<Duration, String> {
    duration(text).map_err(|fault| match fault.hint() {
        Some(hint) => format!("{fault}: {hint}"),
        None => fault.to_string(),
    })
}

/// Parses a retention time: `90days`, `1year`.
pub(super) fn retention(text: &str) -> Result<Duration, Fault> {
    duration_within(RETENTIONS, text)
}

fn duration_within(limits: (Duration, Duration), text: &str) -> Result<Duration, Fault> {
    let value = text.to_owned();
    let (least, most) = limits;
    match humantime::parse_duration(text) {
        Ok(found) if found < least => Err(Fault::DurationRange { value, short: true, limits }),
        Ok(found) if found > most => Err(Fault::DurationRange { value, short: false, limits }),
        Ok(found) => Ok(found),
        Err(humantime::DurationError::NumberOverflow) => Err(Fault::DurationRange { value, short: false, limits }),
        Err(_) => Err(Fault::Duration { value }),
    }
}

/// Checks a number of retries.
pub(super) fn retries(number: i64) -> Result<u32, Fault> {
    u32::try_from(number)
        .ok()
        .filter(|retries| *retries <= MOST_RETRIES)
        .ok_or(Fault::Retries { value: number, most: MOST_RETRIES })
}

/// Parses a size of memory, in bytes: `64MiB`, `100MB`.
pub(super) fn size(text: &str) -> Result<u64, Fault> {
    let value = text.to_owned();
    let (least, most) = SIZES;
    match text.parse::<ByteSize>() {
        Ok(ByteSize(found)) if found < least => Err(Fault::SizeRange { value, little: true, limits: SIZES }),
        Ok(ByteSize(found)) if found > most => Err(Fault::SizeRange { value, little: false, limits: SIZES }),
        Ok(ByteSize(found)) => Ok(found),
        Err(_) => Err(Fault::Size { value }),
    }
}

/// Checks the name of a plugin: kebab-case, so that it needs no quoting in a command line, a file
/// name or a metric's label.
pub(super) fn plugin_name(text: &str) -> Result<String, Fault> {
    let words = text
        .split('-')
        .all(|word| !word.is_empty() && word.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit()));
    if words && text.starts_with(|c: char| c.is_ascii_lowercase()) && text.len() <= LONGEST_NAME {
        Ok(text.to_owned())
    } else {
        Err(Fault::PluginName { name: text.to_owned() })
    }
}

/// Checks the name of an environment variable, as POSIX shells can set it.
pub(super) fn secret_name(text: &str) -> Result<String, Fault> {
    let letters = text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    if letters && text.starts_with(|c: char| !c.is_ascii_digit()) {
        Ok(text.to_owned())
    } else {
        Err(Fault::SecretName)
    }
}

pub(super) fn origin(text: &str) -> Result<Origin, Fault> {
    text.parse().map_err(|why| {
        let written = match why {
            OriginError::Path | OriginError::UserInfo => Url::parse(text).ok(),
            _ => None,
        };
        Fault::Origin { why, near: written.as_ref().and_then(Origin::of) }
    })
}

/// Checks a text that is shown and passed on: not empty, and one line.
pub(super) fn line(key: &'static str, text: &str) -> Result<String, Fault> {
    if text.trim().is_empty() {
        Err(Fault::EmptyText { key })
    } else if text.chars().any(char::is_control) {
        Err(Fault::ControlCharacter { key })
    } else {
        Ok(text.to_owned())
    }
}

/// Checks the name of an environment.
pub(super) fn environment_name(text: &str) -> Result<String, Fault> {
    names::environment_name(&line("environment", text)?).map_err(Fault::Environment)
}

/// Checks the name of an environment, which must be a known one if any are.
pub(super) fn environment(text: &str, known: &[String]) -> Result<String, Fault> {
    let name = environment_name(text)?;
    if known.is_empty() || known.contains(&name) {
        return Ok(name);
    }
    Err(Fault::UnknownValue { what: "environment".to_owned(), value: name, known: known.to_vec() })
}

pub(super) fn source(text: &str) -> Result<Source, Fault> {
    line("source", text)?.parse().map_err(Fault::Source)
}

pub(super) fn public_key(text: &str) -> Result<PublicKey, Fault> {
    text.parse().map_err(|_| Fault::PublicKey { value: text.to_owned() })
}

/// Converts a free table to JSON; a date or time becomes a string (RFC 3339).
pub(crate) fn json(value: toml::Value) -> Value {
    match value {
        toml::Value::String(text) => Value::String(text),
        toml::Value::Integer(number) => number.into(),
        // The walk has refused numbers without a form in JSON.
        toml::Value::Float(number) => number.into(),
        toml::Value::Boolean(truth) => Value::Bool(truth),
        toml::Value::Datetime(time) => Value::String(time.to_string()),
        toml::Value::Array(items) => items.into_iter().map(json).collect(),
        toml::Value::Table(table) => table.into_iter().map(|(key, value)| (key, json(value))).collect(),
    }
}
