//! Advice for unknown keys and for values of the wrong type, and the names of types.

use serde_json::Value;
use toml::de::DeValue;

use super::super::{fault::KeyAdvice, nearest};

/// Returns advice for an unknown `key` of the table at `path`, whose schema is `schema`.
pub(super) fn advice(key: &str, path: &[String], schema: &Value, root: &Value) -> KeyAdvice {
    let mut elsewhere = Vec::new();
    if path.is_empty() {
        collect(&mut elsewhere, "", root);
    } else if let [only] = path {
        collect(&mut elsewhere, only, schema);
    }
    // A key that another table has is not a mistyped one of this table.
    let is_elsewhere = elsewhere.iter().flat_map(|(_, schema)| keys(schema)).any(|name| name == key);
    if !is_elsewhere && let Some(near) = nearest(key, keys(schema)) {
        return KeyAdvice::Near(near.to_owned());
    }
    // A plugin's own setting may have a name similar to one of lback's keys, so within a plugin
    // only the exact name counts.
    let known_there = elsewhere.iter().flat_map(|(_, schema)| keys(schema));
    let meant = if path.is_empty() { nearest(key, known_there) } else { { known_there }.find(|name| *name == key) };
    if let Some(meant) = meant {
        let tables = elsewhere.iter().filter(|(_, schema)| keys(schema).any(|name| name == meant));
        return KeyAdvice::In { key: meant.to_owned(), tables: tables.map(|(table, _)| table.clone()).collect() };
    }
    match path {
        [only] if only == "plugin" => KeyAdvice::Setting,
        _ => KeyAdvice::Known(keys(schema).map(str::to_owned).collect()),
    }
}

/// Collects the tables within the table at `path`, top level first, with their headers.
fn collect<'s>(found: &mut Vec<(String, &'s Value)>, path: &str, schema: &'s Value) {
    let below: Vec<(String, bool, &Value)> = schema["properties"]
        .as_object()
        .into_iter()
        .flatten()
        .map(|(key, schema)| {
            let path = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
            let items = &schema["items"];
            if items["properties"].is_object() { (path, true, items) } else { (path, false, schema) }
        })
        .filter(|(_, _, schema)| schema["properties"].is_object())
        .collect();
    found.extend(below.iter().map(|(path, listed, schema)| (header(path, *listed), *schema)));
    for (path, _, schema) in below {
        collect(found, &path, schema);
    }
}

fn keys(schema: &Value) -> impl Iterator<Item = &str> {
    schema["properties"].as_object().into_iter().flatten().map(|(key, _)| key.as_str())
}

/// Returns the header of the table at `path`, or of an item of a list of tables.
pub(super) fn header(path: &str, listed: bool) -> String {
    if listed { format!("`[[{path}]]`") } else { format!("`[{path}]`") }
}

/// Returns advice for a `value` of another type than `schema` requires at `path`.
pub(super) fn type_advice(path: &str, value: &DeValue<'_>, schema: &Value) -> Option<String> {
    match (name_of_type(schema), value) {
        ("a list of tables", DeValue::Table(_)) => Some(format!("write `[[{path}]]`, in two pairs of brackets")),
        ("a table", DeValue::Array(_)) => Some(format!("write `[{path}]`, in one pair of brackets")),
        ("true or false", DeValue::String(_)) => Some("write `true` or `false`, without quotes".to_owned()),
        ("a whole number", DeValue::String(_)) => Some("write it without quotes".to_owned()),
        ("a list of strings", DeValue::String(_)) => Some("put it in brackets, as `[\"…\"]`".to_owned()),
        ("a string", DeValue::Integer(_) | DeValue::Float(_) | DeValue::Boolean(_) | DeValue::Datetime(_)) => {
            let example = schema["examples"][0].as_str().map(|text| format!(", as `\"{text}\"`")).unwrap_or_default();
            Some(format!("put it in quotes{example}"))
        }
        _ => None,
    }
}

pub(super) fn name_of_type(schema: &Value) -> &'static str {
    match (schema["type"].as_str(), schema["items"]["type"].as_str()) {
        (Some("array"), Some("object")) => "a list of tables",
        (Some("array"), _) => "a list of strings",
        (Some("object"), _) => "a table",
        (Some("boolean"), _) => "true or false",
        (Some("integer"), _) => "a whole number",
        _ => "a string",
    }
}

pub(super) fn name_of_value(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "a string",
        DeValue::Integer(_) => "an integer",
        DeValue::Float(_) => "a float",
        DeValue::Boolean(_) => "a boolean",
        DeValue::Datetime(_) => "a date or time",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
    }
}
