//! Validates documents against a JSON Schema of lback, with exactly the keywords that those schemas
//! use.

use std::fs;
use std::path::Path;

use serde_json::Value;

/// Reads the schema with this file name.
pub(crate) fn schema(name: &str) -> Value {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("schemas").join(name);
    serde_json::from_slice(&fs::read(path).expect("a schema")).expect("JSON")
}

/// Checks that a document matches the schema, and has nothing that the schema doesn't describe.
#[track_caller]
pub(crate) fn assert_matches(schema: &Value, document: &Value) {
    let mut faults = Vec::new();
    check(schema, document, "", &mut faults);
    assert!(faults.is_empty(), "{}\n{document:#}", faults.join("\n"));
}

fn check(schema: &Value, value: &Value, at: &str, faults: &mut Vec<String>) {
    let Some(schema) = schema.as_object() else {
        assert_eq!(schema, &Value::Bool(true), "a schema at `{at}`");
        return;
    };
    for (keyword, rule) in schema {
        let holds = match keyword.as_str() {
            "$schema" | "title" | "description" | "examples" | "format" => true,
            "type" => is(rule, value),
            "const" => rule == value,
            "enum" => rule.as_array().expect("a list").contains(value),
            "maximum" => value.is_null() || value.as_f64() <= rule.as_f64(),
            "minimum" => value.is_null() || value.as_f64() >= rule.as_f64(),
            "oneOf" | "anyOf" => rule.as_array().expect("a list").iter().any(|choice| {
                let mut theirs = Vec::new();
                check(choice, value, at, &mut theirs);
                theirs.is_empty()
            }),
            "pattern" => {
                assert_eq!(rule, "^sha256:[0-9a-f]{64}$", "a pattern that this test knows");
                let digits = value.as_str().and_then(|text| text.strip_prefix("sha256:")).unwrap_or_default();
                digits.len() == 64 && digits.bytes().all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte))
            }
            "required" => {
                let present = |name: &Value| value.get(name.as_str().expect("a name")).is_some();
                !value.is_object() || rule.as_array().expect("a list").iter().all(present)
            }
            "properties" => {
                for (name, value) in value.as_object().into_iter().flatten() {
                    match rule.get(name) {
                        Some(rule) => check(rule, value, &format!("{at}/{name}"), faults),
                        None => faults.push(format!("{at}/{name} is not in the schema")),
                    }
                }
                true
            }
            "items" => {
                for (index, value) in value.as_array().into_iter().flatten().enumerate() {
                    check(rule, value, &format!("{at}/{index}"), faults);
                }
                true
            }
            unknown => panic!("`{unknown}` is a keyword that this test doesn't know"),
        };
        if !holds {
            faults.push(format!("{at}: {value} is not as `{keyword}`: {rule} says"));
        }
    }
}

/// Returns whether the value has one of these types.
fn is(types: &Value, value: &Value) -> bool {
    let one = |name: &Value| match name.as_str().expect("a type") {
        "null" => value.is_null(),
        "boolean" => value.is_boolean(),
        "integer" => value.is_u64() || value.is_i64(),
        "number" => value.is_number(),
        "string" => value.is_string(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        other => panic!("`{other}` is a type that this test doesn't know"),
    };
    types.as_array().map_or_else(|| one(types), |types| types.iter().any(one))
}

#[test]
fn a_document_that_differs_is_noticed() {
    let schema = schema("plugin-list.schema.json");
    let faults = |document: Value| {
        let mut faults = Vec::new();
        check(&schema, &document, "", &mut faults);
        faults.len()
    };
    assert_eq!(faults(serde_json::json!({ "format": 1, "plugins": [] })), 0);
    assert_eq!(faults(serde_json::json!({ "format": 2, "plugins": [] })), 1);
    assert_eq!(faults(serde_json::json!({ "format": 1, "plugins": [{}], "more": 1 })), 2);
    assert_eq!(faults(serde_json::json!({ "format": 1 })), 1);
}
