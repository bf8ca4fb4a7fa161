use super::*;

fn parse(json: &str) -> Result<Settings, String> {
    plugin_kit::settings::parse(json).map_err(|error| error.to_string())
}

#[test]
fn schema_is_current() {
    let schema = schemars::schema_for!(Settings);
    let text = serde_json::to_string_pretty(&schema).unwrap() + "\n";
    generated_files::assert_current(concat!(env!("CARGO_MANIFEST_DIR"), "/settings.schema.json").as_ref(), &text);
}

#[test]
fn an_invalid_setting_is_named_and_never_repeated() {
    for (json, reason) in [
        ("{}", "wrong settings: missing field `url`"),
        (r#"{"url": 7}"#, "wrong settings: `url`: invalid type: integer `7`"),
        (r#"{"url": "hooks.example.com/abc"}"#, "wrong settings: `url`: this is an address"),
        (r#"{"url": "https://example.com", "sekret": "A"}"#, "wrong settings: `sekret`: unknown field `sekret`"),
        (r#"{"url": "https://example.com", "secret": "whsec_abc"}"#, "wrong settings: `secret`: this is the name"),
        (r#"{"url": "https://example.com", "secret": "an abc"}"#, "wrong settings: `secret`: this is the name"),
        (r#"{"url": "https://example.com", "secret": ""}"#, "wrong settings: `secret`: this is the name"),
        (r#"{"url": "https://example.com", "secret": "1abc"}"#, "wrong settings: `secret`: this is the name"),
    ] {
        let error = parse(json).unwrap_err();
        assert!(error.starts_with(reason), "{json}\n{error}");
        assert!(!error.contains("abc"), "a value in an error: {error}");
    }
}

#[test]
fn valid_settings() {
    let settings = parse(r#"{"url": "https://hooks.example.com/a", "secret": "KEY"}"#).unwrap();
    assert_eq!((settings.url.as_str(), settings.secret.as_str()), ("https://hooks.example.com/a", "KEY"));
    assert_eq!(parse(r#"{"url": "http://127.0.0.1:1/"}"#).unwrap().secret.as_str(), "WEBHOOK_SECRET");
}
