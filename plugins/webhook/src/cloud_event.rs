//! An event as a CloudEvent 1.0 in structured JSON.
//!
//! The fields are those of `lback --events` (`schemas/events.schema.json`).

use std::fmt::Write as _;

use serde::Serialize;
use serde_json::{Value, json};

use crate::bindings::lback::plugin::types::{Event, Failed, Signal};

/// The signals of this version of the contract.
pub(crate) const SIGNALS: [&str; 8] = [
    "migration_commands_initialized",
    "migration_makemigrations_command",
    "migration_migrate_command",
    "migration_rollback_command",
    "migration_history_command",
    "alembic_command_started",
    "alembic_command_completed",
    "alembic_command_failed",
];

/// Returns the body of the request. The same event always makes the same bytes.
pub(crate) fn body(event: &Event) -> Result<Vec<u8>, String> {
    let event = cloud_event(event).map_err(|error| format!("the event can't be written as JSON: {error}"))?;
    Ok(event.to_string().into_bytes())
}

fn cloud_event(event: &Event) -> serde_json::Result<Value> {
    let Event { id, time, sender, context, signal } = event;
    Ok(json!({
        "specversion": "1.0",
        "id": id,
        "source": format!("urn:lback:project:{}", quoted(&sender.project)),
        "type": format!("lback.{}", name(signal)),
        "subject": sender.run_id,
        "time": time,
        "datacontenttype": "application/json",
        "data": {
            "project": sender.project,
            "lback_version": sender.lback_version,
            "context": serde_json::to_value(context)?,
            "arguments": arguments(signal)?,
        },
    }))
}

fn name(signal: &Signal) -> &str {
    let [initialized, makemigrations, migrate, rollback, history, started, completed, failed] = SIGNALS;
    match signal {
        Signal::MigrationCommandsInitialized => initialized,
        Signal::MigrationMakemigrationsCommand(_) => makemigrations,
        Signal::MigrationMigrateCommand(_) => migrate,
        Signal::MigrationRollbackCommand(_) => rollback,
        Signal::MigrationHistoryCommand => history,
        Signal::AlembicCommandStarted(_) => started,
        Signal::AlembicCommandCompleted(_) => completed,
        Signal::AlembicCommandFailed(_) => failed,
        Signal::Extension(extension) => &extension.name,
    }
}

fn arguments(signal: &Signal) -> serde_json::Result<Value> {
    match signal {
        Signal::MigrationCommandsInitialized | Signal::MigrationHistoryCommand => Ok(json!({})),
        Signal::MigrationMakemigrationsCommand(arguments) => serde_json::to_value(arguments),
        Signal::MigrationMigrateCommand(arguments) => serde_json::to_value(arguments),
        Signal::MigrationRollbackCommand(arguments) => serde_json::to_value(arguments),
        Signal::AlembicCommandStarted(arguments) => serde_json::to_value(arguments),
        Signal::AlembicCommandCompleted(arguments) => {
            // Both ends of a command have the same fields.
            with(arguments, [("error_type", Value::Null), ("exception", Value::Null)])
        }
        Signal::AlembicCommandFailed(arguments) => with(arguments, [("exception", exception(arguments)?)]),
        Signal::Extension(extension) => serde_json::from_str(&extension.json),
    }
}

/// Returns the fields of a record with others in addition, or in place of its own.
fn with<const N: usize>(record: &impl Serialize, fields: [(&str, Value); N]) -> serde_json::Result<Value> {
    let mut value = serde_json::to_value(record)?;
    for (name, field) in fields {
        value[name] = field;
    }
    Ok(value)
}

/// Returns the cause of a failure. The plugin and the denial are one flat object.
fn exception(failed: &Failed) -> serde_json::Result<Value> {
    let Some(exception) = &failed.exception else { return Ok(Value::Null) };
    let denial = |denial: &crate::bindings::lback::plugin::types::AttributedDenial| {
        with(&denial.denial, [("plugin", json!(denial.plugin))])
    };
    let denials: Vec<Value> = exception.denials.iter().map(denial).collect::<Result<_, _>>()?;
    with(exception, [("denials", Value::Array(denials))])
}

/// Returns the text with every byte escaped that a URN can't contain.
fn quoted(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            quoted.push(char::from(byte));
        } else {
            // Writing into a string doesn't fail.
            let _ = write!(quoted, "%{byte:02X}");
        }
    }
    quoted
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bindings::lback::plugin::types::{
        AttributedDenial, Completed, Context, Denial, Exception, Extension, Migrate, Override, Sender,
    };

    fn event(signal: Signal) -> Event {
        Event {
            id: "id-1".into(),
            time: "2026-11-22T18:00:00.000Z".into(),
            sender: Sender { run_id: "run-1".into(), project: "der Läden/1".into(), lback_version: "0.1.0".into() },
            context: Context {
                environment: Some("production".into()),
                actor: Some("ana".into()),
                host: None,
                git_commit: None,
                git_branch: None,
                ci_job_url: None,
                overrides: vec![Override { plugin: "guard".into(), reason: "the site is down".into() }],
                target: None,
            },
            signal,
        }
    }

    fn made(signal: Signal) -> Value {
        serde_json::from_slice(&body(&event(signal)).unwrap()).unwrap()
    }

    fn failed() -> Failed {
        Failed {
            command: "downgrade".into(),
            args: vec!["-1".into()],
            returncode: None,
            stdout: String::new(),
            stderr: String::new(),
            error_type: Some("denied_by_policy".into()),
            exception: None,
            duration_ms: 0,
            databases: Vec::new(),
            attempts: 1,
            accepted: Vec::new(),
        }
    }

    #[test]
    fn the_attributes() {
        let mut made = made(Signal::MigrationMigrateCommand(Migrate { version: "head".into() }));
        let data = made.as_object_mut().unwrap().remove("data").unwrap();
        assert_eq!(
            made,
            json!({
                "specversion": "1.0",
                "id": "id-1",
                "source": "urn:lback:project:der%20L%C3%A4den%2F1",
                "type": "lback.migration_migrate_command",
                "subject": "run-1",
                "time": "2026-11-22T18:00:00.000Z",
                "datacontenttype": "application/json",
            })
        );
        assert_eq!(data["arguments"], json!({"version": "head"}));
        assert_eq!(data["project"], "der Läden/1");
        assert_eq!(data["context"]["ci_job_url"], Value::Null);
        assert_eq!(data["context"]["overrides"], json!([{"plugin": "guard", "reason": "the site is down"}]));
    }

    #[test]
    fn a_signal_without_arguments() {
        assert_eq!(made(Signal::MigrationHistoryCommand)["data"]["arguments"], json!({}));
    }

    #[test]
    fn a_denial_is_flat() {
        let denial = Denial {
            code: "code".into(),
            message: "message".into(),
            hint: Some("hint".into()),
            url: None,
            place: None,
            acceptable: false,
        };
        let exception = Exception {
            kind: "PolicyDenied".into(),
            message: "no".into(),
            denials: vec![AttributedDenial { plugin: "guard".into(), denial }],
        };
        let made = made(Signal::AlembicCommandFailed(Failed { exception: Some(exception), ..failed() }));
        let flat = json!({
            "plugin": "guard",
            "code": "code",
            "message": "message",
            "hint": "hint",
            "url": null,
            "place": null,
            "acceptable": false,
        });
        assert_eq!(made["data"]["arguments"]["exception"]["denials"], json!([flat]));
    }

    #[test]
    fn both_ends_have_the_same_fields() {
        let completed = Completed {
            command: "upgrade".into(),
            args: vec!["head".into()],
            returncode: 0,
            stdout: String::new(),
            stderr: String::new(),
            duration_ms: 7,
            databases: Vec::new(),
            attempts: 1,
            accepted: Vec::new(),
        };
        let fields = |signal| {
            let made = made(signal);
            made["data"]["arguments"].as_object().unwrap().keys().cloned().collect::<Vec<_>>()
        };
        assert_eq!(fields(Signal::AlembicCommandCompleted(completed)), fields(Signal::AlembicCommandFailed(failed())));
    }

    #[test]
    fn a_later_signal_is_passed_on() {
        let extension = Extension { name: "fleet_finished".into(), json: r#"{"tenants": 7}"#.into() };
        let made = made(Signal::Extension(extension));
        assert_eq!(
            (&made["type"], &made["data"]["arguments"]),
            (&json!("lback.fleet_finished"), &json!({"tenants": 7}))
        );
    }

    #[test]
    fn arguments_that_are_no_json_are_an_error() {
        let extension = Extension { name: "x".into(), json: "{".into() };
        assert!(body(&event(Signal::Extension(extension))).unwrap_err().starts_with("the event can't be written"));
    }
}
