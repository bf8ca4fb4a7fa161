//! The journal: runs with their steps, verdicts and outcomes, and the messages that handlers have
//! not accepted yet.
//!
//! One SQLite file holds the runs of many processes and projects. A [`RunRecord`] records one run
//! and never fails it: a write error is reported once. The same file is the outbox of the handlers:
//! lback records an event before it notifies them, and keeps it until they have accepted it
//! ([`outbox`]). The lock of a crashed run reveals it ([`lock`]), and the next run reports it
//! ([`crash`]). `lback log` reads through [`JournalReader`].
//!
//! Other modules decide whom an event concerns and how it is delivered (`dispatch/`), what a run is
//! (`migration/`), and how the journal is shown (`ui/`). Only redacted text is recorded, and it
//! passes `redaction` once more.

mod crash;
mod deliveries;
mod error;
mod file;
mod lock;
mod outbox;
mod queue;
mod read;
mod record;
mod redaction;
mod retention;
mod rows;
mod run_details;
mod run_facts;
mod run_marks;
mod schema;
mod statements;
mod stored_event;
#[cfg(test)]
mod tests;
mod values;

pub(crate) use deliveries::{DeliveryFailure, PendingDelivery};
pub(crate) use error::JournalError;
pub(crate) use outbox::Outbox;
pub(crate) use queue::Journal;
pub(crate) use read::{JournalReader, RunFilter};
pub(crate) use record::RunRecord;
pub(crate) use rows::{
    DatabaseRow, DeliveryRow, EventRow, OverrideRow, RunDetails, RunRow, StepRow, VerdictRow, WaitingRow,
};
pub(crate) use run_facts::{End, RunStart, ToolVersions, VerdictRecord};
pub(crate) use run_marks::RunMarks;
pub(crate) use values::milliseconds;

/// The settings of the journal.
#[derive(Clone, Debug)]
pub(crate) struct JournalSettings {
    /// The file. lback creates its folder if it is missing.
    pub(crate) path: std::path::PathBuf,
    /// The time for which runs are kept, from their start.
    pub(crate) keep: std::time::Duration,
}
