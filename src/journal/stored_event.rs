//! An event in the journal: its JSON form with a version, so that another lback reads it correctly
//! or refuses it.

use serde_json::{Value, json};

use super::error::StoredEventError;
use crate::model::event::Event;

/// The version of the form. A new field with a default keeps it; a field that an earlier lback must
/// not ignore increments it.
const FORM: u64 = 1;

/// Serialises an event, whose secrets are already hidden.
pub(super) fn write(event: &Event) -> String {
    json!({ "form": FORM, "event": event }).to_string()
}

pub(super) fn read(content: &str) -> Result<Event, StoredEventError> {
    let mut document: Value = serde_json::from_str(content)?;
    match document["form"].as_u64() {
        Some(FORM) => Ok(serde_json::from_value(document["event"].take())?),
        Some(found) if found > FORM => Err(StoredEventError::Newer { found, known: FORM }),
        _ => Err(StoredEventError::Invalid(serde::de::Error::missing_field("form"))),
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use uuid::Uuid;

    use super::*;
    use crate::model::event::{Context, Sender};
    use crate::model::signal::{AlembicCommand, ErrorType, Exception, Finished, Signal};
    use crate::model::verdict::{AttributedDenial, Denial};

    fn every_signal() -> Vec<Signal> {
        let command = AlembicCommand { command: "upgrade".into(), args: vec!["head".into()] };
        let finished = finished(&json!({
            "command": command,
            "returncode": -2,
            "stdout": "ü\u{1b}\n",
            "stderr": "\0",
            "duration": Duration::from_micros(1_234_567),
        }));
        let denial = Denial { hint: Some("h".into()), ..Denial::new("c", "m".to_owned()) };
        let exception = Exception {
            kind: "PolicyDenied".into(),
            message: "no".into(),
            denials: vec![AttributedDenial { plugin: "guard".into(), denial }],
        };
        vec![
            Signal::Initialized,
            Signal::Makemigrations { message: "auto".into() },
            Signal::Migrate { version: "head".into() },
            Signal::Rollback { version: "-1".into(), table: Some("users".into()) },
            Signal::History,
            Signal::Started { command, full_command: vec!["alembic".into(), "upgrade".into()] },
            Signal::Completed(finished.clone()),
            Signal::Failed { finished, error_type: ErrorType::DeniedByPolicy, exception: Some(exception) },
        ]
    }

    fn finished(fields: &Value) -> Finished {
        serde_json::from_value(fields.clone()).unwrap()
    }

    fn event(signal: Signal) -> Event {
        let sender = Sender { run_id: Uuid::now_v7(), project: "shop".into() };
        let context = Context { actor: Some("ana".into()), ..Context::default() };
        Event::now(&sender, &context, signal)
    }

    #[test]
    fn every_event_is_read_as_it_was_written() {
        for signal in every_signal() {
            let event = event(signal);
            assert_eq!(read(&write(&event)).unwrap(), event);
        }
    }

    #[test]
    fn other_forms_are_refused_with_a_word() {
        let written = write(&event(Signal::History));
        let later = written.replace("\"form\":1", "\"form\":2");
        assert_eq!(read(&later).unwrap_err().to_string(), "it has the form 2, and this lback reads up to 1");
        let more = written.replace("\"actor\":", "\"more\":1,\"actor\":");
        assert!(read(&more).unwrap_err().to_string().contains("unknown field `more`"), "{more}");
        let more = written.replace("\"name\":\"history\"", "\"name\":\"history\",\"more\":1");
        assert!(matches!(read(&more), Err(StoredEventError::Invalid(_))), "{more}");
        for broken in ["", "{}", "[]", "{\"form\":\"x\"}", "{\"form\":0}"] {
            assert!(matches!(read(broken), Err(StoredEventError::Invalid(_))), "{broken}");
        }
    }

    #[test]
    fn a_field_that_came_later_is_not_missed() {
        let event = event(Signal::Completed(Finished::default()));
        let mut document: Value = serde_json::from_str(&write(&event)).unwrap();
        document["event"]["context"].as_object_mut().unwrap().clear();
        document["event"]["signal"]["arguments"].as_object_mut().unwrap().clear();
        assert_eq!(read(&document.to_string()).unwrap().signal, event.signal);
    }
}
