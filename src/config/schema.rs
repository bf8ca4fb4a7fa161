//! The JSON Schema of `lback.toml`, generated from the types into which the file is deserialised.
//! Editors and `document` use it.

use schemars::{
    Schema,
    generate::SchemaSettings,
    transform::{RecursiveTransform, Transform},
};
use serde_json::{Map, Value};

use super::raw::RawConfig;

/// Returns the schema, draft 2020-12, without references: every table is defined where it is used.
pub(crate) fn schema() -> Value {
    SchemaSettings::draft2020_12()
        .with(|settings| settings.inline_subschemas = true)
        .with_transform(RecursiveTransform(NoNull))
        .into_generator()
        .into_root_schema_for::<RawConfig>()
        .to_value()
}

/// A transformation for TOML, which has no null: an optional key may be absent, not null.
#[derive(Debug, Clone)]
struct NoNull;

impl Transform for NoNull {
    fn transform(&mut self, schema: &mut Schema) {
        let Some(schema) = schema.as_object_mut() else {
            return;
        };
        if let Some(Value::Array(types)) = schema.get_mut("type") {
            types.retain(|kind| kind != "null");
            if let [only] = types.as_slice() {
                let only = only.clone();
                schema.insert("type".to_owned(), only);
            }
        }
        if let Some(Value::Array(choices)) = schema.get_mut("anyOf") {
            choices.retain(|choice| choice["type"] != "null");
            if let [Value::Object(only)] = choices.as_slice() {
                let only = only.clone();
                schema.remove("anyOf");
                add_missing(schema, only);
            }
        }
    }
}

/// Adds the missing keys. The description of a key is more specific than that of its type, so it
/// stays.
fn add_missing(schema: &mut Map<String, Value>, others: Map<String, Value>) {
    for (key, value) in others {
        schema.entry(key).or_insert(value);
    }
}
