use std::collections::BTreeSet;

use super::*;
use crate::ui::documents::schema::{assert_committed, schema_of_input};

#[test]
fn every_signal_is_shipped_and_so_is_an_extension() {
    let samples = shipped();
    let signals: BTreeSet<_> = samples.iter().filter_map(Sample::known_signal).collect();
    assert_eq!(signals, SignalName::ALL.into());
    assert_eq!(samples.iter().filter(|sample| sample.extension.is_some()).count(), 1);
    for sample in &samples {
        assert_eq!(sample.name.split('.').next(), Some(sample.known_signal().map_or("extension", SignalName::as_str)));
    }
    let ids: BTreeSet<_> = samples.iter().map(|sample| sample.event.id).collect();
    assert_eq!(ids.len(), samples.len());
}

#[test]
fn the_signal_alone_is_enough() {
    let text = r#"{"type":"lback.migration_migrate_command","data":{"arguments":{"version":"head"}}}"#;
    let read = sample_form::read(text).unwrap();
    let [(event, None)] = read.as_slice() else { panic!("{read:?}") };
    assert_eq!(event.signal, crate::model::event::Signal::Migrate { version: "head".into() });
    assert_eq!(event.context.environment, None);
    assert!(sample_form::read(r#"{"type":"lback.migration_history_command"}"#).is_ok());
}

#[test]
fn several_events_may_stand_in_one_text() {
    let text = "{\"type\":\"lback.migration_history_command\"}\n{\"type\":\"lback.migration_commands_initialized\"}\n";
    assert_eq!(sample_form::read(text).unwrap().len(), 2);
}

#[test]
fn a_mistake_is_told_with_the_event_and_the_field() {
    for (text, number, said) in [
        ("{", 1, "EOF"),
        ("{}", 1, "missing field `type`"),
        (r#"{"type":"migration_history_command"}"#, 1, "begins with `lback.`"),
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
        let (at, why) = sample_form::read(text).unwrap_err();
        assert!(at == number && why.contains(said), "{text}: {at}: {why}");
    }
}

#[test]
fn the_committed_schema_is_the_generated_one() {
    assert_committed("plugin-signal.schema.json", &schema_of_input::<SampleForm>());
}
