//! Which attack, and what it needs to know.

use std::collections::BTreeMap;

use serde::Deserialize;

/// The settings of every hostile component. Those that an attack doesn't use are ignored.
#[derive(Default, Deserialize)]
#[serde(default, rename_all = "kebab-case", deny_unknown_fields)]
pub struct Settings {
    /// The attack; empty for none.
    pub attack: String,
    /// `hostile-both`: attacks when it is told something, and not when it is asked.
    pub as_handler: bool,
    /// `sockets`: where to connect, as `127.0.0.1:5432`.
    pub address: Option<String>,
    /// `http*`, `wasi-http*`, `secret-header`: where to; the plugin asks for this URL's origin.
    pub url: Option<String>,
    /// `http-follow`: its origin is asked for as well.
    pub second_url: Option<String>,
    /// The same as `url`, but its origin is not asked for.
    pub unasked_url: Option<String>,
    /// The method; `GET` by default.
    pub method: Option<String>,
    /// Headers by name.
    pub headers: BTreeMap<String, String>,
    /// The size of the request's body in bytes.
    pub body_size: usize,
    /// `http-many`: how many requests; `http-deep`: how many calls deep; 1,000 by default.
    pub count: Option<usize>,
    /// `secret*`: the secret's name; the plugin asks for it.
    pub name: Option<String>,
    /// The same as `name`, but not asked for.
    pub unasked_name: Option<String>,
    /// `store`: what to do, in order.
    pub operations: Vec<Operation>,
    /// `store-flood`: the size of each value in bytes; 64 KiB by default.
    pub value_size: Option<usize>,
}

/// One call of the store. Values are text.
#[derive(Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Operation {
    Get(String),
    Set { key: String, value: String },
    Delete(String),
    Keys(String),
    Cas { key: String, expected: Option<String>, value: String },
}

impl Settings {
    /// Reads the settings that lback hands over.
    pub fn parse(json: &str) -> Result<Self, String> {
        serde_json::from_str(json).map_err(|error| format!("the attack's settings: {error}"))
    }

    pub(crate) fn target(&self) -> &str {
        self.url.as_deref().or(self.unasked_url.as_deref()).unwrap_or_default()
    }

    pub(crate) fn method(&self) -> &str {
        self.method.as_deref().unwrap_or("GET")
    }

    pub(crate) fn body(&self) -> Vec<u8> {
        vec![b'x'; self.body_size]
    }

    pub(crate) fn secret(&self) -> &str {
        self.name.as_deref().or(self.unasked_name.as_deref()).unwrap_or_default()
    }
}
