//! Events that are written as samples, and mistakes in them.

use super::read::{ReadEvent, read_events};
use crate::model::event::Event;
use crate::model::signal::Signal;
use crate::model::wire::CloudEvent;

#[test]
fn the_signal_alone_is_enough() {
    let text = r#"{"type":"lback.migration_migrate_command","data":{"arguments":{"version":"head"}}}"#;
    let read = read_events(text).unwrap();
    let [ReadEvent { event, extension: None }] = read.as_slice() else { panic!("{read:?}") };
    assert_eq!(event.signal, Signal::Migrate { version: "head".into() });
    assert_eq!(event.context.environment, None);
    assert!(read_events(r#"{"type":"lback.migration_history_command"}"#).is_ok());
}

#[test]
fn a_text_may_have_several_events() {
    let text = "{\"type\":\"lback.migration_history_command\"}\n{\"type\":\"lback.migration_commands_initialized\"}\n";
    assert_eq!(read_events(text).unwrap().len(), 2);
}

#[test]
fn an_error_names_the_event_and_the_field() {
    for (text, number, said) in [
        ("{", 1, "EOF"),
        ("{}", 1, "missing field `type`"),
        (r#"{"type":"migration_history_command"}"#, 1, "must begin with `lback.`"),
        (r#"{"type":"lback.migration_history_command"} {"type":"lback.x"}"#, 2, "there is no signal `x`"),
        (r#"{"type":"lback.migration_migrate_command"}"#, 1, "missing field `version`"),
        (
            r#"{"type":"lback.migration_migrate_command","data":{"arguments":{"verison":"a"}}}"#,
            1,
            "unknown field `verison`",
        ),
        (r#"{"type":"lback.migration_history_command","data":{"contxt":{}}}"#, 1, "unknown field `contxt`"),
        (r#"{"type":"lback.migration_history_command","id":"1"}"#, 1, "`id` is not a UUID"),
        (r#"{"type":"lback.migration_history_command","time":"now"}"#, 1, "`time`"),
        (
            r#"{"type":"lback.alembic_command_completed","data":{"arguments":{"command":"x","error_type":"timed_out"}}}"#,
            1,
            "no `error_type`",
        ),
        (
            r#"{"type":"lback.alembic_command_failed","data":{"arguments":{"command":"x","error_type":"odd"}}}"#,
            1,
            "unknown variant `odd`",
        ),
        (r#"{"type":"lback.extension","data":{"arguments":{"name":"x","json":"{"}}}"#, 1, "is not JSON"),
    ] {
        let (at, why) = read_events(text).unwrap_err();
        assert!(at == number && why.contains(said), "{text}: {at}: {why}");
    }
}

#[test]
fn an_event_that_was_written_is_read_again() {
    let text = include_str!("../../sample/signals/alembic_command_failed.denied.json");
    let written: Vec<Event> = read_events(text).unwrap().into_iter().map(|read| read.event).collect();
    let documents: Vec<_> =
        written.iter().map(|event| serde_json::to_string(&CloudEvent::from(event)).unwrap()).collect();
    let read: Vec<_> = read_events(&documents.join("\n")).unwrap().into_iter().map(|read| read.event).collect();
    assert_eq!(read, written);
}
