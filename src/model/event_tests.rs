use std::time::Duration;

use serde_json::Value;

use super::*;
use crate::model::database::{Database, DatabaseState, Direction, Step, UnsettledWork};
use crate::model::finding::{AcceptedFinding, AllowComment, Place};
use crate::model::signal::{AlembicCommand, ErrorType, Exception, Finished};
use crate::model::verdict::{AttributedDenial, Denial};

const ERROR_TYPES: [ErrorType; 6] = [
    ErrorType::NonZeroExitCode,
    ErrorType::AlembicNotFound,
    ErrorType::Exception,
    ErrorType::DeniedByPolicy,
    ErrorType::TimedOut,
    ErrorType::Interrupted,
];
const STATES: [DatabaseState; 4] =
    [DatabaseState::Unchanged, DatabaseState::Advanced, DatabaseState::Suspect, DatabaseState::Unknown];
const DIRECTIONS: [Direction; 4] = [Direction::Upgrade, Direction::Downgrade, Direction::Stamp, Direction::Unknown];

fn database((number, state): (usize, DatabaseState)) -> Database {
    let step = Step {
        revision: "a1".into(),
        direction: DIRECTIONS[number],
        doc: Some("doc".into()),
        duration: Some(Duration::from_micros(1_234_567)),
    };
    let work = UnsettledWork { what: "what".into(), look: "look".into(), unseen: Some("unseen".into()) };
    Database {
        dialect: "dialect".into(),
        name: Some("name".into()),
        heads_before: Some(vec!["h1".into()]),
        heads_after: Some(vec!["h2".into()]),
        state,
        steps: vec![step],
        schema: Some("schema".into()),
        has_traces: true,
        unsettled: Some(work),
    }
}

fn signals() -> Vec<Signal> {
    let command = AlembicCommand { command: "upgrade".into(), args: vec!["head".into()] };
    let finished = Finished {
        command: command.clone(),
        returncode: Some(3),
        stdout: "out".into(),
        stderr: "err".into(),
        duration: Duration::from_micros(1_234_567),
        databases: STATES.into_iter().enumerate().map(database).collect(),
        attempts: 2,
        accepted: vec![accepted()],
    };
    let denial = Denial {
        hint: Some("h".into()),
        url: Some("u".into()),
        place: Some(place()),
        acceptable: true,
        ..Denial::new("c", "m".to_owned())
    };
    let denials = vec![AttributedDenial { plugin: "guard".into(), denial }];
    let exception = |kind: &str| Exception { kind: kind.into(), message: "m".into(), denials: denials.clone() };
    let failed = ERROR_TYPES.into_iter().map(|error_type| Signal::Failed {
        finished: finished.clone(),
        error_type,
        exception: Some(exception("ValueError")),
    });
    let mut signals = vec![
        Signal::Initialized,
        Signal::Makemigrations { message: "m".into() },
        Signal::Migrate { version: "v".into() },
        Signal::Rollback { version: "v".into(), table: Some("t".into()) },
        Signal::History,
        Signal::Started { command, full_command: vec!["alembic".into()] },
        Signal::Completed(finished.clone()),
    ];
    signals.extend(failed);
    signals
}

fn place() -> Place {
    Place { revision: "b2".into(), file: Some("b2.py".into()), line: Some(7) }
}

fn accepted() -> AcceptedFinding {
    let (until, reason) = (Some("2027-01-31".to_owned()), Some("r".to_owned()));
    let comment = AllowComment { code: "c".into(), line: 6, lines: Some((7, 8)), until, reason };
    AcceptedFinding { plugin: "lint".into(), code: "c".into(), message: "m".into(), place: place(), comment }
}

fn event(signal: Signal) -> Event {
    let sender = Sender { run_id: Uuid::now_v7(), project: "shop".into() };
    let text = || Some("text".to_owned());
    let context = Context {
        environment: text(),
        actor: text(),
        host: text(),
        git_commit: text(),
        git_branch: text(),
        ci_job_url: text(),
        overrides: vec![Override { plugin: "guard".into(), reason: "because".into() }],
        target: Some(FleetTarget { name: "acme".into(), labels: vec!["canary".into()] }),
    };
    Event { id: Uuid::now_v7(), time: clock::now(), sender, context, signal }
}

/// Collects the strings of a document with their keys.
fn strings<'v>(value: &'v Value, key: &'v str, found: &mut Vec<(&'v str, &'v str)>) {
    match value {
        Value::String(text) => found.push((key, text)),
        Value::Array(items) => items.iter().for_each(|item| strings(item, key, found)),
        Value::Object(entries) => entries.iter().for_each(|(key, value)| strings(value, key, found)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

#[test]
fn every_text_passes_the_gate_and_no_word_of_the_form() {
    for signal in signals() {
        let original = event(signal);
        let mut event = original.clone();
        event.for_each_text(&mut |_, text| *text = "(text)".into());
        let document = serde_json::to_value(&event).unwrap();
        let mut found = Vec::new();
        strings(&document, "", &mut found);
        let tag = &document["signal"]["name"];
        for (key, text) in found {
            let is_form = matches!(key, "id" | "time" | "run_id" | "state" | "direction" | "error_type")
                || key == "name" && text == tag;
            assert_eq!(text == "(text)", !is_form, "`{key}`: {text}");
        }
        assert_eq!(event.signal.name(), original.signal.name());
        assert!(serde_json::from_value::<Event>(document).is_ok());
    }
}

#[test]
fn secrets_like_the_words_of_the_form_leave_an_event_whole() {
    let words = signals().into_iter().flat_map(|signal| {
        let document = serde_json::to_value(event(signal)).unwrap();
        let mut found = Vec::new();
        strings(&document, "", &mut found);
        found.into_iter().map(|(_, text)| text.to_owned()).collect::<Vec<_>>()
    });
    let kinds = ["Locked", "PolicyDenied", "Crashed", "NotStarted"].map(str::to_owned);
    for word in words.chain(kinds) {
        let gate = Gate::default();
        gate.learn_granted("S", &word);
        for form in [word.clone(), format!("{word}1"), format!("{word}2024!"), format!("x9{word}")] {
            gate.learn_variable("DB_PASSWORD", &form);
        }
        for signal in signals() {
            let event = event(signal);
            let shown = event.clone().redacted_by(&gate);
            assert_eq!(shown.signal.name(), event.signal.name(), "{word}");
            let read: Event = serde_json::from_value(serde_json::to_value(&shown).unwrap()).unwrap();
            assert_eq!((read.id, read.time), (event.id, event.time));
        }
    }
}

#[test]
fn fields_that_are_not_written_are_kept_and_redacted() {
    let gate = Gate::default();
    gate.learn_password("hunter2!");
    let mut database = database((0, DatabaseState::Unknown));
    database.unsettled.as_mut().unwrap().look = "psql hunter2!".into();
    let finished = Finished { databases: vec![database], ..Finished::default() };
    let Signal::Completed(shown) = event(Signal::Completed(finished)).redacted_by(&gate).signal else { panic!() };
    assert_eq!(shown.databases[0].unsettled.as_ref().unwrap().look, "psql ***");
    assert!(shown.databases[0].has_traces);
}

#[test]
fn kinds_of_lback_stay() {
    let gate = Gate::default();
    gate.learn_granted("S", Exception::LOCKED);
    let exception = Exception { kind: Exception::LOCKED.into(), message: "Locked".into(), denials: Vec::new() };
    let failed =
        Signal::Failed { finished: Finished::default(), error_type: ErrorType::Exception, exception: Some(exception) };
    let Signal::Failed { exception: Some(shown), .. } = event(failed).redacted_by(&gate).signal else { panic!() };
    assert_eq!((shown.kind.as_str(), shown.message.as_str()), ("Locked", "[secret S]"));
}
