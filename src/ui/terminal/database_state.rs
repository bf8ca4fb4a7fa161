//! The state of the databases after a run that failed, and the next steps.

use super::message::{error, hint, note, warning};
use crate::model::database::{Database, DatabaseState, Direction, Step, UnsettledWork};
use crate::support::heads::quoted_heads;

/// The databases of a run, with the values of `-x` that are no secrets.
pub(crate) struct ShownDatabases<'a> {
    pub(crate) all: &'a [Database],
    pub(crate) x: &'a [String],
    pub(crate) end: RunEnd,
}

/// The reason why a run did not succeed, as far as the next step depends on it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum RunEnd {
    /// An error of a step, or of something else in Alembic's process.
    Error,
    /// The wait for a lock. The error has a hint of its own.
    LockTimeout,
    /// The `[alembic] timeout`.
    TimeLimit,
    /// A signal to lback.
    Signal,
}

impl RunEnd {
    /// Returns the next step after a run of which no step is half done.
    fn next_step(self, step: &str, goes_on: bool) -> Option<String> {
        let again = if goes_on { "run the command again: it continues from there" } else { "run the command again" };
        match self {
            Self::Error => Some(format!("fix the cause in {step}, and {again}")),
            Self::LockTimeout => None,
            Self::TimeLimit => {
                Some(format!("if {step} needs longer, raise `timeout` of `[alembic]` in `lback.toml`, and {again}"))
            }
            Self::Signal => Some(format!("to complete it, {again}")),
        }
    }
}

impl ShownDatabases<'_> {
    /// Shows the state of some databases after a run that failed.
    pub(crate) fn after_failure(&self, is_shown: impl Fn(&Database) -> bool) {
        let shown: Vec<_> = self.all.iter().filter(|database| is_shown(database)).collect();
        for database in &shown {
            let which = self.which(database, shown.len());
            if database.state == DatabaseState::Done && shown.len() > 1 {
                show_done(&which, database);
            } else {
                show(&which, database, self.end);
            }
        }
    }

    /// Shows the databases that a run had changed before it was refused on a further one.
    pub(crate) fn before_refusal(&self) {
        for database in self.all.iter().filter(|database| !database.steps.is_empty()) {
            let which = self.which(database, self.all.len() + 1);
            if database.state == DatabaseState::Done {
                show_done(&which, database);
            } else {
                show(&which, database, self.end);
            }
        }
    }

    /// Shows the databases in which a run has not done what Alembic's success seems to say.
    pub(crate) fn after_success(&self) {
        for database in self.all {
            let which = self.which(database, self.all.len());
            if let Some(step) = database.open_step() {
                let step = describe(step);
                warning(&format!("{which}{step} did not end, although Alembic succeeded: env.py handled its error"));
                show(&which, database, self.end);
            } else if database.state == DatabaseState::Lost {
                show_lost(&which, database);
            }
        }
    }

    /// Returns the name of a database, with the values of `-x`.
    pub(super) fn named(&self, database: &Database) -> String {
        if self.x.is_empty() { name(database) } else { format!("{} ({})", name(database), self.x.join(", ")) }
    }

    /// Returns the beginning of a message about a database: its name, where a user needs it.
    fn which(&self, database: &Database, of: usize) -> String {
        let x = self.x.join(", ");
        match (of > 1, x.is_empty()) {
            (false, true) => String::new(),
            (false, false) => format!("{x}: "),
            (true, _) => format!("{}: ", self.named(database)),
        }
    }
}

fn show_done(which: &str, database: &Database) {
    let before = database.heads_before.as_deref().map(quoted_heads).unwrap_or_default();
    let after = database.heads_after.as_deref().map(quoted_heads).unwrap_or_default();
    note(&format!("{which}done: the database went from {before} to {after}, its target"));
}

fn show_lost(which: &str, database: &Database) {
    let after = database.heads_after.as_deref().map(quoted_heads).unwrap_or_default();
    let step = database.steps.last().map(describe).unwrap_or_default();
    let traces =
        if database.has_traces { "; a part was committed, so the schema may be between two revisions" } else { "" };
    error(&format!(
        "{which}Alembic succeeded, but its work was not committed: the last step was {step}, and the database is at {after}{traces}"
    ));
    hint(WHERE_TO_COMMIT);
    if database.has_traces {
        hint(COMPARE);
    }
}

const WHERE_TO_COMMIT: &str = "in env.py, call `connection.commit()` after `context.run_migrations()`, or commit whatever runs on the \
     connection before `context.begin_transaction()`; a revision must not commit or roll back by itself, except in `autocommit_block`";

const COMPARE: &str = "compare the schema with the script, complete or undo the rest by hand, then record the revision with \
     `lback alembic stamp`; don't run the command again before that";

fn show(which: &str, database: &Database, end: RunEnd) {
    let Some(before) = database.heads_before.as_deref().map(quoted_heads) else {
        note(&format!("{which}no migration began, and lback had not read the revision of the database"));
        return;
    };
    let after = database.heads_after.as_deref().map(quoted_heads);
    let step = database.steps.last().map(describe);
    match (database.state, &after, &step) {
        (DatabaseState::Unchanged, _, None) => note(&format!("{which}no migration began: the database is at {before}")),
        (DatabaseState::Unchanged, _, Some(step)) => {
            note(&format!("{which}everything was rolled back: the database is at {before}, as before"));
            hint_of(end.next_step(step, false));
        }
        (DatabaseState::Done, Some(after), _) => {
            warning(&format!(
                "{which}the run failed after its last step: the database went from {before} to {after}, its target"
            ));
            hint("fix the cause of the failure; every migration of this run is applied");
        }
        (DatabaseState::Advanced, Some(after), Some(step)) => {
            warning(&format!(
                "{which}the database stopped between its start and the target: it went from {before} to {after}, and no step is half done"
            ));
            hint_of(end.next_step(step, true));
        }
        (DatabaseState::Suspect, Some(after), Some(step)) => {
            let why = if database.dialect == "sqlite" || database.dialect == "mysql" || database.dialect == "mariadb" {
                format!("{} can't roll back schema changes", database.dialect)
            } else {
                "a part of it was committed before its end".to_owned()
            };
            error(&format!(
                "{which}the schema may be between two revisions: {step} was interrupted, and {why}; the version table says {after}"
            ));
            hint(COMPARE);
        }
        (_, _, step) if let Some(work) = &database.unsettled => show_unsettled(which, work, &before, step.as_deref()),
        (_, _, step) => {
            let step = step.as_deref().map(|step| format!("; the last step was {step}")).unwrap_or_default();
            error(&format!("{which}the state of the database could not be read; it was at {before}{step}"));
            hint("run `lback alembic current` once the database answers again");
        }
    }
}

fn hint_of(next_step: Option<String>) {
    if let Some(next_step) = next_step {
        hint(&next_step);
    }
}

fn show_unsettled(which: &str, work: &UnsettledWork, before: &str, step: Option<&str>) {
    let UnsettledWork { what, look, unseen } = work;
    let step = step.map(|step| format!("; the last step was {step}")).unwrap_or_default();
    let why = match unseen {
        None => format!("{what} is still active, and may commit"),
        Some(why) => format!("lback can't see whether {what} is still active: {why}"),
    };
    error(&format!("{which}the outcome of the run is unknown: {why}; the database was at {before}{step}"));
    let first = if look.is_empty() { String::new() } else { format!("check it with `{look}`, and ") };
    hint(&format!("{first}run `lback alembic current` once it has ended"));
}

fn name(database: &Database) -> String {
    let of_dialect = || format!("the {} database", database.dialect);
    let name = database.name.as_ref().map_or_else(of_dialect, |name| format!("`{name}`"));
    let schema = database.schema.as_ref().map(|schema| format!(", schema `{schema}`"));
    name + &schema.unwrap_or_default()
}

fn describe(Step { revision, direction, doc, .. }: &Step) -> String {
    let direction = match direction {
        Direction::Upgrade => "the upgrade to",
        Direction::Downgrade => "the downgrade of",
        Direction::Stamp => "the stamp of",
        Direction::Unknown => "the step of",
    };
    let doc = doc.as_deref().filter(|doc| !doc.is_empty()).map(|doc| format!(" ({doc})")).unwrap_or_default();
    format!("{direction} `{revision}`{doc}")
}
