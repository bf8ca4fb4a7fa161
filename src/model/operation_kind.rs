//! The one table of the kinds of operations.
//!
//! Everything else that lists kinds is generated from this table and compared with it by a test:
//! `python/lback_planner/operation_kinds.py`, the comments in `wit/plan.wit` and in the templates'
//! bindings, the JSON Schema of a plan, and `docs/reference/operation-kinds.md`.
//! `LBACK_UPDATE=1 cargo test operation_kind` writes them.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Serialize};

/// `Variant = "name", "meaning", writes, rows, loses data;` for each kind.
macro_rules! operation_kinds {
    ($($variant:ident = $name:literal, $meaning:literal, $writes:literal, $rows:literal, $loses_data:literal;)*) => {
        /// The kind of an operation in a plan.
        ///
        /// A plan may have kinds that this lback doesn't know: a plan that was written to a file
        /// may come from a later version.
        #[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
        #[serde(from = "String", into = "String")]
        pub(crate) enum OperationKind {
            $($variant,)*
            Unknown(String),
        }

        impl OperationKind {
            /// The names of all known kinds.
            const NAMES: &[&str] = &[$($name),*];

            /// Returns the name as it is written in plans and contracts.
            pub(crate) fn as_str(&self) -> &str {
                match self {
                    $(Self::$variant => $name,)*
                    Self::Unknown(name) => name,
                }
            }
        }

        impl From<String> for OperationKind {
            fn from(name: String) -> Self {
                match name.as_str() {
                    $($name => Self::$variant,)*
                    _ => Self::Unknown(name),
                }
            }
        }

        /// The table, for the files that are generated from it.
        #[cfg(test)]
        pub(crate) const TABLE: &[KindRow] = &[
            $(KindRow {
                name: $name,
                meaning: $meaning,
                writes: $writes,
                rows: $rows,
                loses_data: $loses_data,
            }),*
        ];
    };
}

/// One row of the table.
#[cfg(test)]
pub(crate) struct KindRow {
    pub(crate) name: &'static str,
    pub(crate) meaning: &'static str,
    /// True if the operation changes the schema or the rows of the table that it names.
    pub(crate) writes: bool,
    /// True if the operation reads or writes rows.
    pub(crate) rows: bool,
    /// True if the operation always loses data. Other operations may lose data too.
    pub(crate) loses_data: bool,
}

operation_kinds! {
    CreateTable = "create_table", "creates a table", true, false, false;
    DropTable = "drop_table", "drops a table with its rows", true, false, true;
    RenameTable = "rename_table", "renames a table, or moves it to another schema", true, false, false;
    AlterTable = "alter_table", "changes a property of a table that no other kind covers", true, false, false;
    AddColumn = "add_column", "adds a column", true, false, false;
    DropColumn = "drop_column", "drops a column with its data", true, false, true;
    AlterColumn = "alter_column", "changes a column's type, default, comment or nullability", true, false, false;
    RenameColumn = "rename_column", "renames a column", true, false, false;
    CreateIndex = "create_index", "creates an index", true, false, false;
    DropIndex = "drop_index", "drops an index", true, false, false;
    RenameIndex = "rename_index", "renames an index", true, false, false;
    CreateConstraint = "create_constraint", "adds a primary key, foreign key, unique or check constraint", true, false, false;
    DropConstraint = "drop_constraint", "drops a constraint", true, false, false;
    RenameConstraint = "rename_constraint", "renames a constraint", true, false, false;
    Comment = "comment", "sets or removes the comment on a table", true, false, false;
    CreateTrigger = "create_trigger", "creates a trigger on a table", true, false, false;
    DropTrigger = "drop_trigger", "drops a trigger of a table", true, false, false;
    CreatePolicy = "create_policy", "creates a row-level policy on a table", true, false, false;
    DropPolicy = "drop_policy", "drops a row-level policy of a table", true, false, false;
    Insert = "insert", "adds rows", true, true, false;
    Update = "update", "changes rows", true, true, false;
    Delete = "delete", "deletes rows", true, true, true;
    Truncate = "truncate", "deletes all rows", true, true, true;
    Merge = "merge", "adds, changes or deletes rows", true, true, true;
    Select = "select", "reads rows", false, true, false;
    CreateView = "create_view", "creates a view", true, false, false;
    DropView = "drop_view", "drops a view", true, false, false;
    RefreshView = "refresh_view", "recomputes a materialized view", true, true, false;
    CreateType = "create_type", "creates a type or a domain", false, false, false;
    AlterType = "alter_type", "changes a type or a domain", true, false, false;
    DropType = "drop_type", "drops a type or a domain", false, false, false;
    CreateSequence = "create_sequence", "creates a sequence", false, false, false;
    AlterSequence = "alter_sequence", "changes a sequence", false, false, false;
    DropSequence = "drop_sequence", "drops a sequence", false, false, false;
    CreateFunction = "create_function", "creates a function or a procedure", false, false, false;
    DropFunction = "drop_function", "drops a function or a procedure", false, false, false;
    CreateSchema = "create_schema", "creates a schema or a database", false, false, false;
    DropSchema = "drop_schema", "drops a schema or a database", false, false, true;
    CreateExtension = "create_extension", "installs an extension of the server", false, false, false;
    DropExtension = "drop_extension", "removes an extension of the server", false, false, false;
    Grant = "grant", "grants or revokes privileges", false, false, false;
    Execute = "execute", "runs other SQL, which changes neither schema nor rows", false, false, false;
    Declared = "declared", "was declared by a person, in the script or in `lback.toml`", true, false, false;
}

impl From<OperationKind> for String {
    fn from(kind: OperationKind) -> Self {
        match kind {
            OperationKind::Unknown(name) => name,
            known => known.as_str().to_owned(),
        }
    }
}

/// A string, because later versions add kinds.
impl JsonSchema for OperationKind {
    fn schema_name() -> Cow<'static, str> {
        "OperationKind".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "description": description() })
    }
}

/// Describes the field `kind` of an operation, with the names of all kinds.
pub(crate) fn description() -> String {
    let names: Vec<_> = OperationKind::NAMES.iter().map(|name| format!("`{name}`")).collect();
    format!("The kind of the operation: {}. Later versions may add kinds.", names.join(", "))
}
