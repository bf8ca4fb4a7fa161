//! The gate of this process. Every output of lback passes through it.

use std::borrow::Cow;
use std::sync::LazyLock;

use super::gate::Gate;

static PROCESS: LazyLock<Gate> = LazyLock::new(Gate::default);

/// Returns the gate of this process, which knows all secrets that any part of lback has learned.
///
/// It is shared by the whole process, so that no output can be built without it.
pub(crate) fn process() -> &'static Gate {
    &PROCESS
}

/// Redacts a text with identifiers, such as a name or a statement. See [`Gate::redact`].
pub(crate) fn redact(text: &str) -> Cow<'_, str> {
    process().redact(text)
}

/// Redacts a free text, such as a message or an output. See [`Gate::redact_free`].
pub(crate) fn redact_free(text: &str) -> Cow<'_, str> {
    process().redact_free(text)
}
