//! The redaction of JSON documents, and of fields.

use std::borrow::Cow;

use serde_json::Value;

use super::gate::Gate;

/// The redaction of a text: of a field, or of the strings under a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Treatment {
    /// The string stays: an id, or a text that another program continues to use.
    Keep,
    /// The string is a name or a statement. See [`Gate::redact`].
    Name,
    /// The string is a free text. See [`Gate::redact_free`].
    Free,
}

impl Treatment {
    /// Redacts a text in its place.
    pub(crate) fn redact(self, gate: &Gate, text: &mut String) {
        let shown = match self {
            Self::Keep => return,
            Self::Name => gate.redact(text),
            Self::Free => gate.redact_free(text),
        };
        if let Cow::Owned(shown) = shown {
            *text = shown;
        }
    }
}

/// Redacts every string of a document. `treatment` decides by the nearest key; a document under a
/// key with [`Treatment::Keep`] stays as a whole.
pub(crate) fn redact_json(gate: &Gate, value: &mut Value, treatment: &impl Fn(&str) -> Treatment) {
    walk(gate, value, Treatment::Name, treatment);
}

fn walk(gate: &Gate, value: &mut Value, current: Treatment, treatment: &impl Fn(&str) -> Treatment) {
    match value {
        Value::String(text) => current.redact(gate, text),
        Value::Array(items) => items.iter_mut().for_each(|item| walk(gate, item, current, treatment)),
        Value::Object(entries) => {
            for (key, value) in entries {
                match treatment(key) {
                    Treatment::Keep => {}
                    own => walk(gate, value, own, treatment),
                }
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}
