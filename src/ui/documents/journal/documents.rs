//! The documents about the journal: of runs, of one run, and of a redelivery.

use schemars::JsonSchema;
use serde::Serialize;

use crate::journal::{DatabaseRow, EventRow, OverrideRow, RunMarks, RunRow, StepRow, VerdictRow, WaitingRow};

/// The version of the JSON documents. It changes when a field is removed or changes its meaning.
/// New fields may be added at any time.
pub(super) const FORMAT: u32 = 1;

/// Runs, and the messages that handlers have not received.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(title = "lback log --json")]
pub(super) struct RunList {
    /// The version of this document's format. Within a version, no field is removed and none
    /// changes its meaning.
    #[schemars(extend("const" = FORMAT))]
    pub(super) format: u32,
    /// The runs, newest first.
    pub(super) runs: Vec<RunRow>,
    /// The messages that were not delivered, by plugin.
    pub(super) waiting: Vec<WaitingMessages>,
}

/// A run in a list of runs.
pub(crate) struct ListedRun {
    pub(crate) run: RunRow,
    /// The shortest prefix of the run's ID that is unique.
    pub(crate) short_id: String,
    pub(crate) marks: RunMarks,
}

/// The messages that one plugin has not received.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct WaitingMessages {
    /// The plugin, as `lback.toml` named it when the message was sent.
    pub(super) plugin: String,
    /// True if `lback.toml` still lists the plugin. Otherwise the messages are not delivered, and
    /// are deleted when they are old.
    pub(super) listed: bool,
    /// The number of messages that the next run sends again.
    pub(super) waiting: i64,
    /// The number of messages that only `lback log redeliver --parked` sends again.
    pub(super) parked: i64,
    /// The time at which the oldest message was first sent, in RFC 3339.
    pub(super) oldest: String,
    /// The reason why the oldest message was not delivered.
    pub(super) error: Option<String>,
}

/// The whole record of one run.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(title = "lback log show --json")]
pub(super) struct RunDocument {
    /// The version of this document's format. Within a version, no field is removed and none
    /// changes its meaning.
    #[schemars(extend("const" = FORMAT))]
    pub(super) format: u32,
    pub(super) run: RunRow,
    pub(super) databases: Vec<DatabaseRow>,
    /// The steps in the order in which they began.
    pub(super) steps: Vec<StepRow>,
    /// The verdicts of policies, in the order of the run.
    pub(super) verdicts: Vec<VerdictRow>,
    /// The policies that were overridden.
    pub(super) overrides: Vec<OverrideRow>,
    /// The signals in the order in which they were sent, and the plugins that received them.
    pub(super) events: Vec<EventRow>,
    /// Alembic's output, if the run failed.
    pub(super) stdout: Option<String>,
    pub(super) stderr: Option<String>,
}

/// The result of a redelivery.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(title = "lback log redeliver --json")]
pub(super) struct Redelivery {
    /// The version of this document's format. Within a version, no field is removed and none
    /// changes its meaning.
    #[schemars(extend("const" = FORMAT))]
    pub(super) format: u32,
    /// The plugins that had waiting messages.
    pub(super) plugins: Vec<RedeliveredPlugin>,
}

/// The result of a redelivery for one plugin.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct RedeliveredPlugin {
    pub(crate) plugin: String,
    /// The number of messages that the plugin received now.
    pub(crate) heard: usize,
    /// The number of messages that still wait.
    pub(crate) waiting: i64,
    /// The number of messages that are sent again only with `--parked`.
    pub(crate) parked: i64,
    /// The reason why the plugin did not receive the rest.
    pub(crate) error: Option<String>,
}

impl WaitingMessages {
    pub(crate) fn new(row: WaitingRow, listed: bool) -> Self {
        let WaitingRow { plugin, waiting, parked, oldest, error } = row;
        Self { plugin, listed, waiting, parked, oldest: oldest.to_string(), error }
    }
}

impl RedeliveredPlugin {
    /// Returns whether the plugin received every message.
    pub(crate) fn is_done(&self) -> bool {
        self.error.is_none() && self.waiting == 0
    }
}
