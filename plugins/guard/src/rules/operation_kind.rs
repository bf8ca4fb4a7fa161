//! The kinds of operations that don't write, generated from the table in lback's
//! `src/model/operation_kind.rs`.

/// Returns whether an operation of this kind changes the schema or the rows of the table that it
/// names. A kind that this guard doesn't know counts as one that does.
pub(super) fn writes(kind: &str) -> bool {
    !DO_NOT_WRITE.contains(&kind)
}

const DO_NOT_WRITE: &[&str] = &[
    "select",
    "create_type",
    "drop_type",
    "create_sequence",
    "alter_sequence",
    "drop_sequence",
    "create_function",
    "drop_function",
    "create_schema",
    "drop_schema",
    "create_extension",
    "drop_extension",
    "grant",
    "execute",
];
