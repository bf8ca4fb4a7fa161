//! Tests of the whole journal, on real files.

mod crashes;
mod outbox;
mod retention;
mod runs;
mod trouble;

use std::path::PathBuf;
use std::time::Duration;

use serde_json::{Value, json};
use tempfile::TempDir;
use uuid::Uuid;

use super::{End, Journal, JournalReader, JournalSettings, RunFilter, RunRecord, RunRow, RunStart};
use crate::model::event::{Context, Event, Sender};
use crate::model::signal::{AlembicCommand, ErrorType, Exception, Signal};
use crate::support::redact::Gate;

const YEAR: Duration = Duration::from_hours(365 * 24);
const SCOPE: &str = "/srv/shop";

/// A journal in a folder of its own.
struct Place {
    folder: TempDir,
    keep: Duration,
}

/// A run that is written down.
struct Running {
    record: RunRecord,
    sender: Sender,
    context: Context,
    gate: Gate,
}

impl Place {
    fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap(), keep: YEAR }
    }

    fn path(&self) -> PathBuf {
        self.folder.path().join("state/journal.sqlite3")
    }

    fn open(&self) -> Journal {
        Journal::open(JournalSettings { path: self.path(), keep: self.keep })
    }

    fn reader(&self) -> JournalReader {
        JournalReader::open(&self.path()).unwrap().expect("a journal")
    }

    /// A run in a process of its own, as far as the journal can tell.
    fn run(&self) -> Running {
        self.run_in(SCOPE)
    }

    fn run_in(&self, scope: &str) -> Running {
        let sender = Sender { run_id: Uuid::now_v7(), project: "shop".into() };
        let context = Context { environment: Some("staging".into()), actor: Some("ana".into()), ..Context::default() };
        let (root, scope) = (scope.to_owned(), scope.to_owned());
        let start = RunStart { sender: sender.clone(), context: context.clone(), root, scope };
        let gate = Gate::default();
        gate.learn_granted("S", "s3cr3t");
        let record = self.open().begin(start, gate.clone());
        Running { record, sender, context, gate }
    }

    fn sql(&self, sql: &str) {
        rusqlite::Connection::open(self.path()).unwrap().execute_batch(sql).unwrap();
    }

    fn runs(&self) -> Vec<RunRow> {
        self.reader().runs(&RunFilter::default()).unwrap()
    }

    fn outcomes(&self) -> Vec<String> {
        self.runs().into_iter().map(|run| run.outcome).collect()
    }
}

impl Running {
    fn id(&self) -> String {
        self.sender.run_id.to_string()
    }

    /// Sends a signal, and says whether it is in the journal.
    async fn send(&self, signal: Signal, to: &[&str]) -> Event {
        let event = Event::now(&self.sender, &self.context, signal);
        let to = to.iter().map(|&name| name.to_owned()).collect();
        assert!(self.record.event(&event, to).await, "the event is kept");
        event
    }

    async fn end(self, exit_code: u8) {
        self.record.end(End { exit_code }).await;
    }

    /// Ends the process as a crash does.
    fn crash(self) {
        self.record.forget();
    }
}

fn started() -> Signal {
    let command = AlembicCommand { command: "upgrade".into(), args: vec!["head".into()] };
    Signal::Started { command, full_command: vec!["alembic".into(), "upgrade".into(), "head".into()] }
}

fn completed() -> Signal {
    Signal::Completed(serde_json::from_value(json!({ "returncode": 0, "stdout": "out" })).unwrap())
}

fn failed(fields: &Value) -> Signal {
    let exception = Exception { kind: "K".into(), message: "because hunter2".into(), denials: Vec::new() };
    Signal::Failed {
        finished: serde_json::from_value(fields.clone()).unwrap(),
        error_type: ErrorType::NonZeroExitCode,
        exception: Some(exception),
    }
}
