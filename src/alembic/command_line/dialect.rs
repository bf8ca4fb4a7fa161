//! The two programs whose command lines lback writes and reads.

use std::ffi::OsString;

/// A program with Alembic's commands. lback's own commands are written for Alembic, and translated
/// for Flask-Migrate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Dialect {
    /// `alembic`, which reads its words by argparse.
    Alembic,
    /// `flask db`, which reads its words by click.
    FlaskMigrate,
}

impl Dialect {
    /// Returns the dialect of a program with these words of a Flask-Migrate group.
    pub(super) fn of_group(group: &[OsString]) -> Self {
        if group.is_empty() { Self::Alembic } else { Self::FlaskMigrate }
    }
}
