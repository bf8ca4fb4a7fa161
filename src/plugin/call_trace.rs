//! The trace of one call of a plugin, for `lback plugin test` and `bench`. A normal run records no
//! trace.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use crate::plugin::host::log_level::LogLevel;

/// The trace of one call.
#[derive(Clone, Debug, Default)]
pub(crate) struct CallTrace {
    pub(crate) logs: Vec<(LogLevel, String)>,
    /// The requests in the order in which they were made, with values of secrets replaced.
    pub(crate) requests: Vec<TracedRequest>,
    /// The requested secrets, each once, in the order of the first request.
    pub(crate) secrets: Vec<TracedSecret>,
    /// The wall-clock time from instantiation to the answer.
    pub(crate) duration: Duration,
    /// Bytes of linear memory at the end of the call, of all memories together.
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
    /// The request was not sent, because a rule of lback forbids it.
    Refused(String),
    /// The request was sent or replayed, and there was no answer.
    Failed(String),
    /// The request is not in the recording; the text describes the nearest recorded request.
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

/// The recorder to which the parts of the host report what a call does.
#[derive(Clone, Default)]
pub(super) struct CallTracer(Option<Arc<Mutex<CallTrace>>>);

impl CallTracer {
    /// Creates a tracer that records.
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
