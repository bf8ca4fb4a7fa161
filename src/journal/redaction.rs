//! The last redaction before the file.
//!
//! Events are redacted when they are made. A run may learn secrets afterwards, so what is recorded
//! passes through the gate once more: it stays on a disk for a year.

use crate::model::event::treatment;
use crate::support::redact::{Gate, Treatment};

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

    /// Redacts a text of an event, by its key.
    pub(super) fn by_key(&self, key: Option<&str>, text: &str) -> String {
        match key.map_or(Treatment::Free, treatment) {
            Treatment::Keep => text.to_owned(),
            Treatment::Name => self.known(text),
            Treatment::Free => self.free(text),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_redacted_by_their_keys() {
        let gate = Gate::default();
        gate.learn_granted("S", "s3cr3t");
        gate.learn_argument("tenant=acme");
        let hiding = Hiding(gate);
        assert_eq!(hiding.by_key(Some("id"), "s3cr3t"), "s3cr3t");
        assert_eq!(hiding.by_key(Some("command"), "acme s3cr3t"), "acme [secret S]");
        assert_eq!(hiding.by_key(Some("stdout"), "acme s3cr3t"), "*** [secret S]");
        assert_eq!(hiding.by_key(None, "acme"), "***");
    }
}
