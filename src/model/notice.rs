//! Notices of a dispatch: what the user should know beside its result.

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;

use super::signal::SignalName;
use super::verdict::Denial;
use crate::support::user_error::UserError;

/// Every notice names its plugin as `lback.toml` does.
#[derive(Debug)]
pub(crate) enum Notice {
    /// A policy allowed (or denied), and had something to say.
    Warning { plugin: String, text: String },
    /// A policy said no, but its word doesn't count.
    WouldDeny { plugin: String, signal: SignalName, denials: Vec<Denial>, because: NotEnforced },
    /// A plugin could not be loaded, and the run continues without it.
    NotLoaded { plugin: String, failure: Arc<dyn UserError + Send + Sync> },
    /// A call failed, and the run goes on.
    CallFailed { plugin: String, signal: SignalName, failure: Arc<dyn UserError + Send + Sync>, retry: Retry },
    /// A handler had not come to the end of its signals in the time that it had.
    Undelivered { plugin: String, grace: Duration, retry: Retry },
    /// A handler failed again at what it had missed in an earlier run, at `time`. `others` wait behind it.
    RetryFailed { plugin: String, signal: SignalName, time: Timestamp, failure: String, parked: bool, others: usize },
}

/// What becomes of a message that a plugin did not take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Retry {
    /// It is lost: nobody keeps it, or it was a question to a policy.
    Never,
    /// The next run tries again.
    NextRun,
    /// It was tried often enough.
    Parked,
}

/// Why a denial doesn't count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NotEnforced {
    /// `mode = "audit"`.
    Audit,
    /// A person has set the plugin's veto aside for this run.
    Overridden,
}
