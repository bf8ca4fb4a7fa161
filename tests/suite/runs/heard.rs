//! The recorder's account of a run, compared with the expected one.

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::{Value, json};

use super::commands::Command;
use super::table::text;
use crate::support::{Done, Record, alembic, is_success_line, records};

/// Returns the events that the recorder got in this role, in order: each signal with its arguments.
/// [`check`] compares sender, time and context, and `databases.rs` the state of the database.
pub(super) fn told(done: &Done, role: &str) -> Vec<Value> {
    records(&done.stderr).into_iter().filter(|record| record["role"] == role).map(signal_alone).collect()
}

fn signal_alone(mut record: Record) -> Value {
    let fields = record.as_object_mut().expect("a record is an object");
    // What the launcher puts before the program is the same in every run.
    if let Some(words) = fields.get_mut("full_command").and_then(Value::as_array_mut)
        && let Some(script) = words.iter().position(is_launcher)
    {
        words.drain(..=script);
    }
    fields.retain(|name, _| !["role", "id", "time", "sender", "context", "databases"].contains(&name.as_str()));
    record
}

fn is_launcher(word: &Value) -> bool {
    word.as_str().is_some_and(|word| word.ends_with("lback_launcher/entry.py"))
}

/// Returns the expected events before Alembic, for this program.
pub(super) fn before(command: &Command, program: &str) -> Vec<Value> {
    let own = command.signal.map(|json| serde_json::from_str(json).expect("the table has JSON"));
    let subcommand = Some(command.subcommand).filter(|word| !word.is_empty());
    let words = command.options.iter().copied().chain(subcommand).chain(command.args.iter().copied());
    let full_command: Vec<_> = std::iter::once(program).chain(words).collect();
    let started = json!({
        "signal": "alembic_command_started",
        "command": command.subcommand,
        "args": command.args,
        "full_command": full_command,
    });
    [Some(json!({ "signal": "migration_commands_initialized" })), own, Some(started)].into_iter().flatten().collect()
}

/// Returns the expected last event of a run with Alembic: `rest` has the arguments that differ from
/// run to run. Its output is what the user saw.
pub(super) fn ended(done: &Done, command: &Command, rest: &Value) -> Value {
    merged(
        json!({
            "command": command.subcommand,
            "args": command.args,
            "stdout": done.stdout,
            "stderr": stderr_of_alembic(done),
            "attempts": 1,
            "accepted": [],
        }),
        rest,
    )
}

/// Returns the expected last event of a run without Alembic.
pub(super) fn never_ran(command: &Command, rest: &Value) -> Value {
    merged(
        json!({
            "signal": "alembic_command_failed",
            "command": command.subcommand,
            "args": command.args,
            "returncode": null,
            "stdout": "",
            "stderr": "",
            "duration_ms": 0,
            "attempts": 0,
            "accepted": [],
        }),
        rest,
    )
}

fn merged(mut into: Value, from: &Value) -> Value {
    let fields = into.as_object_mut().expect("an object");
    fields.extend(from.as_object().expect("an object").clone());
    into
}

/// Returns stderr without the recorder's lines and lback's own last lines.
pub(super) fn stderr_of_alembic(done: &Done) -> String {
    let lines = done.stderr.split_inclusive('\n').filter(|line| !line.starts_with("info: rec: record: "));
    let own = ["error: ", "warning: ", "note: "];
    lines.take_while(|line| !own.iter().any(|label| line.starts_with(label)) && !is_success_line(line)).collect()
}

/// Checks the events of both roles: the policy gets those before Alembic, the handler also the last
/// one.
#[track_caller]
pub(super) fn check(done: &Done, command: &Command, end: Value) {
    check_run_by(done, command, &alembic(), end);
}

/// Checks the events of a run that has this program for Alembic.
#[track_caller]
pub(super) fn check_run_by(done: &Done, command: &Command, program: &Path, end: Value) {
    let mut before = before(command, &text(program));
    assert_eq!(told(done, "policy"), before, "what the policy was asked: {done}");
    let mut heard = told(done, "handler");
    if let Some(last) = heard.last_mut().and_then(Value::as_object_mut)
        && end.get("duration_ms").is_none()
    {
        let duration = last.remove("duration_ms").and_then(|duration| duration.as_u64());
        assert!(duration.is_some_and(|duration| duration > 0), "Alembic took time: {done}");
    }
    before.push(end);
    assert_eq!(heard, before, "what the handler heard: {done}");
    check_circumstances(done);
}

/// Checks that all events are of one run, in the order of their times, and equal for both roles.
#[track_caller]
pub(super) fn check_circumstances(done: &Done) {
    let all = records(&done.stderr);
    let first = all.first().unwrap_or_else(|| panic!("nothing was recorded: {done}"));
    let mut ids = BTreeMap::new();
    for record in &all {
        let field = |name: &str| record[name].as_str().unwrap_or_else(|| panic!("{name} in {record}")).to_owned();
        let (id, time, signal) = (field("id"), field("time"), field("signal"));
        assert_eq!(record["sender"], first["sender"], "{done}");
        assert_eq!(record["context"], first["context"], "{done}");
        assert!(is_uuid(&id) && is_time(&time), "{record}");
        let known = ids.entry(id).or_insert_with(|| (signal.clone(), time.clone()));
        assert_eq!(*known, (signal, time), "one event under one id: {done}");
    }
    let sent: Vec<_> = all.iter().filter(|record| record["role"] == "handler").collect();
    let mut handled: Vec<_> = sent.iter().map(|record| record["id"].as_str()).collect();
    handled.dedup();
    assert_eq!(handled.len(), sent.len(), "each event has an id of its own: {done}");
    assert!(sent.is_sorted_by_key(|record| record["time"].as_str()), "{done}");
    let sender = &first["sender"];
    assert!(is_uuid(sender["run_id"].as_str().expect("a run")), "{sender}");
    assert_eq!(sender["project"], "shop");
    assert_eq!(sender["lback_version"], env!("CARGO_PKG_VERSION"));
}

/// Returns whether a text is a UUID of version 7.
fn is_uuid(text: &str) -> bool {
    let parts: Vec<_> = text.split('-').collect();
    let hexadecimal = parts.iter().all(|part| part.chars().all(|digit| matches!(digit, '0'..='9' | 'a'..='f')));
    parts.iter().map(|part| part.len()).eq([8, 4, 4, 4, 12]) && hexadecimal && parts[2].starts_with('7')
}

/// Returns whether a text is a time of RFC 3339 in UTC with milliseconds.
fn is_time(text: &str) -> bool {
    let pattern = "0000-00-00T00:00:00.000Z";
    text.len() == pattern.len()
        && text.chars().zip(pattern.chars()).all(|(is, should)| match should {
            '0' => is.is_ascii_digit(),
            _ => is == should,
        })
}
