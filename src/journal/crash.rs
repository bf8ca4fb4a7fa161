//! Runs whose process is gone without a word: they are marked, and their handlers are told in their
//! place.

use std::fmt;

use jiff::Timestamp;
use rusqlite::{OptionalExtension as _, Transaction, params};
use sha2::{Digest as _, Sha256};
use uuid::{Builder, Uuid};

use super::lock::{Liveness, Locks};
use super::{outbox, stored_event};
use crate::model::event::{AlembicCommand, ErrorType, Event, Exception, Finished, Signal};

/// A run that ended without a word.
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
            "the run {id} (`{command}`, begun at {started:.0}) ended without a word; `lback log show {id}` says how far it came"
        )
    }
}

/// Marks the runs that are over without an end, and queues what their handlers should hear. Each is
/// found once.
pub(super) fn recover(transaction: &Transaction<'_>, locks: &Locks) -> rusqlite::Result<Vec<CrashedRun>> {
    let mut statement = transaction.prepare_cached(OPEN)?;
    let open: Vec<(String, String, i64)> =
        statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?.collect::<Result<_, _>>()?;
    let mut crashed = Vec::new();
    for (id, words, started) in open {
        let outcome = match locks.life(&id) {
            Liveness::Alive => continue,
            Liveness::Crashed => "crashed",
            // It ended in good order and could not write it down.
            Liveness::Gone => "unknown",
        };
        transaction.execute("update run set outcome = ?2 where id = ?1", params![id, outcome])?;
        if outcome == "crashed" {
            let started = Timestamp::from_millisecond(started).map_err(outbox::other)?;
            let words: Vec<String> = serde_json::from_str(&words).unwrap_or_default();
            let run = CrashedRun { id, command: words.join(" "), started };
            tell(transaction, &run)?;
            crashed.push(run);
        }
    }
    Ok(crashed)
}

pub(super) const OPEN: &str = "select id, full_command, started from run where outcome is null";

/// Queues `alembic_command_failed`, if the handlers had heard that the command was about to start.
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
            tracing::warn!("nobody is told that the run {} crashed: {error}", run.id);
            return Ok(());
        }
    };
    let Signal::Failed { exception: Some(Exception { message, .. }), .. } = &event.signal else { return Ok(()) };
    transaction
        .execute("update run set error_type = 'exception', error = ?2 where id = ?1", params![run.id, message])?;
    // What came from the journal was hidden when it went in.
    let content = stored_event::write(&event, &|_, text| text.to_owned());
    transaction.execute(
        "insert into event (id, run, signal, time, content) values (?1, ?2, ?3, ?4, ?5)",
        params![event.id.to_string(), run.id, event.signal.name().as_str(), event.time.as_millisecond(), content],
    )?;
    let number = transaction.last_insert_rowid();
    let heirs: Vec<String> = serde_json::from_str(&heirs).unwrap_or_default();
    outbox::insert(transaction, number, &scope, None, &heirs)
}

/// What the run would have said.
fn in_its_place(began: Event, run: &CrashedRun) -> Event {
    let command = match began.signal {
        Signal::Started { command, .. } => command,
        _ => AlembicCommand::default(),
    };
    let message = format!("lback ended without a word while it ran `{}`, begun at {:.0}", run.command, run.started);
    Event {
        id: id_of_crash(began.sender.run_id),
        time: Timestamp::now(),
        sender: began.sender,
        context: began.context,
        signal: Signal::Failed {
            finished: Finished { command, ..Finished::default() },
            error_type: ErrorType::Exception,
            exception: Some(Exception { kind: "Crashed".into(), message, denials: Vec::new() }),
        },
    }
}

/// Always the same for the same run, so that its receiver can tell it from another: a UUID of
/// version 7 with the run's time.
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
