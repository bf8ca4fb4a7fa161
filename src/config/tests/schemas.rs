use std::collections::BTreeSet;
use std::path::Path;

use serde_json::Value;

use super::super::schema;

/// `LBACK_UPDATE=1 cargo test schema` writes the committed copy.
#[test]
fn the_committed_schema_is_the_generated_one() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("schemas/lback.schema.json");
    generated_files::assert_current(&path, &format!("{:#}\n", schema()));
}

#[test]
fn every_keyword_in_it_is_one_that_the_file_is_held_against() {
    let checked = [
        "type",
        "properties",
        "required",
        "additionalProperties",
        "items",
        "minItems",
        "uniqueItems",
        "oneOf",
        "const",
    ];
    // Checked in `value`, with better words.
    let text = ["pattern", "minLength", "maxLength", "format", "minimum"];
    let notes = ["$schema", "title", "description", "default", "examples"];
    let known: BTreeSet<&str> = checked.into_iter().chain(text).chain(notes).collect();
    let mut used = BTreeSet::new();
    keywords(&schema(), &mut used);
    let unknown: Vec<&String> = used.iter().filter(|keyword| !known.contains(keyword.as_str())).collect();
    assert_eq!(unknown, Vec::<&String>::new());
}

fn keywords(schema: &Value, found: &mut BTreeSet<String>) {
    for (keyword, value) in schema.as_object().into_iter().flatten() {
        found.insert(keyword.clone());
        match keyword.as_str() {
            "properties" => value.as_object().unwrap().values().for_each(|schema| keywords(schema, found)),
            "oneOf" => value.as_array().unwrap().iter().for_each(|schema| keywords(schema, found)),
            "items" => keywords(value, found),
            _ => {}
        }
    }
}

#[test]
fn every_key_is_described_and_every_table_with_names_of_its_own_is_closed() {
    /// Keywords whose keys are names of the user's choice.
    const OPEN: [&str; 3] = [".plugin.settings", ".plan.writes", ".environments"];
    fn check(path: &str, schema: &Value) {
        assert!(schema["description"].is_string(), "`{path}` has no description");
        let table = if schema["items"]["type"] == "object" { &schema["items"] } else { schema };
        if table["type"] == "object" {
            assert_eq!(table["additionalProperties"] != false, OPEN.contains(&path), "`{path}`");
        }
        for (key, schema) in table["properties"].as_object().into_iter().flatten() {
            check(&format!("{path}.{key}"), schema);
        }
    }
    check("", &schema());
}
