//! What happened, kept: runs with their steps, verdicts and outcome, and the messages that handlers
//! have not heard yet.
//!
//! One SQLite file holds the runs of many processes and projects. A [`RunRecord`] writes down one
//! run and never fails it: what can't be written is said once. The same file is the outbox of the
//! handlers: an event is in it before they are told, and stays until they have heard it
//! ([`outbox`]). A run whose process is gone without a word is recognised by its lock ([`lock`])
//! and reported in its place ([`crash`]). `lback log` reads through [`JournalReader`].
//!
//! Left to others: whom an event concerns and how it is told (`dispatch/`), what a run is
//! (`migration/`), and how all this looks (`output/`). Only what was redacted gets in, and passes
//! `hiding` once more.

mod crash;
mod error;
mod file;
mod lock;
mod outbox;
mod queue;
mod read;
mod record;
mod redaction;
mod retention;
mod run_facts;
mod schema;
mod statements;
mod stored_event;
#[cfg(test)]
mod tests;

pub(crate) use error::JournalError;
pub(crate) use outbox::{DeliveryFailure, Outbox, PendingDelivery};
pub(crate) use queue::Journal;
pub(crate) use read::{
    DatabaseRow, DeliveryRow, EventRow, JournalReader, OverrideRow, RunDetails, RunFilter, RunRow, StepRow, VerdictRow,
    WaitingRow,
};
pub(crate) use record::RunRecord;
pub(crate) use run_facts::{DatabaseState, Step, ToolVersions};
pub(crate) use run_facts::{End, RunStart, VerdictRecord};

/// How a journal is kept.
#[derive(Clone, Debug)]
pub(crate) struct JournalSettings {
    /// The file. Its folder is made where it is missing.
    pub(crate) path: std::path::PathBuf,
    /// How long runs are kept, counted from their start.
    pub(crate) keep: std::time::Duration,
}
