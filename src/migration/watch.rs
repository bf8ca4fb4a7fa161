//! What is known of the databases of a run while it goes on, put together from the reports of Alembic's process.

use std::time::Duration;

use crate::alembic::{LauncherEvent, LockFailure};
use crate::model::database::Step;

/// Everything that matters for how the run ended.
#[derive(Debug, Default)]
pub(super) struct Watch {
    pub(super) databases: Vec<Watched>,
    /// Whether Alembic runs where nothing of it can be seen.
    pub(super) unseen: bool,
    /// What ended Alembic.
    pub(super) error: Option<Raised>,
    /// The lock that the run didn't get.
    pub(super) locked: Option<Locked>,
    /// The current heads, where there are several and one was needed.
    pub(super) ambiguous: Option<Vec<String>>,
    /// How the database differs from the one that was planned for.
    pub(super) drifted: Option<Drifted>,
}

/// Between the plan and the run, the heads have changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Drifted {
    /// Those for which the plan was made.
    pub(crate) planned: Vec<String>,
    /// Those that the run found.
    pub(crate) found: Vec<String>,
}

/// An exception that Python raised.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Raised {
    /// Its type, with its module; for one of the driver's that SQLAlchemy passed on, the driver's.
    pub(crate) kind: String,
    pub(crate) message: String,
}

/// Another run has the lock.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Locked {
    pub(crate) why: LockFailure,
    /// What is known of the run that has it.
    pub(crate) holder: Option<String>,
    pub(crate) waited: Duration,
}

#[derive(Debug)]
pub(super) struct Watched {
    /// As in the reports, from 1.
    pub(super) number: u32,
    pub(super) dialect: String,
    /// The name of the database, or the file.
    pub(super) name: Option<String>,
    pub(super) transactional_ddl: bool,
    pub(super) heads_before: Option<Vec<String>>,
    pub(super) heads_after: Option<Vec<String>>,
    pub(super) steps: Vec<WatchedStep>,
}

#[derive(Debug)]
pub(super) struct WatchedStep {
    pub(super) step: Step,
    /// Those of the database after it, as its transaction sees them; none where it didn't come to its end.
    pub(super) heads: Option<Vec<String>>,
    /// Whether a part of it was committed before its end.
    pub(super) left_transaction: bool,
}

impl Watch {
    /// Was a step begun on any database?
    pub(super) fn has_begun(&self) -> bool {
        self.databases.iter().any(|database| !database.steps.is_empty())
    }

    /// The step of a database that was begun last, and its number, from 1.
    pub(super) fn last_step(&self, database: u32) -> Option<(u32, &Step)> {
        let watched = self.databases.iter().find(|watched| watched.number == database)?;
        Some((u32::try_from(watched.steps.len()).ok()?, &watched.steps.last()?.step))
    }

    pub(super) fn take(&mut self, report: &LauncherEvent) {
        match report {
            LauncherEvent::Database { database, dialect, name, transactional_ddl, .. } => {
                self.databases.push(Watched {
                    number: *database,
                    dialect: dialect.clone(),
                    name: name.clone(),
                    transactional_ddl: *transactional_ddl,
                    heads_before: None,
                    heads_after: None,
                    steps: Vec::new(),
                })
            }
            LauncherEvent::HeadsBefore { database, heads } => {
                self.with(*database, |watched| watched.heads_before = Some(heads.clone()));
            }
            LauncherEvent::HeadsAfter { database, heads } => {
                self.with(*database, |watched| watched.heads_after = Some(heads.clone()));
            }
            LauncherEvent::StepStarted { database, direction, revision, doc, .. } => {
                let step = Step { revision: revision.clone(), direction: *direction, doc: doc.clone(), duration: None };
                self.with(*database, |watched| {
                    watched.steps.push(WatchedStep { step, heads: None, left_transaction: false });
                });
            }
            LauncherEvent::StepEnded { database, duration, heads, .. } => self.with_step(*database, |watched| {
                watched.step.duration = Some(*duration);
                watched.heads = Some(heads.clone());
            }),
            LauncherEvent::LeftTransaction { database } => {
                self.with_step(*database, |watched| watched.left_transaction = true);
            }
            LauncherEvent::Ambiguous { heads, .. } => self.ambiguous = Some(heads.clone()),
            LauncherEvent::Drifted { heads, planned, .. } => {
                self.drifted = Some(Drifted { planned: planned.clone(), found: heads.clone() });
            }
            LauncherEvent::LockNotAcquired { why, holder, waited, .. } => {
                self.locked = Some(Locked { why: *why, holder: holder.clone(), waited: *waited });
            }
            LauncherEvent::Error { error, cause, message } => {
                let kind = cause.as_ref().unwrap_or(error).clone();
                self.error = Some(Raised { kind, message: message.clone() });
            }
            LauncherEvent::Bypassed { .. } | LauncherEvent::Blind { .. } => self.unseen = true,
            LauncherEvent::Versions { .. }
            | LauncherEvent::LockWaiting { .. }
            | LauncherEvent::LockAcquired { .. }
            | LauncherEvent::LockGaveWay { .. }
            | LauncherEvent::Unlocked { .. }
            | LauncherEvent::NotCancelled { .. }
            | LauncherEvent::Steps { .. } => {}
        }
    }

    fn with(&mut self, number: u32, change: impl FnOnce(&mut Watched)) {
        if let Some(watched) = self.databases.iter_mut().find(|watched| watched.number == number) {
            change(watched);
        }
    }

    fn with_step(&mut self, number: u32, change: impl FnOnce(&mut WatchedStep)) {
        self.with(number, |watched| {
            if let Some(step) = watched.steps.last_mut() {
                change(step);
            }
        });
    }
}
