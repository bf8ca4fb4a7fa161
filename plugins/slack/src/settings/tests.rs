use super::*;
use crate::bindings::lback::plugin::types::Context;

fn settings(json: &str) -> Settings {
    plugin_kit::settings::parse(json).unwrap()
}

#[test]
fn schema_is_current() {
    let schema = schemars::schema_for!(Settings);
    let text = serde_json::to_string_pretty(&schema).unwrap() + "\n";
    generated_files::assert_current(concat!(env!("CARGO_MANIFEST_DIR"), "/settings.schema.json").as_ref(), &text);
}

#[test]
fn a_complaint_names_key_and_reason() {
    for (json, complaint) in [
        (r#"{"webhok": "X"}"#, "`webhok`: unknown field `webhok`, expected one of `webhook`, `origin`"),
        (r#"{"webhook": "https://hooks.slack.com/services/T/B/x"}"#, "`webhook`: this is the name of a secret"),
        (r#"{"webhook": ""}"#, "`webhook`: this is the name of a secret"),
        (r#"{"origin": "https://hooks.slack.com/services/T/B/x"}"#, "`origin`: this is scheme, host"),
        (r#"{"origin": "hooks.slack.com"}"#, "`origin`: this is scheme, host"),
        (r#"{"on": ["complete"]}"#, "`on[0]`: unknown variant `complete`, expected one of `started`, `completed`"),
        (r#"{"mention": {"fail": "<!here>"}}"#, "`mention.fail`: unknown field `fail`"),
        (r#"{"output-lines": -1}"#, "`output-lines`: invalid value: integer `-1`, expected u16"),
    ] {
        let error = plugin_kit::settings::parse::<Settings>(json).unwrap_err().to_string();
        assert!(error.starts_with(&format!("wrong settings: {complaint}")), "{json}\n{error}");
        assert!(!error.contains("services/T/B/x"), "an address in an error: {error}");
    }
}

#[test]
fn an_origin_may_end_in_a_slash() {
    assert_eq!(settings(r#"{"origin": "http://127.0.0.1:8065/"}"#).origin, Origin("http://127.0.0.1:8065/".to_owned()));
}

#[test]
fn which_runs_are_reported() {
    let production = Some("production");
    let started = r#"{"on": ["started"]}"#;
    let wide = r#"{"commands": ["*"]}"#;
    let filtered = r#"{"commands": ["revision", "up*"], "environments": ["prod*"]}"#;
    for (settings_json, stage, environment, line, expected) in [
        ("{}", Stage::Completed, production, "upgrade head", true),
        ("{}", Stage::Completed, None, "upgrade head", true),
        ("{}", Stage::Failed, production, "downgrade -1", true),
        ("{}", Stage::Denied, production, "downgrade -1", true),
        ("{}", Stage::TimedOut, production, "stamp head", true),
        ("{}", Stage::Interrupted, production, "upgrade head", true),
        ("{}", Stage::NotFound, production, "upgrade head", true),
        ("{}", Stage::Started, production, "upgrade head", false),
        ("{}", Stage::Completed, production, "history", false),
        ("{}", Stage::Failed, production, "revision --autogenerate", false),
        ("{}", Stage::Completed, production, "upgrade head --sql", false),
        ("{}", Stage::Completed, production, "", false),
        (started, Stage::Started, production, "upgrade head", true),
        (started, Stage::Completed, production, "upgrade head", false),
        (wide, Stage::Completed, production, "history", true),
        (wide, Stage::Completed, production, "upgrade --sql", true),
        (wide, Stage::Completed, production, "", true),
        (filtered, Stage::Completed, production, "revision -m x", true),
        (filtered, Stage::Completed, Some("PROD-eu"), "upgrade head", true),
        (filtered, Stage::Completed, production, "downgrade -1", false),
        (filtered, Stage::Completed, Some("development"), "upgrade head", false),
        (filtered, Stage::Completed, None, "upgrade head", true),
        (filtered, Stage::Completed, Some(""), "upgrade head", true),
    ] {
        let mut words = line.split_whitespace().map(str::to_owned);
        let command = words.next().unwrap_or_default();
        let args = words.collect::<Vec<_>>();
        let context = Context {
            environment: environment.map(str::to_owned),
            actor: None,
            host: None,
            git_commit: None,
            git_branch: None,
            ci_job_url: None,
            overrides: Vec::new(),
            target: None,
        };
        let run = Run {
            stage,
            project: "shop",
            id: "1",
            time: "",
            lback_version: "0.1.0",
            context: &context,
            command: &command,
            args: &args,
            duration_ms: None,
            returncode: None,
            stdout: "",
            stderr: "",
            exception: None,
            databases: &[],
        };
        assert_eq!(settings(settings_json).wants(&run), expected, "{settings_json} {stage:?} {environment:?} {line}");
    }
}
