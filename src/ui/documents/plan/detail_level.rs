//! The detail of a plan that is shown.

use super::fold::Fold;

/// The options for the detail of a plan. The JSON form always has everything.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct PlanOptions {
    /// Shows every revision and every operation.
    pub(crate) all: bool,
    /// Shows the SQL statements.
    pub(crate) sql: bool,
}

/// The detail of a plan in one form of output.
#[derive(Clone, Copy, Debug)]
pub(super) struct DetailLevel {
    pub(super) fold: Fold,
    pub(super) sql: bool,
    /// The options that show everything.
    pub(super) show_all: &'static str,
}

impl From<PlanOptions> for DetailLevel {
    fn from(PlanOptions { all, sql }: PlanOptions) -> Self {
        Self { fold: if all { Fold::None } else { Fold::Long }, sql, show_all: "--all" }
    }
}

impl DetailLevel {
    pub(super) fn left_out(self) -> String {
        format!("`{}` shows what is left out", self.show_all)
    }
}
