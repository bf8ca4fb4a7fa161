//! The reply to a request for a plan, built from its messages.

use serde::Deserialize;

use super::{PlanQuestion, TableQuestion};
use crate::alembic::launcher::WrongEnvironment;
use crate::model::database::Direction;
use crate::model::plan::{DatabasePlan, Plan, PlanError, PlanFailure, Table};

/// The reply to a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum PlanReply {
    Plan(Plan),
    /// The name is a revision's; this is its plan, if it was requested.
    Revision(Option<Plan>),
    /// A new revision to write.
    Migration(InverseMigration),
}

/// A new revision that undoes the changes of others to a table.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct InverseMigration {
    pub(crate) message: String,
    /// The head that it follows, for `alembic revision --head`.
    pub(crate) head: String,
    /// The revisions that it undoes, newest first.
    pub(crate) revisions: Vec<String>,
    /// The bodies of its functions and its imports, for the project's template.
    pub(crate) upgrades: String,
    pub(crate) downgrades: String,
    pub(crate) imports: String,
    /// Sentences about what could not be written, or is not the opposite.
    pub(crate) warnings: Vec<String>,
}

/// A message of the process that makes the plan.
#[derive(Debug, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub(in crate::alembic) enum PlannerMessage {
    /// The number of analysed revisions, of the total.
    Analysing {
        done: u32,
        total: u32,
    },
    DatabasePlan(Box<DatabaseAnswer>),
    Refused(PlanError),
    /// An exception in Python.
    Error {
        error: String,
        message: String,
    },
    Blind {
        why: String,
    },
    WrongEnvironment(WrongEnvironment),
    /// The last message. The status has the form of `waitpid`.
    PlanEnded {
        status: i32,
    },
    /// An event of the run in which the plan is made, which doesn't matter here.
    #[serde(other)]
    Other,
}

#[derive(Debug, Deserialize)]
pub(in crate::alembic) struct DatabaseAnswer {
    database: DatabasePlan,
    target: Option<String>,
    reading: ReadAs,
    table: Option<Table>,
    migration: Option<InverseMigration>,
}

#[derive(Debug, PartialEq, Eq, Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
enum ReadAs {
    Table,
    Revision,
}

/// Collects the messages into a reply.
#[derive(Debug, Default)]
pub(in crate::alembic) struct ReplyBuilder {
    databases: Vec<DatabaseAnswer>,
    failure: Option<PlanError>,
    /// The number of databases that refused.
    refusals: usize,
    /// The number of analysed revisions, of the total, as last reported.
    progress: Option<(u32, u32)>,
}

/// The status of a planner that ended because of its time limit, in the form of `waitpid`.
const OVERDUE: i32 = 124 << 8;

impl ReplyBuilder {
    pub(in crate::alembic) fn take(&mut self, word: PlannerMessage) {
        let failure = match word {
            PlannerMessage::DatabasePlan(answer) => {
                self.databases.push(*answer);
                return;
            }
            PlannerMessage::Refused(refused) => {
                self.refusals += 1;
                refused
            }
            PlannerMessage::Error { error, message } => {
                PlanError { hint: Some(CODE.into()), ..PlanError::unavailable(format!("{error}: {message}")) }
            }
            PlannerMessage::WrongEnvironment(wrong) => {
                PlanError { kind: PlanFailure::WrongEnvironment, message: wrong.to_string(), hint: Some(wrong.hint()) }
            }
            PlannerMessage::Blind { why } => PlanError::unavailable(why),
            PlannerMessage::PlanEnded { status: OVERDUE } => {
                PlanError { hint: Some(self.more_time()), ..PlanError::unavailable("the plan was not ready in time") }
            }
            PlannerMessage::Analysing { done, total } => {
                self.progress = Some((done, total));
                return;
            }
            // Errors are reported before. Without a report, the messages so far may be incomplete.
            PlannerMessage::PlanEnded { status } if status != 0 => {
                PlanError { hint: Some(CODE.into()), ..PlanError::unavailable(ended(status)) }
            }
            PlannerMessage::PlanEnded { .. } | PlannerMessage::Other => return,
        };
        // The first failure causes those that follow.
        self.failure.get_or_insert(failure);
    }

    pub(in crate::alembic) fn into_reply(self, question: &PlanQuestion) -> Result<PlanReply, PlanError> {
        if let PlanQuestion::Table(TableQuestion { name, .. }) = question
            && self.is_table_of_several_databases()
        {
            return Err(PlanError {
                kind: PlanFailure::Usage,
                message: format!(
                    "`{name}` can't be rolled back by its name: this project has several databases, and a downgrade is one for all"
                ),
                hint: Some("name the revision: `lback plan rollback REVISION` shows what would be done to each".into()),
            });
        }
        if let Some(failure) = self.failure {
            return Err(failure);
        }
        let mut databases = self.databases.into_iter();
        let Some(first) = databases.next() else {
            return Err(PlanError {
                hint: Some(CODE.into()),
                ..PlanError::unavailable("env.py connected to no database")
            });
        };
        if let Some(forward) = first.migration {
            return Ok(PlanReply::Migration(forward));
        }
        let direction =
            if matches!(question, PlanQuestion::Upgrade { .. }) { Direction::Upgrade } else { Direction::Downgrade };
        let by_name = matches!(question, PlanQuestion::Table(_));
        let revision = by_name && first.reading == ReadAs::Revision;
        if revision && matches!(question, PlanQuestion::Table(TableQuestion { only_table: true, .. })) {
            return Ok(PlanReply::Revision(None));
        }
        let plan = Plan {
            direction,
            target: first.target.unwrap_or_default(),
            table: first.table,
            databases: std::iter::once(first.database).chain(databases.map(|answer| answer.database)).collect(),
        };
        Ok(if revision { PlanReply::Revision(Some(plan)) } else { PlanReply::Plan(plan) })
    }
}

impl ReplyBuilder {
    /// Returns the hint for a plan that took too long. The planner keeps its results as it goes.
    fn more_time(&self) -> String {
        let setting = "`[plan] timeout` in `lback.toml` gives it more time";
        match self.progress {
            Some((done @ 1.., total)) => {
                format!("{setting}; {done} of {total} revisions were analysed, and the next plan continues from there")
            }
            _ => setting.into(),
        }
    }

    /// Returns whether a name that isn't a revision's was searched in several databases. A table of
    /// one database may be missing in another, which then refuses.
    fn is_table_of_several_databases(&self) -> bool {
        let by_table = self.databases.iter().all(|answer| answer.reading == ReadAs::Table);
        by_table && self.databases.len() + self.refusals > 1
    }
}

/// Describes the end of a planner without a report; `status` has the form of `waitpid`.
fn ended(status: i32) -> String {
    let how = match status & 0x7f {
        0 => format!("exit code {}", status >> 8),
        signal => format!("signal {signal}"),
    };
    format!("the project's code ended the process in which it was looked at ({how})")
}

const CODE: &str = "`lback alembic current` shows the whole error, if it is one of the project's own";
