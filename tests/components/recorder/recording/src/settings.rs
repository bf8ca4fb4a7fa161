//! The settings of the recorder. All lists are of signal names.

use std::time::Duration;

use serde::Deserialize;

/// The JSON Schema that `describe` returns. It must match [`Settings`].
pub const SCHEMA: &str = r##"{
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "type": "object",
  "additionalProperties": false,
  "$defs": { "signals": { "type": "array", "items": { "type": "string" } } },
  "properties": {
    "deny": { "$ref": "#/$defs/signals" },
    "warn": { "$ref": "#/$defs/signals" },
    "fail": { "$ref": "#/$defs/signals" },
    "fail-handler": { "$ref": "#/$defs/signals" },
    "plan": { "type": "boolean" },
    "sleep-ms": { "type": "integer", "minimum": 0 }
  }
}"##;

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "kebab-case", deny_unknown_fields)]
pub struct Settings {
    /// Signals that the policy denies.
    pub deny: Vec<String>,
    /// Signals at which the policy warns.
    pub warn: Vec<String>,
    /// Signals at which the policy returns an error.
    pub fail: Vec<String>,
    /// Signals at which the handler returns an error.
    pub fail_handler: Vec<String>,
    /// A switch by which the policy requests the plan and records it.
    pub plan: bool,
    /// The time in milliseconds that the handler sleeps before it records.
    sleep_ms: u64,
}

impl Settings {
    pub fn parse(json: &str) -> Result<Self, String> {
        serde_json::from_str(json).map_err(|error| format!("the recorder's settings: {error}"))
    }

    pub fn sleep(&self) -> Duration {
        Duration::from_millis(self.sleep_ms)
    }
}
