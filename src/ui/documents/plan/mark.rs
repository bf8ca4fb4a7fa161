//! The marks in the margin of a plan.

use crate::model::plan::Operation;

/// The mark of a line, for a reader who looks for danger.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mark {
    /// Data is lost.
    Destructive,
    /// Rows are lost.
    DestructiveData,
    /// Rows are read or written.
    Data,
    /// Other sessions wait for a table.
    Lock,
    /// The analysis can't tell.
    Doubt,
    /// The revision is reverted only because of others.
    Collateral,
    None,
}

impl Mark {
    pub(crate) fn of(operation: &Operation) -> Self {
        match (operation.destructive, operation.data) {
            (true, false) => Self::Destructive,
            (true, true) => Self::DestructiveData,
            (false, true) => Self::Data,
            (false, false) => Self::None,
        }
    }
}
