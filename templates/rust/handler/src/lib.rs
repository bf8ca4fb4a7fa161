//! A handler: posts how each command ended, as JSON.

wit_bindgen::generate!({ path: "wit", world: "handler-plugin" });

use exports::lback::plugin::handler;
use exports::lback::plugin::metadata::{self, Description, Permissions, Request as Asked};
use lback::plugin::http::{self, Header, Part, Request};
use lback::plugin::log::{Level, log};
use lback::plugin::types::{Event, Signal};

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Settings {
    /// The URL that messages are posted to.
    url: String,
    /// The name of the secret that is sent as a bearer token.
    token: Option<String>,
}

impl Settings {
    fn parse(json: &str) -> Result<Self, String> {
        let mut json = serde_json::Deserializer::from_str(json);
        serde_path_to_error::deserialize(&mut json)
            .map_err(|error| format!("its settings: `{}`: {}", error.path(), error.inner()))
    }
}

const SCHEMA: &str = r#"{
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "type": "object",
  "additionalProperties": false,
  "required": ["url"],
  "properties": {
    "url": { "type": "string", "format": "uri", "description": "Where to post to." },
    "token": { "type": "string", "description": "The name of the secret that is sent as a bearer token." }
  }
}"#;

struct Plugin;

impl metadata::Guest for Plugin {
    fn describe() -> Description {
        Description {
            name: env!("CARGO_PKG_NAME").into(),
            version: env!("CARGO_PKG_VERSION").into(),
            summary: "posts how each command ended".into(),
            signals: vec!["alembic_command_completed".into(), "alembic_command_failed".into()],
            permissions: Permissions {
                http: vec![Asked::InSetting("/url".into())],
                secrets: vec![Asked::InSetting("/token".into())],
            },
            settings_schema: Some(SCHEMA.into()),
        }
    }
}

impl handler::Guest for Plugin {
    fn handle(event: Event, settings: String) -> Result<(), String> {
        let settings = Settings::parse(&settings)?;
        let Some(message) = message(&event) else { return Ok(()) };
        let text = |text: &str| vec![Part::Text(text.into())];
        let mut headers = vec![Header { name: "content-type".into(), value: text("application/json") }];
        if let Some(token) = settings.token {
            // The host puts the value in: the plugin never sees it.
            let value = vec![Part::Text("Bearer ".into()), Part::Secret(token)];
            headers.push(Header { name: "authorization".into(), value });
        }
        let body = message.to_string().into_bytes();
        let answer = http::send(&Request { method: "POST".into(), url: text(&settings.url), headers, body })
            .map_err(|error| {
                use http::Error::{Invalid, Limit, Refused, Unreachable};
                let (Invalid(why) | Refused(why) | Unreachable(why) | Limit(why)) = error;
                why
            })?;
        log(Level::Debug, &format!("the server answered {}", answer.status));
        if (200..300).contains(&answer.status) { Ok(()) } else { Err(format!("the server answered {}", answer.status)) }
    }
}

/// Returns the message; none for a signal that isn't the end of a command.
fn message(event: &Event) -> Option<serde_json::Value> {
    let (command, outcome, milliseconds) = match &event.signal {
        Signal::AlembicCommandCompleted(completed) => (&completed.command, "completed", completed.duration_ms),
        Signal::AlembicCommandFailed(failed) => {
            (&failed.command, failed.error_type.as_deref().unwrap_or("failed"), failed.duration_ms)
        }
        _ => return None,
    };
    Some(serde_json::json!({
        "id": event.id, "time": event.time, "project": event.sender.project, "environment": event.context.environment,
        "command": command, "outcome": outcome, "milliseconds": milliseconds,
    }))
}

// The names of a component's exports are none that a native linker takes.
#[cfg(target_family = "wasm")]
export!(Plugin);

#[cfg(test)]
mod tests {
    use super::*;
    use lback::plugin::types::{Completed, Context, Sender};

    fn event(signal: Signal) -> Event {
        Event {
            id: "1".into(),
            time: "2026-11-22T18:00:00.000Z".into(),
            sender: Sender { run_id: "2".into(), project: "shop".into(), lback_version: "0.1.0".into() },
            context: Context {
                environment: Some("staging".into()),
                actor: None,
                host: None,
                git_commit: None,
                git_branch: None,
                ci_job_url: None,
                overrides: vec![],
                target: None,
            },
            signal,
        }
    }

    #[test]
    fn the_end_of_a_command_is_posted() {
        let completed = Completed {
            command: "upgrade".into(),
            args: vec!["head".into()],
            returncode: 0,
            stdout: String::new(),
            stderr: String::new(),
            duration_ms: 1_200,
            databases: vec![],
            attempts: 1,
            accepted: vec![],
        };
        let message = message(&event(Signal::AlembicCommandCompleted(completed))).unwrap();
        assert_eq!(message["command"], "upgrade");
        assert_eq!(message["outcome"], "completed");
        assert_eq!(message["environment"], "staging");
        assert_eq!(message["milliseconds"], 1_200);
    }

    #[test]
    fn other_signals_are_not() {
        assert!(message(&event(Signal::MigrationHistoryCommand)).is_none());
    }

    #[test]
    fn settings_are_checked() {
        assert!(Settings::parse(r#"{"url": "https://example.com"}"#).is_ok());
        assert!(Settings::parse("{}").is_err());
        assert!(Settings::parse(r#"{"url": "https://example.com", "tokn": "A"}"#).is_err());
    }
}
