//! The JSON Schemas of documents, compared with the copies in `schemas/`.
//! `LBACK_UPDATE=1 cargo test schema` writes the copies.

use std::path::Path;

use schemars::generate::SchemaSettings;
use schemars::transform::RecursiveTransform;
use schemars::{JsonSchema, Schema};
use serde_json::Value;

/// Returns the schema of a document that lback writes: every field is present. It has no
/// references.
pub(crate) fn schema<T: JsonSchema>() -> Value {
    SchemaSettings::draft2020_12()
        .for_serialize()
        .with(|settings| settings.inline_subschemas = true)
        .with_transform(RecursiveTransform(written))
        .into_generator()
        .into_root_schema_for::<T>()
        .to_value()
}

/// Removes keywords that only hold for documents that lback reads: defaults, and the refusal of
/// additional fields, which a later lback may write.
fn written(schema: &mut Schema) {
    schema.remove("default");
    schema.remove("additionalProperties");
}

/// Returns the schema of a document that lback reads: fields with a default are optional.
pub(crate) fn schema_of_input<T: JsonSchema>() -> Value {
    SchemaSettings::draft2020_12()
        .with(|settings| settings.inline_subschemas = true)
        .into_generator()
        .into_root_schema_for::<T>()
        .to_value()
}

/// Compares the schema with the file `name` in `schemas/`.
#[track_caller]
pub(crate) fn assert_committed(name: &str, schema: &Value) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("schemas").join(name);
    generated_files::assert_current(&path, &format!("{schema:#}\n"));
}
