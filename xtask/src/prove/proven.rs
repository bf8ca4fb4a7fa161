//! The results of `cargo xtask prove`.

use serde_json::Value;

/// The results of a history.
pub(super) struct Proven {
    pub(super) name: String,
    pub(super) compared: Option<Value>,
    pub(super) rolled_back: Option<Value>,
}

impl Proven {
    /// Returns whether both programs finished without a silent miss and without a wrong rollback.
    pub(super) fn is_proven(&self) -> bool {
        let is_zero = |found: &Option<Value>, name: &str| found.as_ref().is_some_and(|found| found[name] == 0);
        let with_rows = self.with_rows();
        is_zero(&self.compared, "silent")
            && with_rows.is_none_or(|found| found["silent"] == 0)
            && is_zero(&self.rolled_back, "wrong")
    }

    /// Returns the comparison with rows in the tables, if there was one.
    pub(super) fn with_rows(&self) -> Option<&Value> {
        self.compared.as_ref().and_then(|found| found.get("with_rows"))
    }
}
