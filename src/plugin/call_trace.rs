//! What one call of a plugin did, written down for those who try plugins out. In a run nobody looks, and nothing is kept.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use crate::plugin::host::guest_log::LogLevel;

/// An trace of one call.
#[derive(Clone, Debug, Default)]
pub(crate) struct CallTrace {
    pub(crate) logs: Vec<(LogLevel, String)>,
    /// In the order in which they were made. Values of secrets are replaced.
    pub(crate) requests: Vec<TracedRequest>,
    /// Each once, in the order in which they were first asked for.
    pub(crate) secrets: Vec<TracedSecret>,
    /// From instantiation to the answer.
    pub(crate) duration: Duration,
    /// Bytes of linear memory that it had in the end, of all its memories together.
    pub(crate) memory: usize,
}

/// A request that a plugin made, or would have made.
#[derive(Clone, Debug)]
pub(crate) struct TracedRequest {
    pub(crate) method: String,
    pub(crate) url: String,
    pub(crate) outcome: RequestOutcome,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum RequestOutcome {
    /// The status of the answer.
    Answered(u16),
    /// Not sent: a rule of lback is against it.
    Refused(String),
    /// Sent, or it would have been, and there was no answer.
    Failed(String),
    /// It is not in the recording; this is how it differs from the nearest one there.
    Unexpected(String),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct TracedSecret {
    pub(crate) name: String,
    pub(crate) outcome: SecretOutcome,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SecretOutcome {
    Provided,
    NotGranted,
    NotSet,
}

/// Where the parts of the host write down what a call does.
#[derive(Clone, Default)]
pub(super) struct CallTracer(Option<Arc<Mutex<CallTrace>>>);

impl CallTracer {
    /// One that keeps what it sees.
    pub(super) fn recording() -> Self {
        Self(Some(Arc::default()))
    }

    pub(super) fn is_recording(&self) -> bool {
        self.0.is_some()
    }

    pub(super) fn record(&self, write: impl FnOnce(&mut CallTrace)) {
        if let Some(trace) = &self.0 {
            write(&mut trace.lock().unwrap_or_else(PoisonError::into_inner));
        }
    }

    pub(super) fn secret(&self, name: &str, outcome: SecretOutcome) {
        self.record(|trace| {
            if !trace.secrets.iter().any(|asked| asked.name == name) {
                trace.secrets.push(TracedSecret { name: crate::plugin::host::guest_text::printable(name), outcome });
            }
        });
    }

    pub(super) fn trace(&self) -> CallTrace {
        let mut trace = CallTrace::default();
        self.record(|kept| trace = kept.clone());
        trace
    }
}
