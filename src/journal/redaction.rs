//! The last redaction before the file.
//!
//! Events are redacted when they are made. A run may learn secrets afterwards, so what is recorded
//! passes through the gate once more: it stays on a disk for a year.

use crate::model::event::Event;
use crate::support::redact::Gate;

/// The redaction of one run.
#[derive(Clone)]
pub(super) struct Hiding(pub(super) Gate);

impl Hiding {
    /// Redacts free text from any source.
    pub(super) fn free(&self, text: &str) -> String {
        self.0.redact_free(text).into_owned()
    }

    /// Redacts text of the command line or the surroundings.
    pub(super) fn known(&self, text: &str) -> String {
        self.0.redact(text).into_owned()
    }

    /// Redacts an event.
    pub(super) fn event(&self, event: &Event) -> Event {
        event.clone().redacted_by(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_redacted_by_their_kinds() {
        let gate = Gate::default();
        gate.learn_granted("S", "s3cr3t");
        gate.learn_argument("tenant=acme");
        let hiding = Hiding(gate);
        assert_eq!(hiding.known("acme s3cr3t"), "acme [secret S]");
        assert_eq!(hiding.free("acme s3cr3t"), "*** [secret S]");
    }
}
