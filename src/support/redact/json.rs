//! The redaction of JSON documents.

use serde_json::Value;

use super::gate::Gate;

/// The redaction of the strings under a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Treatment {
    /// The string stays: an id, or a text that another program continues to use.
    Keep,
    /// The string is a name or a statement. See [`Gate::redact`].
    Name,
    /// The string is a free text. See [`Gate::redact_free`].
    Free,
}

/// Redacts every string of a document. `treatment` decides by the nearest key; a document under a
/// key with [`Treatment::Keep`] stays as a whole.
pub(crate) fn redact_json(gate: &Gate, value: &mut Value, treatment: &impl Fn(&str) -> Treatment) {
    walk(gate, value, Treatment::Name, treatment);
}

fn walk(gate: &Gate, value: &mut Value, current: Treatment, treatment: &impl Fn(&str) -> Treatment) {
    match value {
        Value::String(text) => {
            let shown = match current {
                Treatment::Keep => return,
                Treatment::Name => gate.redact(text),
                Treatment::Free => gate.redact_free(text),
            };
            if let std::borrow::Cow::Owned(shown) = shown {
                *text = shown;
            }
        }
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
