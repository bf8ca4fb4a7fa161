//! The JSON Schemas of the documents, as they lie in `docs/`.

use std::path::Path;
use std::{env, fs};

use schemars::JsonSchema;
use schemars::generate::SchemaSettings;
use serde_json::Value;

use super::events::CloudEvent;
use super::plugins::{InspectedPlugin, PluginList};

/// As the documents are written: what may be null is always there. Without references, as that of `lback.toml`.
fn schema<T: JsonSchema>() -> Value {
    SchemaSettings::draft2020_12()
        .for_serialize()
        .with(|settings| settings.inline_subschemas = true)
        .into_generator()
        .into_root_schema_for::<T>()
        .to_value()
}

/// To bring the committed copies up to date: `LBACK_UPDATE=1 cargo test schema`.
#[test]
fn the_committed_schemas_are_the_generated_ones() {
    let docs = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs");
    for (name, schema) in [
        ("events.schema.json", schema::<CloudEvent>()),
        ("plugin-list.schema.json", schema::<PluginList>()),
        ("plugin-inspect.schema.json", schema::<InspectedPlugin>()),
    ] {
        let path = docs.join(name);
        if env::var_os("LBACK_UPDATE").is_some() {
            fs::write(&path, format!("{schema:#}\n")).unwrap();
        }
        let committed: Value = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
        assert_eq!(
            committed,
            schema,
            "`{}` is out of date: set LBACK_UPDATE=1 and run this test again",
            path.display()
        );
    }
}
