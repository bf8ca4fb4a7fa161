//! Whole files: what they mean, and what is said about those that are wrong.

mod files;
mod good;
mod origins;
mod properties;
mod reports;
mod schemas;
mod values;
mod waits;
mod wrong_keys;
mod wrong_types;
mod wrong_values;

use std::path::Path;

use super::{Config, ConfigError};

const GUARD: &str = "[[plugin]]\nname = 'guard'\nsource = 'guard.wasm'\n";

fn parse(text: impl AsRef<[u8]>) -> Result<Config, ConfigError> {
    Config::parse(text.as_ref(), Path::new("/srv/shop/lback.toml"))
}

/// Returns the report about a plugin with these additional lines.
#[track_caller]
fn plugin_report(lines: &str) -> String {
    report([GUARD, lines].concat())
}

/// Returns the report of a terminal about `text` as a file, without colour.
#[track_caller]
fn report(text: impl AsRef<[u8]>) -> String {
    parse(text).expect_err("this file is wrong").render(false, Path::new("/srv/shop"))
}
