//! Crashed runs: they are marked, and their handlers are notified in their place.

use std::fmt;

use jiff::Timestamp;
use rusqlite::{OptionalExtension as _, Transaction, params};
use sha2::{Digest as _, Sha256};
use uuid::{Builder, Uuid};

use super::lock::{Liveness, Locks};
use super::statements::OPEN_RUNS;
use super::values::other;
use super::{deliveries, stored_event};
use crate::model::event::Event;
use crate::model::signal::{AlembicCommand, ErrorType, Exception, Finished, Signal};
use crate::support::clock;

/// A run whose lback was killed.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct CrashedRun {
    pub(super) id: String,
    command: String,
    started: Timestamp,
}

impl fmt::Display for CrashedRun {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { id, command, started } = self;
        write!(
            f,
            "the run {id} (`{command}`, begun at {started:.0}) crashed; `lback log show {id}` shows how far it got"
        )
    }
}

/// Marks the runs that ended without a recorded end, and queues the message for their handlers.
/// Each is found once.
pub(super) fn recover(transaction: &Transaction<'_>, locks: &Locks) -> rusqlite::Result<Vec<CrashedRun>> {
    let mut statement = transaction.prepare_cached(OPEN_RUNS)?;
    let open: Vec<(String, String, i64)> =
        statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?.collect::<Result<_, _>>()?;
    let mut crashed = Vec::new();
    for (id, words, started) in open {
        let outcome = match locks.life(&id) {
            Liveness::Alive => continue,
            Liveness::Crashed => "crashed",
            // The run ended normally, but could not record it.
            Liveness::Gone => "unknown",
        };
        transaction.execute("update run set outcome = ?2 where id = ?1", params![id, outcome])?;
        if outcome == "crashed" {
            let started = Timestamp::from_millisecond(started).map_err(other)?;
            let words: Vec<String> = serde_json::from_str(&words).unwrap_or_default();
            let run = CrashedRun { id, command: words.join(" "), started };
            tell(transaction, &run)?;
            crashed.push(run);
        }
    }
    Ok(crashed)
}

/// Queues `alembic_command_failed`, if the handlers were notified of the start of the command.
fn tell(transaction: &Transaction<'_>, run: &CrashedRun) -> rusqlite::Result<()> {
    let began = transaction
        .query_row(
            "select content, heirs, scope from event join run on run.id = event.run
             where run = ?1 and signal = 'alembic_command_started' and content is not null",
            [&run.id],
            |row| Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?, row.get::<_, String>(2)?)),
        )
        .optional()?;
    let Some((content, heirs, scope)) = began else { return Ok(()) };
    let event = match stored_event::read(&content) {
        Ok(began) => in_its_place(began, run),
        Err(error) => {
            tracing::warn!("handlers are not notified that the run {} crashed: {error}", run.id);
            return Ok(());
        }
    };
    let Signal::Failed { exception: Some(Exception { message, .. }), .. } = &event.signal else { return Ok(()) };
    transaction
        .execute("update run set error_type = 'exception', error = ?2 where id = ?1", params![run.id, message])?;
    // Text from the journal was redacted when it was recorded.
    let content = stored_event::write(&event);
    transaction.execute(
        "insert into event (id, run, signal, time, content) values (?1, ?2, ?3, ?4, ?5)",
        params![event.id.to_string(), run.id, event.signal.name().as_str(), event.time.as_millisecond(), content],
    )?;
    let number = transaction.last_insert_rowid();
    let heirs: Vec<String> = serde_json::from_str(&heirs).unwrap_or_default();
    deliveries::insert(transaction, number, &scope, None, &heirs)
}

/// Returns the event that the run would have sent.
fn in_its_place(began: Event, run: &CrashedRun) -> Event {
    let command = match began.signal {
        Signal::Started { command, .. } => command,
        _ => AlembicCommand::default(),
    };
    let message = format!("lback crashed while it ran `{}`, begun at {:.0}", run.command, run.started);
    Event {
        id: id_of_crash(began.sender.run_id),
        time: clock::now(),
        sender: began.sender,
        context: began.context,
        signal: Signal::Failed {
            finished: Finished { command, ..Finished::default() },
            error_type: ErrorType::Exception,
            exception: Some(Exception { kind: "Crashed".into(), message, denials: Vec::new() }),
        },
    }
}

/// Returns an id that depends on the run only, so that a receiver can recognise duplicates: a UUID
/// of version 7 with the run's time.
fn id_of_crash(run: Uuid) -> Uuid {
    let digest = Sha256::digest([run.as_bytes().as_slice(), b"crashed"].concat());
    let mut random = [0; 10];
    random.copy_from_slice(&digest[..10]);
    let milliseconds = run.as_bytes()[..6].iter().fold(0, |time, byte| time << 8 | u64::from(*byte));
    Builder::from_unix_timestamp_millis(milliseconds, &random).into_uuid()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_id_of_a_crash_is_the_runs_alone() {
        let run = Uuid::now_v7();
        let id = id_of_crash(run);
        assert_eq!(id, id_of_crash(run));
        assert_ne!(id, id_of_crash(Uuid::now_v7()));
        assert_eq!(id.get_version_num(), 7);
        assert_eq!(id.as_bytes()[..6], run.as_bytes()[..6], "the time of the run");
    }
}
