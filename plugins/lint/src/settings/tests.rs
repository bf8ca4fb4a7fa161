use super::*;

fn severity(json: &str, code: &str, environment: Option<&str>) -> Severity {
    let rule = RULES.iter().find(|rule| rule.code == code).unwrap();
    Settings::parse(json).unwrap().severity(rule, environment)
}

#[test]
fn the_schema_is_that_of_the_types() {
    let schema = schemars::schema_for!(Settings);
    let text = serde_json::to_string_pretty(&schema).unwrap() + "\n";
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/settings.schema.json");
    generated_files::assert_current(file.as_ref(), &text);
}

#[test]
fn rules_have_their_own_severity_unless_the_settings_name_them() {
    for (json, code, environment, expected) in [
        ("{}", "table-rewrite", None, Severity::Deny),
        ("{}", "wide-index", None, Severity::Off),
        (r#"{"rules": {"wide-index": "warn"}}"#, "wide-index", None, Severity::Warn),
        (r#"{"at-most": "warn"}"#, "table-rewrite", None, Severity::Warn),
        (r#"{"at-most": "warn"}"#, "wide-index", None, Severity::Off),
    ] {
        assert_eq!(severity(json, code, environment), expected, "{json} {code}");
    }
}

#[test]
fn an_environment_may_have_other_severities() {
    let json = r#"{"environments": [
        {"names": ["dev-*", "test"], "at-most": "warn"},
        {"names": ["dev-ana"], "rules": {"table-rewrite": "off"}}
    ]}"#;
    for (environment, expected) in [
        (None, Severity::Deny),
        (Some("production"), Severity::Deny),
        (Some("dev-joe"), Severity::Warn),
        (Some("TEST"), Severity::Warn),
        (Some("dev-ana"), Severity::Off),
    ] {
        assert_eq!(severity(json, "table-rewrite", environment), expected, "{environment:?}");
    }
}

#[test]
fn wrong_settings_are_named() {
    for (json, message) in [
        (r#"{"rules": {"no-such": "deny"}}"#, "wrong settings: `rules.no-such`: lint has no rule of this name"),
        (r#"{"small-tables": {}}"#, "wrong settings: `small-tables`: it needs `rows` or `bytes`"),
        (r#"{"on": []}"#, "wrong settings: `on`: an empty list is about nothing"),
        (
            r#"{"environments": [{"names": [], "at-most": "warn"}]}"#,
            "wrong settings: `environments[0].names`: an empty list is about nothing",
        ),
        (
            r#"{"environments": [{"names": ["x"]}]}"#,
            "wrong settings: `environments[0]`: it changes nothing: it needs `rules` or `at-most`",
        ),
        (
            r#"{"environments": [{"names": ["x"], "rules": {"y": "off"}}]}"#,
            "wrong settings: `environments[0].rules.y`: lint has no rule of this name",
        ),
    ] {
        assert_eq!(Settings::parse(json).unwrap_err().to_string(), message);
    }
    let error = Settings::parse(r#"{"rules": {"table-rewrite": "loud"}}"#).unwrap_err().to_string();
    assert!(error.contains("rules.table-rewrite") && error.contains("`warn`"), "{error}");
}
