//! Secrets of plugins: their values, and the redaction of texts that plugins write.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::support::redact::{Gate, process, redact_free};

/// Values of secrets by name. The type has no `Debug`, so that no log contains values.
#[derive(Clone, Default)]
pub(crate) struct Secrets(Arc<BTreeMap<String, String>>);

impl Secrets {
    pub(crate) fn new(values: BTreeMap<String, String>) -> Self {
        Self(Arc::new(values))
    }

    pub(in crate::plugin) fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    /// Lets a gate learn the values.
    pub(crate) fn teach(&self, gate: &Gate) {
        for (name, value) in self.0.iter() {
            gate.learn_granted(name, value);
        }
    }

    /// Returns a redactor for the values, which the gate of this process learns too.
    pub(crate) fn redactor(&self) -> Redactor {
        let gate = Gate::default();
        self.teach(&gate);
        self.teach(process());
        Redactor(gate)
    }
}

/// Replaces values of secrets in texts by their names.
#[derive(Clone)]
pub(crate) struct Redactor(Gate);

impl Redactor {
    /// Redacts a text that a plugin wrote: values of its secrets, and all else that the gate of
    /// this process hides.
    #[expect(clippy::unused_self, reason = "a redactor exists only once the process knows the values")]
    pub(crate) fn redact(&self, text: &str) -> String {
        redact_free(text).into_owned()
    }

    /// Replaces values of secrets only, in data that is read again.
    pub(in crate::plugin) fn redact_values(&self, text: &str) -> String {
        self.0.redact_values(text).into_owned()
    }
}
