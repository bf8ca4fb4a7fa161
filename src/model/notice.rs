//! Notices of a dispatch: what the user should know beside its result.

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;

use super::finding::AcceptedFinding;
use super::signal::SignalName;
use super::verdict::{Denial, Warning};
use crate::support::user_error::UserError;

/// A notice about a plugin, under its name in `lback.toml`.
#[derive(Debug)]
pub(crate) enum Notice {
    /// A policy returned a warning beside its decision.
    Warning { plugin: String, warning: Warning },
    /// A comment in a script set a finding aside.
    Accepted(AcceptedFinding),
    /// A policy denied, and its denial is not enforced.
    WouldDeny { plugin: String, signal: SignalName, denials: Vec<Denial>, because: NotEnforced },
    /// A plugin could not be loaded, and the run continues without it.
    NotLoaded { plugin: String, failure: Arc<dyn UserError + Send + Sync> },
    /// A call failed, and the run continues.
    CallFailed { plugin: String, signal: SignalName, failure: Arc<dyn UserError + Send + Sync>, retry: Retry },
    /// A handler did not finish within the grace period.
    Undelivered { plugin: String, grace: Duration, retry: Retry },
    /// A handler failed again with an event of an earlier run, of `time`. `others` wait behind it.
    RetryFailed { plugin: String, signal: SignalName, time: Timestamp, failure: String, parked: bool, others: usize },
}

/// The next attempt to deliver an event that a plugin did not accept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Retry {
    /// The event is lost, because the journal is off or the event was for a policy.
    Never,
    /// The next run retries.
    NextRun,
    /// The limit of attempts is reached.
    Parked,
}

/// The reason why a denial is not enforced.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NotEnforced {
    /// `mode = "audit"`.
    Audit,
    /// The operator has overridden the plugin for this run.
    Overridden,
}
