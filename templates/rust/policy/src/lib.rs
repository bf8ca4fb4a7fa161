//! A policy: protected environments are never downgraded.

wit_bindgen::generate!({ path: "wit", world: "policy-plugin" });

use exports::lback::plugin::metadata::{self, Description, Permissions};
use exports::lback::plugin::policy::{self, Decision, Verdict};
use lback::plugin::types::{Denial, Event, Signal, Started};

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Settings {
    /// Environments that are never downgraded.
    #[serde(default = "production")]
    protect: Vec<String>,
}

impl Settings {
    fn parse(json: &str) -> Result<Self, String> {
        let mut json = serde_json::Deserializer::from_str(json);
        serde_path_to_error::deserialize(&mut json)
            .map_err(|error| format!("its settings: `{}`: {}", error.path(), error.inner()))
    }
}

fn production() -> Vec<String> {
    vec!["production".into()]
}

const SCHEMA: &str = r#"{
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "type": "object",
  "additionalProperties": false,
  "properties": {
    "protect": {
      "type": "array", "items": { "type": "string" }, "default": ["production"],
      "description": "Environments that are never downgraded."
    }
  }
}"#;

struct Plugin;

impl metadata::Guest for Plugin {
    fn describe() -> Description {
        Description {
            name: env!("CARGO_PKG_NAME").into(),
            version: env!("CARGO_PKG_VERSION").into(),
            summary: "denies downgrades in protected environments".into(),
            signals: vec!["alembic_command_started".into()],
            permissions: Permissions { http: vec![], secrets: vec![] },
            settings_schema: Some(SCHEMA.into()),
        }
    }
}

impl policy::Guest for Plugin {
    fn evaluate(event: Event, settings: String) -> Result<Verdict, String> {
        // An `Err` says that the policy is broken; lback then blocks. It is never the way to deny.
        let settings = Settings::parse(&settings)?;
        let decision = match &event.signal {
            Signal::AlembicCommandStarted(started) => judge(started, event.context.environment.as_deref(), &settings),
            _ => Decision::Allow,
        };
        Ok(Verdict { decision, warnings: vec![] })
    }
}

fn judge(started: &Started, environment: Option<&str>, settings: &Settings) -> Decision {
    // `--sql` only prints.
    let changes = started.command == "downgrade" && !started.args.iter().any(|arg| arg == "--sql");
    let place = match environment {
        _ if !changes => return Decision::Allow,
        Some(name) if settings.protect.iter().any(|protected| protected == name) => {
            format!("in the protected environment `{name}`")
        }
        Some(_) => return Decision::Allow,
        // No environment is named: assume the worst.
        None => "where no environment is named".into(),
    };
    Decision::Deny(vec![Denial {
        code: "downgrade-in-protected-environment".into(),
        message: format!("`downgrade` is not allowed {place}"),
        hint: Some("write a revision that undoes the change, and `lback migrate` it".into()),
        url: None,
        place: None,
        acceptable: false,
    }])
}

// The names of a component's exports are none that a native linker takes.
#[cfg(target_family = "wasm")]
export!(Plugin);

#[cfg(test)]
mod tests {
    use super::*;

    fn denied(command: &str, args: &[&str], environment: Option<&str>) -> bool {
        let started = Started {
            command: command.into(),
            args: args.iter().map(ToString::to_string).collect(),
            full_command: vec![],
        };
        let settings = Settings { protect: production() };
        matches!(judge(&started, environment, &settings), Decision::Deny(_))
    }

    #[test]
    fn a_downgrade_is_denied_where_it_is_protected() {
        assert!(denied("downgrade", &["-1"], Some("production")));
        assert!(denied("downgrade", &["-1"], None));
        assert!(!denied("downgrade", &["-1"], Some("development")));
    }

    #[test]
    fn what_is_no_downgrade_is_allowed() {
        assert!(!denied("upgrade", &["head"], Some("production")));
        assert!(!denied("downgrade", &["--sql", "b:a"], Some("production")));
    }

    #[test]
    fn settings_are_checked() {
        assert!(Settings::parse("{}").is_ok());
        assert!(Settings::parse(r#"{"protect": 7}"#).is_err());
        assert!(Settings::parse(r#"{"protct": []}"#).is_err());
    }
}
