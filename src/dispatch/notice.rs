//! What a person should hear of a dispatch, beside its result.

use std::sync::Arc;
use std::time::Duration;

use crate::plugin::Failure;
use crate::signal::SignalName;
use crate::verdict::Denial;

/// Every notice names its plugin as `lback.toml` does.
#[derive(Debug)]
pub(crate) enum Notice {
    /// A policy allowed (or denied), and had something to say.
    Warning { plugin: String, text: String },
    /// A policy said no, but its word doesn't count.
    WouldDeny { plugin: String, signal: SignalName, denials: Vec<Denial>, because: Toothless },
    /// A plugin could not be loaded, and the run goes on without it.
    NotLoaded { plugin: String, failure: Arc<Failure> },
    /// A call failed, and the run goes on.
    CallFailed { plugin: String, signal: SignalName, failure: Arc<Failure> },
    /// A handler had not come to the end of its signals in the time that it had.
    Undelivered { plugin: String, grace: Duration },
}

/// Why a denial doesn't count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Toothless {
    /// `mode = "audit"`.
    Audit,
    /// A person has set the plugin's veto aside for this run.
    Overridden,
}

/// Takes notices as they come, from any thread.
pub(crate) type Notices = Arc<dyn Fn(Notice) + Send + Sync>;
