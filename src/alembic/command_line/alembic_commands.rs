//! The names of Alembic's commands.

/// The commands of Alembic that lback runs under Alembic's own names. `history` and `init` are
/// missing: lback has commands of these names.
pub(crate) const ALEMBIC_COMMANDS: [&str; 13] = [
    "branches",
    "check",
    "current",
    "downgrade",
    "edit",
    "ensure_version",
    "heads",
    "list_templates",
    "merge",
    "revision",
    "show",
    "stamp",
    "upgrade",
];
