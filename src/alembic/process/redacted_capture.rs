//! A bounded copy of a stream without secrets.

use super::capture::Capture;
use crate::support::redact::{StreamRedactor, process, redact_free};

/// A [`Capture`] of a stream that is redacted before anything is cut from it.
#[derive(Debug)]
pub(crate) struct RedactedCapture {
    stream: StreamRedactor,
    capture: Capture,
}

impl Default for RedactedCapture {
    fn default() -> Self {
        Self { stream: StreamRedactor::new(process().clone()), capture: Capture::default() }
    }
}

impl RedactedCapture {
    pub(crate) fn push(&mut self, bytes: &[u8]) {
        let ready = self.stream.push(bytes);
        self.capture.push(&ready);
    }

    /// Returns the text, as [`Capture::into_text`] does. What was learned after the beginning of
    /// the stream was captured is hidden too.
    pub(crate) fn into_text(mut self) -> String {
        let rest = self.stream.finish();
        self.capture.push(&rest);
        redact_free(&self.capture.into_text()).into_owned()
    }

    /// Returns the number of bytes that were written but not kept.
    #[cfg(test)]
    pub(in crate::alembic) fn left_out(&self) -> u64 {
        self.capture.left_out() + self.stream.pending()
    }
}
