//! A plugin's own description, requested once without permissions and cached beside the compiled
//! code.

use std::collections::BTreeSet;
use std::fmt;

use semver::Version;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::model::signal::SignalName;
use crate::plugin::bindings::exports::lback::plugin::metadata as wit;
use crate::plugin::failure::Failure;
use crate::plugin::host::guest_text::printable;
use crate::plugin::host::limits;
use crate::plugin::settings;

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Description {
    pub(crate) name: String,
    pub(crate) version: Version,
    pub(crate) summary: String,
    /// The default signals, used unless `lback.toml` sets `signals`.
    pub(crate) signals: Vec<SignalName>,
    pub(crate) permissions: PermissionRequests,
    /// The JSON Schema of the settings.
    pub(crate) settings_schema: Option<Value>,
}

/// The permissions that a plugin requests.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct PermissionRequests {
    /// Web origins.
    pub(crate) http: Vec<PermissionRequest>,
    /// Names of secrets.
    pub(crate) secrets: Vec<PermissionRequest>,
}

/// A requested origin or secret.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum PermissionRequest {
    /// The origin or secret itself.
    Named(String),
    /// The value of the setting at this JSON Pointer.
    InSetting(String),
}

impl Description {
    pub(in crate::plugin) fn from_wit(described: wit::Description) -> Result<Self, Failure> {
        let invalid = |what: String| Failure::Description(what);
        let name = printable(&described.name);
        if name.is_empty() || !name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-') {
            return Err(invalid(format!("its name `{name}` is not in kebab-case")));
        }
        let version = printable(&described.version);
        let version =
            version.parse().map_err(|error| invalid(format!("its version `{version}` is not SemVer: {error}")))?;
        let lists = [described.signals.len(), described.permissions.http.len(), described.permissions.secrets.len()];
        if lists.into_iter().any(|length| length > limits::DESCRIPTION_ITEMS) {
            return Err(invalid(format!("it lists more than {} items of a kind", limits::DESCRIPTION_ITEMS)));
        }
        let mut signals = BTreeSet::new();
        for signal in described.signals {
            signals.insert(printable(&signal).parse().map_err(|error| invalid(format!("{error}")))?);
        }
        let settings_schema = match described.settings_schema {
            None => None,
            Some(schema) if schema.len() > limits::SCHEMA_BYTES => {
                return Err(invalid(format!("its settings schema has more than {} KiB", limits::SCHEMA_BYTES / 1024)));
            }
            Some(schema) => {
                let schema = serde_json::from_str(&schema)
                    .map_err(|error| invalid(format!("its settings schema is not JSON: {error}")))?;
                let schema = printable_json(schema);
                settings::check_schema(&schema)
                    .map_err(|why| invalid(format!("its settings schema is not valid: {why}")))?;
                Some(schema)
            }
        };
        Ok(Self {
            name,
            version,
            summary: printable(&described.summary),
            signals: signals.into_iter().collect(),
            permissions: PermissionRequests {
                http: described.permissions.http.into_iter().map(PermissionRequest::from_wit).collect(),
                secrets: described.permissions.secrets.into_iter().map(PermissionRequest::from_wit).collect(),
            },
            settings_schema,
        })
    }
}

/// Names and descriptions in a schema are shown to people as well.
fn printable_json(value: Value) -> Value {
    match value {
        Value::String(text) => Value::String(printable(&text)),
        Value::Array(items) => items.into_iter().map(printable_json).collect(),
        Value::Object(entries) => {
            entries.into_iter().map(|(key, value)| (printable(&key), printable_json(value))).collect()
        }
        plain => plain,
    }
}

impl fmt::Display for PermissionRequest {
    /// Writes `setting:/x` for the value of the setting `x`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Named(name) => f.write_str(name),
            Self::InSetting(pointer) => write!(f, "setting:{pointer}"),
        }
    }
}

impl PermissionRequest {
    fn from_wit(request: wit::Request) -> Self {
        match request {
            wit::Request::Named(name) => Self::Named(printable(&name)),
            wit::Request::InSetting(pointer) => Self::InSetting(printable(&pointer)),
        }
    }

    /// Resolves the request under these settings. An absent setting counts as its default in the
    /// plugin's schema. Returns `None` if the value is missing or not a string.
    pub(in crate::plugin) fn resolve<'a>(&'a self, settings: &'a Value, schema: Option<&'a Value>) -> Option<&'a str> {
        match self {
            Self::Named(name) => Some(name),
            Self::InSetting(pointer) => {
                let default = || schema?.pointer(&format!("{}/default", pointer.replace('/', "/properties/")));
                settings.pointer(pointer).or_else(default)?.as_str()
            }
        }
    }
}
