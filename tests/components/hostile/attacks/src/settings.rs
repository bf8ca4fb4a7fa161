//! The settings of the attacks.

use std::collections::BTreeMap;

use serde::Deserialize;

/// The settings of every hostile component. Each attack ignores those that it doesn't use.
#[derive(Default, Deserialize)]
#[serde(default, rename_all = "kebab-case", deny_unknown_fields)]
pub struct Settings {
    /// The attack; empty for none.
    pub attack: String,
    /// `hostile-both`: whether it attacks as a handler instead of as a policy.
    pub as_handler: bool,
    /// `sockets`: the address to connect to, such as `127.0.0.1:5432`.
    pub address: Option<String>,
    /// `http*`, `wasi-http*`, `secret-header`: the URL to request; the plugin asks for its origin.
    pub url: Option<String>,
    /// `http-follow`: a second URL whose origin the plugin asks for.
    pub second_url: Option<String>,
    /// A URL in the place of `url` whose origin the plugin doesn't ask for.
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
    /// A secret in the place of `name` that the plugin doesn't ask for.
    pub unasked_name: Option<String>,
    /// `store`: the operations, in order.
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
