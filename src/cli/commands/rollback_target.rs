//! The target of a rollback: a number of steps, a revision, or the latest changes of a table.

use std::ffi::OsString;

use clap::Args;

use crate::alembic::{NameReading, PlanQuestion, TableQuestion};
use crate::cli::commands::plan_preview::ToPlan;
use crate::cli::completions::candidates;
use crate::migration::Command;
use crate::support::exit::Exit;
use crate::support::user_error::UserError;

#[derive(Args, Clone)]
pub(in crate::cli) struct Target {
    /// A table, whose latest change is reverted; `-1` (one step back); a revision (which stays
    /// applied); `base` (everything); with `--sql` a range, as `from:to`
    #[arg(id = "target", value_name = "TARGET", default_value = "-1", allow_negative_numbers = true, add = candidates::tables_and_revisions())]
    typed: String,

    /// Treat the target as a table, even if a revision has that name
    #[arg(long, conflicts_with = "revision", requires = "target", help_heading = "Rollback of a table")]
    table: bool,

    /// Treat the target as a revision or a branch label, even if a table has that name
    #[arg(long, requires = "target", help_heading = "Rollback of a table")]
    revision: bool,

    /// Revert this many revisions that change the table, the latest first
    #[arg(long, value_name = "N", conflicts_with = "to_before", value_parser = clap::value_parser!(u32).range(1..), help_heading = "Rollback of a table")]
    count: Option<u32>,

    /// Revert all changes of the table from this revision on, itself included
    #[arg(long, value_name = "REVISION", add = candidates::revisions(), help_heading = "Rollback of a table")]
    to_before: Option<String>,

    /// Also count revisions that only mention the table, in a foreign key or a query
    #[arg(long, help_heading = "Rollback of a table")]
    include_references: bool,
}

impl Target {
    /// Returns the target as it stands on the command line.
    pub(in crate::cli) fn typed(&self) -> &str {
        &self.typed
    }

    /// Returns `true` if the options say that the target is a table.
    pub(in crate::cli) fn is_surely_table(&self) -> bool {
        self.table || self.has_table_options()
    }

    fn has_table_options(&self) -> bool {
        self.count.is_some() || self.to_before.is_some() || self.include_references
    }

    /// Returns the rollback and the question for its plan.
    pub(in crate::cli) fn to_plan(&self, extra: Vec<OsString>) -> Result<ToPlan, TargetError> {
        Ok(ToPlan { command: self.command(extra), question: self.question(false, false)?, typed: self.typed.clone() })
    }

    /// Returns the question that must be answered before the rollback. `as_migration` asks for the
    /// inverse as a new revision.
    pub(in crate::cli) fn to_run(&self, as_migration: bool) -> Result<PlanQuestion, TargetError> {
        self.question(as_migration, true)
    }

    /// Returns the rollback as it stands on the command line. The target of a table is found later.
    pub(in crate::cli) fn command(&self, extra: Vec<OsString>) -> Command {
        Command::Rollback { version: self.typed.clone(), table: None, extra }
    }

    /// Returns the question. `only_table` says that a name that is no table needs no plan.
    fn question(&self, as_migration: bool, only_table: bool) -> Result<PlanQuestion, TargetError> {
        let for_table = self.has_table_options() || as_migration;
        if !self.may_be_table() {
            return if for_table {
                Err(TargetError::NotATable(self.typed.clone()))
            } else {
                Ok(PlanQuestion::Downgrade { target: self.typed.clone() })
            };
        }
        let reading =
            (self.table || for_table).then_some(NameReading::Table).or(self.revision.then_some(NameReading::Revision));
        Ok(PlanQuestion::Table(TableQuestion {
            name: self.typed.clone(),
            reading,
            count: self.count.unwrap_or(1),
            to_before: self.to_before.clone(),
            include_references: self.include_references,
            as_migration,
            only_table,
        }))
    }

    /// Returns `true` if the target could be a table. Some characters cannot occur in revisions,
    /// and a table whose name contains them is quoted. An id in the form that Alembic generates is
    /// read as a revision, so that such a rollback is as fast as with Alembic.
    pub(in crate::cli) fn may_be_table(&self) -> bool {
        let quoted = self.typed.starts_with(['"', '`', '[']);
        let never =
            self.typed == "base" || self.typed.contains(['@', ':', '+', '-']) || is_made_by_alembic(&self.typed);
        self.table || quoted || !(self.revision || never)
    }
}

/// A target that the options do not fit.
#[derive(Debug, thiserror::Error)]
pub(in crate::cli) enum TargetError {
    #[error("`{0}` is not the name of a table")]
    NotATable(String),
    #[error("the SQL of `{0}`, a table, can't be printed by Alembic, which asks no database for `--sql`")]
    SqlOfTable(String),
}

impl UserError for TargetError {
    fn exit(&self) -> Exit {
        Exit::Usage
    }

    fn hint(&self) -> Option<String> {
        Some(match self {
            Self::NotATable(_) => {
                "`--count`, `--to-before`, `--include-references` and `--as-migration` are for tables: `lback rollback users`".to_owned()
            }
            Self::SqlOfTable(name) => format!("`lback plan rollback --table {name} --sql` shows it"),
        })
    }
}

/// Twelve hexadecimal digits: the end of a UUID.
fn is_made_by_alembic(name: &str) -> bool {
    name.len() == 12 && name.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

#[cfg(test)]
mod tests {
    use clap::{FromArgMatches as _, Parser};

    use super::*;

    #[derive(Parser)]
    struct Typed {
        #[command(flatten)]
        target: Target,
    }

    fn target(words: &str) -> Target {
        let mut matches = <Typed as clap::CommandFactory>::command().get_matches_from(words.split(' '));
        Typed::from_arg_matches_mut(&mut matches).unwrap_or_else(|error| error.exit()).target
    }

    #[test]
    fn what_can_be_no_table_is_not_looked_up() {
        for words in ["t", "t -1", "t base", "t a1@b2", "t a1+1", "t a:b", "t 7ef3db5e7603", "t users --revision"] {
            assert!(!target(words).may_be_table(), "{words}");
        }
        for words in
            ["t users", "t billing.orders", "t \"a-b\"", "t 7ef3db5e", "t 7ef3db5e7603 --table", "t deadbeefcafz"]
        {
            assert!(target(words).may_be_table(), "{words}");
        }
    }

    #[test]
    fn options_for_tables_are_for_tables() {
        assert!(target("t -1 --count 2").to_run(false).is_err());
        assert!(target("t 7ef3db5e7603").to_run(true).is_err());
        assert!(target("t users --count 2").to_run(false).is_ok());
    }
}
