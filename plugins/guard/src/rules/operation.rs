//! One operation of a plan: what it means to a rule, and its wording.

use crate::bindings::lback::plugin::plan::{Operation, Table};

/// A description of what an operation does.
pub(super) struct Deed {
    /// The verb after `may`, as in `may drop`.
    pub(super) once: &'static str,
    /// The verb in the third person, as in `drops`.
    pub(super) does: &'static str,
    /// The object of the verb.
    pub(super) what: String,
}

impl Deed {
    /// Returns the clause without its subject. If not sure, the effect depends on the rows in the
    /// database.
    pub(super) fn told(&self, is_sure: bool) -> String {
        if is_sure { format!("{} {}", self.does, self.what) } else { format!("may {} {}", self.once, self.what) }
    }
}

/// Returns whether the operation drops a table or a column.
pub(super) fn drops(operation: &Operation) -> bool {
    matches!(operation.kind.as_str(), "drop_table" | "drop_column")
}

pub(super) fn deed(operation: &Operation) -> Deed {
    let table = operation.table.as_ref().map(|table| format!("`{}`", shown(table)));
    let table = table.unwrap_or_else(|| "an unknown table".to_owned());
    let column = match (&operation.table, &operation.name) {
        (Some(table), Some(name)) => format!("the column `{}.{name}`", shown(table)),
        (None, Some(name)) => format!("the column `{name}`"),
        (_, None) => format!("a column of {table}"),
    };
    let detail = operation.detail.as_deref().map(|detail| format!(" ({detail})")).unwrap_or_default();
    let (once, does, what) = match operation.kind.as_str() {
        "drop_table" if operation.table.is_none() => ("drop", "drops", table),
        "drop_table" => ("drop", "drops", format!("the table {table}")),
        "drop_column" => ("drop", "drops", column),
        "alter_column" => ("change", "changes", format!("{column}{detail}")),
        "truncate" => ("empty", "empties", format!("the table {table}")),
        "insert" => ("insert", "inserts", format!("rows into {table}")),
        "update" => ("update", "updates", format!("rows of {table}")),
        "delete" => ("delete", "deletes", format!("rows of {table}")),
        kind => {
            let on = operation.table.as_ref().map(|table| format!(" on `{}`", shown(table))).unwrap_or_default();
            ("do", "does", format!("`{kind}`{on}{detail}"))
        }
    };
    Deed { once, does, what }
}

pub(super) fn shown(table: &Table) -> String {
    match &table.schema {
        Some(schema) => format!("{schema}.{}", table.name),
        None => table.name.clone(),
    }
}
