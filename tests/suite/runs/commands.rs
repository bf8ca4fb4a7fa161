//! The commands of this folder's tables, and the signals that they send before Alembic.

/// One command line.
pub(super) struct Command {
    /// The arguments of lback.
    pub(super) typed: &'static [&'static str],
    /// The command's own signal with its arguments, as JSON; `lback alembic` has none.
    pub(super) signal: Option<&'static str>,
    /// The arguments of Alembic before its subcommand.
    pub(super) options: &'static [&'static str],
    /// Alembic's subcommand; empty where there is none.
    pub(super) subcommand: &'static str,
    /// The arguments after the subcommand.
    pub(super) args: &'static [&'static str],
}

const fn alembic(typed: &'static [&'static str], subcommand: &'static str, args: &'static [&'static str]) -> Command {
    Command { typed, signal: None, options: &[], subcommand, args }
}

pub(super) const MAKEMIGRATIONS_NAMED: Command = Command {
    typed: &["makemigrations", "add_users"],
    signal: Some(r#"{"signal": "migration_makemigrations_command", "message": "add_users"}"#),
    options: &[],
    subcommand: "revision",
    args: &["--autogenerate", "-m", "add_users"],
};

pub(super) const MAKEMIGRATIONS: Command = Command {
    typed: &["makemigrations"],
    signal: Some(r#"{"signal": "migration_makemigrations_command", "message": "auto"}"#),
    options: &[],
    subcommand: "revision",
    args: &["--autogenerate"],
};

pub(super) const MIGRATE: Command = Command {
    typed: &["migrate"],
    signal: Some(r#"{"signal": "migration_migrate_command", "version": "head"}"#),
    options: &[],
    subcommand: "upgrade",
    args: &["head"],
};

pub(super) const MIGRATE_TO: Command = Command {
    typed: &["migrate", "two"],
    signal: Some(r#"{"signal": "migration_migrate_command", "version": "two"}"#),
    options: &[],
    subcommand: "upgrade",
    args: &["two"],
};

pub(super) const ROLLBACK: Command = Command {
    typed: &["rollback"],
    signal: Some(r#"{"signal": "migration_rollback_command", "version": "-1", "table": null}"#),
    options: &[],
    subcommand: "downgrade",
    args: &["-1"],
};

/// A revision with the name of a table, which the command line must tell apart.
pub(super) const ROLLBACK_TO: Command = Command {
    typed: &["rollback", "--revision", "one"],
    signal: Some(r#"{"signal": "migration_rollback_command", "version": "one", "table": null}"#),
    options: &[],
    subcommand: "downgrade",
    args: &["one"],
};

pub(super) const HISTORY: Command = Command {
    typed: &["history"],
    signal: Some(r#"{"signal": "migration_history_command"}"#),
    options: &[],
    subcommand: "history",
    args: &[],
};

pub(super) const CURRENT: Command = alembic(&["alembic", "current"], "current", &[]);
pub(super) const STAMP: Command = alembic(&["alembic", "stamp", "two"], "stamp", &["two"]);
pub(super) const SQL: Command = alembic(&["alembic", "upgrade", "head", "--sql"], "upgrade", &["head", "--sql"]);
pub(super) const VERSION: Command =
    Command { typed: &["alembic", "--version"], signal: None, options: &["--version"], subcommand: "", args: &[] };

pub(super) const ALL: [Command; 11] = [
    MAKEMIGRATIONS_NAMED,
    MAKEMIGRATIONS,
    MIGRATE,
    MIGRATE_TO,
    ROLLBACK,
    ROLLBACK_TO,
    HISTORY,
    CURRENT,
    STAMP,
    SQL,
    VERSION,
];
