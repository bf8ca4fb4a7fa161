use serde_json::json;

use super::*;

#[track_caller]
fn refused(schema: &Value, settings: &Value) -> Vec<String> {
    match check(schema, settings) {
        Err(SettingsError::Refused(problems)) => problems.iter().map(ToString::to_string).collect(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn everything_that_is_wrong_is_told_at_once() {
    let schema = json!({
        "type": "object",
        "additionalProperties": false,
        "required": ["url"],
        "properties": {
            "url": { "type": "string" },
            "lines": { "type": "integer", "minimum": 0, "maximum": 10 },
            "on": { "type": "array", "items": { "oneOf": [{ "const": "started" }, { "const": "completed" }] } },
            "mode": { "enum": ["a", "b"] },
            "name": { "type": ["string", "null"] },
            "secret": { "pattern": "^[A-Z]+$" },
        }
    });
    let settings = json!({
        "lines": 11, "on": ["started", "begun"], "mode": "c", "nmae/~": 1, "name": 3, "secret": "hunter2"
    });
    let mut problems = refused(&schema, &settings);
    problems.sort();
    assert_eq!(
        problems,
        [
            "`/lines` must be at most 10, and is 11",
            "`/mode` must be one of `a`, `b`",
            "`/name` must be a string, not a number",
            "`/nmae~1~0` is not a setting of this plugin",
            "`/on/1` must be one of `started`, `completed`",
            "`/secret` must match the pattern `^[A-Z]+$`",
            "lacks `url`, which is required",
        ]
    );
    assert_eq!(check(&schema, &json!({ "url": "x", "on": [] })), Ok(()));
}

#[test]
fn the_alternative_that_does_not_fit_is_told() {
    let schema = json!({ "properties": { "x": { "anyOf": [{ "type": "string" }, { "type": "array" }] } } });
    assert_eq!(
        refused(&schema, &json!({ "x": 1 })),
        ["`/x` fits none of 2 alternatives: it must be a string, not a number, or must be a list, not a number"]
    );
}

#[test]
fn a_schema_that_is_wrong_is_told_apart() {
    for schema in [json!({ "type": "text" }), json!({ "properties": [] }), json!(3), json!({ "pattern": "(" })] {
        assert!(matches!(check(&schema, &json!({})), Err(SettingsError::Schema(_))), "{schema}");
    }
}

#[test]
fn nothing_is_fetched() {
    for reference in
        ["https://example.com/schema.json", "http://127.0.0.1:9/s.json", "file:///etc/hostname", "other.json"]
    {
        let checked = check(&json!({ "$ref": reference }), &json!({}));
        let Err(SettingsError::Schema(why)) = checked else { panic!("{reference}: {checked:?}") };
        assert!(why.contains("not followed"), "{why}");
    }
}

#[test]
fn a_schema_without_an_end_ends() {
    let _ = check(&json!({ "$ref": "#" }), &json!({}));
    let _ = check(
        &json!({ "$defs": { "a": { "$ref": "#/$defs/b" }, "b": { "$ref": "#/$defs/a" } }, "$ref": "#/$defs/a" }),
        &json!({}),
    );
    let deep = (0..100).fold(json!({}), |inner, _| json!({ "not": inner }));
    assert!(matches!(check(&deep, &json!({})), Err(SettingsError::Schema(_))));
    // Backtracking has its limit.
    let _ =
        check(&json!({ "properties": { "x": { "pattern": "^(a+)+(?!b)$" } } }), &json!({ "x": "a".repeat(40) + "!" }));
}

#[test]
fn a_value_is_never_quoted() {
    let secret = "https://hooks.example.com/T0/s3cret";
    for schema in [
        json!({ "pattern": "^[A-Z]+$" }),
        json!({ "format": "email" }),
        json!({ "maxLength": 3 }),
        json!({ "enum": ["a"] }),
        json!({ "not": {} }),
        json!({ "type": "integer" }),
        json!({ "contentEncoding": "base64", "contentMediaType": "application/json" }),
        json!({ "anyOf": [{ "maxLength": 3 }, { "const": 3 }] }),
        json!(false),
    ] {
        if let Err(error) = check(&json!({ "properties": { "x": schema } }), &json!({ "x": secret })) {
            assert!(!error.to_string().contains("s3cret"), "{error}");
        }
    }
}

/// The schemas that the plugins of this repository ship.
#[test]
fn the_shipped_schemas_are_valid() {
    for plugin in ["guard", "slack", "metrics"] {
        let path = format!("{}/plugins/{plugin}/settings.schema.json", env!("CARGO_MANIFEST_DIR"));
        let schema: Value = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
        assert_eq!(
            check(&schema, &json!({ "x-unknown": 1 })).map_err(|error| matches!(error, SettingsError::Schema(_))),
            Err(false)
        );
        assert!(!matches!(check(&schema, &json!({})), Err(SettingsError::Schema(_))), "{plugin}");
    }
}
