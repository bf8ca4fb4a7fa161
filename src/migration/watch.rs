//! The state of a run while it goes on, collected from the events of Alembic's process.

use std::time::Duration;

use crate::alembic::{FailureDetails, LauncherEvent, LockFailure, ServerSession, WaitEnd, WrongEnvironment};
use crate::model::database::Step;
use crate::model::lock_wait::LockWait;

/// The facts that decide how the run ended.
#[derive(Debug, Default)]
pub(super) struct Watch {
    pub(super) databases: Vec<Watched>,
    /// The steps that earlier attempts have left, in the order of the databases.
    pub(super) earlier: Vec<EarlierAttempts>,
    /// `true` if lback cannot observe Alembic.
    pub(super) unseen: bool,
    /// The last wait of a statement for a lock.
    pub(super) last_wait: Option<LockWait>,
    /// The exception that ended Alembic.
    pub(super) error: Option<Raised>,
    /// `true` if Alembic ended by an exception, and thereby closed its connections. A process that
    /// was killed, or lost a connection, may have left its server at work.
    pub(super) ended_cleanly: bool,
    /// The lock that the run did not acquire.
    pub(super) locked: Option<HeldLock>,
    /// The current heads, where there are several and the command needs one.
    pub(super) ambiguous: Option<Vec<String>>,
    /// The difference between the plan and the run.
    pub(super) drifted: Option<PlanDrift>,
    /// The database that doesn't belong to the environment of the run.
    pub(super) wrong_environment: Option<WrongEnvironment>,
    /// The end of env.py, as far as lback has observed it.
    progress: Progress,
}

/// The progress of env.py: migrations that began and ended, and env.py itself.
#[derive(Debug, Default)]
struct Progress {
    /// The number of databases whose migrations have begun and not ended.
    unfinished: u32,
    /// `true` if migrations are printed, as for `--sql`.
    printed: bool,
    /// `true` if migrations have begun since env.py last ran to its end.
    inside: bool,
    /// `true` if a database was read, or env.py ran to its end without one.
    started: bool,
}

impl Progress {
    fn begin(&mut self, printed: bool) {
        self.unfinished += 1;
        self.printed |= printed;
        self.inside = true;
        self.started = true;
    }

    /// Returns what a process was doing that ended here with exit code 0, if it had not done all.
    fn cut(&self) -> Option<CutWork> {
        if self.unfinished == 0 {
            None
        } else if self.printed {
            Some(CutWork::Printing)
        } else {
            // Where env.py has handled the error of a step, it has decided on a success.
            self.inside.then_some(CutWork::Migrating)
        }
    }
}

/// The work that a process left by ending with exit code 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CutWork {
    /// No database had been read.
    Starting,
    Migrating,
    Printing,
    /// An error had ended Alembic, and something else then chose the exit code.
    Failing,
}

/// A difference between the plan and the run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum PlanDrift {
    /// The heads have changed.
    Heads {
        /// The heads that the plan was made for.
        planned: Vec<String>,
        /// The heads that the run found.
        found: Vec<String>,
    },
    /// The files of the plan that have changed since the plan was made.
    Files(Vec<String>),
}

/// An exception that Python raised.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Raised {
    /// The exception's type, with its module. For a driver's error that SQLAlchemy passed on, the
    /// driver's type.
    pub(crate) kind: String,
    pub(crate) message: String,
    /// The lock that led to it.
    pub(crate) lock: Option<WaitEnd>,
    pub(crate) details: FailureDetails,
}

/// A lock that another run holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct HeldLock {
    pub(crate) why: LockFailure,
    /// A description of the run that holds the lock, where it is known.
    pub(crate) holder: Option<String>,
    pub(crate) waited: Duration,
}

/// The steps that earlier attempts of a run have left in a database.
#[derive(Clone, Debug, Default)]
pub(super) struct EarlierAttempts {
    pub(super) heads_before: Option<Vec<String>>,
    /// The heads after these attempts.
    pub(super) heads: Vec<String>,
    /// The steps that are in the database.
    pub(super) steps: Vec<WatchedStep>,
}

#[derive(Debug)]
pub(super) struct Watched {
    /// The number of the database in the events, from 1.
    pub(super) number: u32,
    pub(super) dialect: String,
    /// The name of the database, or the file.
    pub(super) name: Option<String>,
    /// The schema in which the connection finds and creates tables, if it isn't the usual one.
    pub(super) schema: Option<String>,
    pub(super) transactional_ddl: bool,
    /// The session of the last transaction, where lback knows a way to identify it.
    pub(super) session: Option<ServerSession>,
    pub(super) heads_before: Option<Vec<String>>,
    pub(super) heads_after: Option<Vec<String>>,
    /// The heads that the run's connection found once the transaction of the steps was over.
    pub(super) heads_settled: Option<Vec<String>>,
    /// The steps of the run, those of earlier attempts first.
    pub(super) steps: Vec<WatchedStep>,
    /// The number of steps that earlier attempts have left in the database.
    pub(super) earlier: usize,
}

#[derive(Clone, Debug)]
pub(super) struct WatchedStep {
    pub(super) step: Step,
    /// The heads of the database after the step, as its transaction sees them. None if the step did
    /// not end.
    pub(super) heads: Option<Vec<String>>,
    /// `true` if a part of the step was committed before its end.
    pub(super) left_transaction: bool,
    /// The transaction in which the step ran, where the server numbers them.
    pub(super) transaction: Option<String>,
    /// `true` if the step had changed nothing when it failed.
    pub(super) is_untouched: bool,
}

impl Watched {
    fn new(number: u32, dialect: &str, name: Option<&str>, transactional_ddl: bool, earlier: EarlierAttempts) -> Self {
        Self {
            number,
            dialect: dialect.to_owned(),
            name: name.map(str::to_owned),
            schema: None,
            transactional_ddl,
            session: None,
            heads_before: earlier.heads_before,
            heads_after: None,
            heads_settled: None,
            earlier: earlier.steps.len(),
            steps: earlier.steps,
        }
    }

    /// Notes transactions that were committed: each of them has kept a part of its steps.
    pub(super) fn committed(&mut self, transactions: &[String]) {
        for step in &mut self.steps {
            step.left_transaction |= step.transaction.as_ref().is_some_and(|own| transactions.contains(own));
        }
    }

    /// Returns the heads before the run; none at base.
    pub(super) fn before(&self) -> &[String] {
        self.heads_before.as_deref().unwrap_or_default()
    }

    /// Returns `true` if a step has begun in this attempt, and it hasn't shown what is left of it.
    pub(super) fn is_unsettled(&self) -> bool {
        self.steps.len() > self.earlier && self.heads_settled.is_none()
    }
}

impl Watch {
    /// Returns the state before an attempt that follows others.
    pub(super) fn after(earlier: Vec<EarlierAttempts>) -> Self {
        Self { earlier, ..Self::default() }
    }

    /// Returns `true` if a step was started on any database.
    pub(super) fn has_begun(&self) -> bool {
        self.databases.iter().any(|database| !database.steps.is_empty())
    }

    /// Returns what a process was doing that ended now with exit code 0, if it had not done all.
    /// `migrates` says whether its command migrates a database or prints migrations.
    pub(super) fn cut(&self, migrates: bool) -> Option<CutWork> {
        let is_idle = migrates && !self.unseen && !self.progress.started;
        let failing = || self.error.is_some().then_some(CutWork::Failing);
        self.progress.cut().or_else(failing).or_else(|| is_idle.then_some(CutWork::Starting))
    }

    /// Returns the last step that was started on a database, and its number, from 1.
    pub(super) fn last_step(&self, database: u32) -> Option<(u32, &Step)> {
        let watched = self.databases.iter().find(|watched| watched.number == database)?;
        Some((u32::try_from(watched.steps.len()).ok()?, &watched.steps.last()?.step))
    }

    pub(super) fn take(&mut self, report: &LauncherEvent) {
        match report {
            LauncherEvent::Database { database, dialect, name, transactional_ddl, .. } => {
                let earlier = self.earlier.get(self.databases.len()).cloned().unwrap_or_default();
                self.databases.push(Watched::new(*database, dialect, name.as_deref(), *transactional_ddl, earlier));
            }
            LauncherEvent::Schema { database, schema } => {
                self.with(*database, |watched| watched.schema = Some(schema.clone()));
            }
            LauncherEvent::Transaction { database, transaction } => {
                self.with_step(*database, |step| step.transaction = Some(transaction.clone()));
            }
            LauncherEvent::Settled { database, heads, committed } => self.with(*database, |watched| {
                watched.heads_settled.clone_from(heads);
                watched.committed(committed);
            }),
            LauncherEvent::Session { database, session } => {
                self.with(*database, |watched| watched.session = Some(session.clone()));
            }
            LauncherEvent::HeadsBefore { database, heads } => {
                self.progress.started = true;
                self.with(*database, |watched| {
                    watched.heads_before.get_or_insert_with(|| heads.clone());
                });
            }
            LauncherEvent::HeadsAfter { database, heads } => {
                self.with(*database, |watched| watched.heads_after = Some(heads.clone()));
            }
            LauncherEvent::StepStarted { database, direction, revision, doc, .. } => {
                let step = Step { revision: revision.clone(), direction: *direction, doc: doc.clone(), duration: None };
                self.with(*database, |watched| {
                    watched.steps.push(WatchedStep {
                        step,
                        heads: None,
                        left_transaction: false,
                        transaction: None,
                        is_untouched: false,
                    });
                });
            }
            LauncherEvent::StepEnded { database, duration, heads, .. } => self.with_step(*database, |watched| {
                watched.step.duration = Some(*duration);
                watched.heads = Some(heads.clone());
            }),
            LauncherEvent::LeftTransaction { database } => {
                self.with_step(*database, |watched| watched.left_transaction = true);
            }
            LauncherEvent::LockWait { wait, .. } => self.last_wait = Some(wait.clone()),
            LauncherEvent::Untouched { database } => {
                self.with_step(*database, |step| step.is_untouched = true);
            }
            LauncherEvent::MigrationsBegan { printed } => self.progress.begin(*printed),
            LauncherEvent::MigrationsEnded => {
                self.progress.unfinished = self.progress.unfinished.saturating_sub(1);
            }
            LauncherEvent::EnvironmentEnded => {
                self.progress.inside = false;
                self.progress.started = true;
            }
            LauncherEvent::LockGaveWay { .. } => self.progress.started = true,
            LauncherEvent::Ambiguous { heads, .. } => self.ambiguous = Some(heads.clone()),
            LauncherEvent::Drifted { heads, planned, .. } => {
                self.drifted = Some(PlanDrift::Heads { planned: planned.clone(), found: heads.clone() });
            }
            LauncherEvent::WrongEnvironment(wrong) => self.wrong_environment = Some(wrong.clone()),
            LauncherEvent::Changed { files } => self.drifted = Some(PlanDrift::Files(files.clone())),
            LauncherEvent::LockNotAcquired { why, holder, waited, .. } => {
                self.locked = Some(HeldLock { why: *why, holder: holder.clone(), waited: *waited });
            }
            LauncherEvent::Error { error, cause, message, disconnected, lock, details } => {
                self.ended_cleanly = !disconnected;
                let kind = cause.as_ref().unwrap_or(error).clone();
                self.error = Some(Raised { kind, message: message.clone(), lock: *lock, details: details.clone() });
            }
            LauncherEvent::Bypassed { .. } | LauncherEvent::Blind { .. } => self.unseen = true,
            LauncherEvent::Versions { .. }
            | LauncherEvent::SessionSeen { .. }
            | LauncherEvent::Committed { .. }
            | LauncherEvent::LockWaiting { .. }
            | LauncherEvent::LockAcquired { .. }
            | LauncherEvent::Unlocked { .. }
            | LauncherEvent::Limits { .. }
            | LauncherEvent::InvalidIndex { .. }
            | LauncherEvent::LockWaitEnded { .. }
            | LauncherEvent::WaitUnseen { .. }
            | LauncherEvent::StatementRuns { .. }
            | LauncherEvent::Unlimited { .. }
            | LauncherEvent::NotCancelled { .. }
            | LauncherEvent::Scripts { .. }
            | LauncherEvent::Pending { .. }
            | LauncherEvent::Facts { .. }
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
