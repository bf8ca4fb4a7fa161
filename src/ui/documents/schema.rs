//! The JSON Schemas of documents, as they lie in `schemas/`. To bring the committed copies up to date: `LBACK_UPDATE=1 cargo test schema`.

use std::path::Path;
use std::{env, fs};

use schemars::JsonSchema;
use schemars::generate::SchemaSettings;
use serde_json::Value;

/// As the documents are written: what may be null is always there. Without references, as that of `lback.toml`.
pub(crate) fn schema<T: JsonSchema>() -> Value {
    SchemaSettings::draft2020_12()
        .for_serialize()
        .with(|settings| settings.inline_subschemas = true)
        .into_generator()
        .into_root_schema_for::<T>()
        .to_value()
}

/// As documents may be written that lback reads: what has a default may be left out.
pub(crate) fn schema_of_input<T: JsonSchema>() -> Value {
    SchemaSettings::draft2020_12()
        .with(|settings| settings.inline_subschemas = true)
        .into_generator()
        .into_root_schema_for::<T>()
        .to_value()
}

/// The file of this name in `schemas/` has this schema.
#[track_caller]
pub(crate) fn assert_committed(name: &str, schema: &Value) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("schemas").join(name);
    if env::var_os("LBACK_UPDATE").is_some() {
        fs::write(&path, format!("{schema:#}\n")).unwrap();
    }
    let committed: Value = serde_json::from_slice(&fs::read(&path).unwrap_or_default()).unwrap_or_default();
    assert_eq!(committed, *schema, "`{}` is out of date: set LBACK_UPDATE=1 and run this test again", path.display());
}
