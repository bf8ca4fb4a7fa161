//! The record of one run, with methods that never fail the run.

use std::sync::Arc;

use jiff::Timestamp;
use rusqlite::{Transaction, params};
use uuid::Uuid;

use super::lock::LockOwner;
use super::outbox::{Outbox, OutboxPlace};
use super::queue::Journal;
use super::redaction::Hiding;
use super::rows::{DatabaseRow, StepRow};
use super::run_facts::{End, RunStart, ToolVersions, VerdictRecord};
use super::statements::{INSERT_EVENT, INSERT_RUN, SET_COMMAND, SET_EXIT_CODE, SET_HEIRS, SET_OUTCOME};
use super::values::{json, other};
use super::{crash, deliveries, retention, stored_event};
use crate::model::event::Event;
use crate::model::signal::{AlembicCommand, ErrorType, Exception, Finished, Signal};
use crate::support::clock;
use crate::support::fault::fault_point;
use crate::support::redact::{Gate, process};

/// The record of one run. Clones share the record. Without a journal, the methods do nothing.
#[derive(Clone, Default)]
pub(crate) struct RunRecord(Option<Arc<Inner>>);

struct Inner {
    journal: Journal,
    owner: LockOwner,
    scope: Arc<str>,
    hiding: Hiding,
}

impl Journal {
    /// Begins the record of a run, and detects crashed runs. All that is recorded passes through
    /// `gate`.
    pub(crate) fn begin(&self, start: RunStart, gate: Gate) -> RunRecord {
        let owner = self.locks.owner(start.sender.run_id);
        let scope = start.scope.as_str().into();
        let started = clock::now();
        self.enter(&owner, move |transaction| insert(transaction, &start, started));
        RunRecord(Some(Arc::new(Inner { journal: self.clone(), owner, scope, hiding: Hiding(gate) })))
    }

    /// Acquires the owner's lock, runs `act`, and detects crashed runs.
    fn enter(&self, owner: &LockOwner, act: impl Fn(&Transaction<'_>) -> rusqlite::Result<()> + Send + 'static) {
        let (owner, locks, after) = (owner.clone(), self.locks.clone(), self.locks.clone());
        let enter = move |transaction: &Transaction<'_>| {
            // The lock comes first: a run without a lock counts as ended.
            owner.take().map_err(other)?;
            act(transaction)?;
            crash::recover(transaction, &locks)
        };
        self.put_and_then(enter, move |crashed| {
            fault_point!("run-recorded");
            // Only after the commit: without the lock files the crash could no longer be detected.
            for crashed in crashed {
                fault_point!("crash-recorded");
                after.remove(&crashed.id);
                tracing::warn!("{crashed}");
            }
        });
    }

    /// Returns the outbox of a redelivery without a run. `id` names its process.
    pub(crate) fn redeliverer(&self, id: Uuid, scope: &str) -> Outbox {
        let owner = self.locks.owner(id);
        self.enter(&owner, |_| Ok(()));
        let hiding = Hiding(process().clone());
        Outbox::new(Some(OutboxPlace { journal: self.clone(), owner, scope: scope.into(), hiding }))
    }
}

fn insert(transaction: &Transaction<'_>, start: &RunStart, started: Timestamp) -> rusqlite::Result<()> {
    let RunStart { sender, context, root, scope } = start;
    transaction.prepare_cached(INSERT_RUN)?.execute(params![
        sender.run_id.to_string(),
        scope,
        sender.project,
        root,
        context.environment,
        context.actor,
        context.host,
        context.git_commit,
        context.git_branch,
        context.ci_job_url,
        env!("CARGO_PKG_VERSION"),
        started.as_millisecond(),
    ])?;
    Ok(())
}

impl RunRecord {
    /// Returns a record that keeps nothing.
    pub(crate) fn none() -> Self {
        Self::default()
    }

    /// Records the command line of Alembic, as it may be shown.
    pub(crate) fn command(&self, command: &AlembicCommand, shown: &[String]) {
        let Some(inner) = &self.0 else { return };
        let hiding = &inner.hiding;
        let (name, words) = (hiding.known(&command.command), json(&known(hiding, shown)));
        inner.update(move |transaction, run| {
            transaction.prepare_cached(SET_COMMAND)?.execute(params![run, name, words])
        });
    }

    pub(crate) fn versions(&self, versions: ToolVersions) {
        let Some(inner) = &self.0 else { return };
        let ToolVersions { alembic, sqlalchemy, python } = versions;
        inner.update(move |transaction, run| {
            transaction.execute(
                "update run set alembic_version = ?2, sqlalchemy_version = ?3, python_version = ?4 where id = ?1",
                params![run, alembic, sqlalchemy, python],
            )
        });
    }

    /// Records the plugins to notify if this run crashes.
    pub(crate) fn heirs(&self, plugins: &[String]) {
        let Some(inner) = &self.0 else { return };
        let plugins = json(&plugins);
        inner.update(move |transaction, run| transaction.prepare_cached(SET_HEIRS)?.execute(params![run, plugins]));
    }

    /// Records the event together with its deliveries, before any handler is notified. The write is
    /// queued at once; the result tells whether it was committed.
    pub(crate) fn event(&self, event: &Event, plugins: Vec<String>) -> impl Future<Output = bool> + Send + use<> {
        let written = self.0.as_ref().map(|inner| inner.event(event, plugins));
        async {
            match written {
                Some(written) => {
                    let is_kept = written.await.is_some();
                    fault_point!("event-recorded");
                    is_kept
                }
                None => false,
            }
        }
    }
    pub(crate) fn verdict(&self, verdict: VerdictRecord) {
        let Some(inner) = &self.0 else { return };
        let hiding = &inner.hiding;
        let VerdictRecord { signal, plugin, decision, blocked, mut denials, mut warnings, mut accepted, failure } =
            verdict;
        for denial in &mut denials {
            denial.message = hiding.free(&denial.message);
            denial.hint = denial.hint.as_deref().map(|hint| hiding.free(hint));
            denial.url = denial.url.as_deref().map(|url| hiding.free(url));
        }
        for warning in &mut warnings {
            warning.message = hiding.free(&warning.message);
            warning.hint = warning.hint.as_deref().map(|hint| hiding.free(hint));
        }
        for finding in &mut accepted {
            finding.message = hiding.free(&finding.message);
            finding.comment.reason = finding.comment.reason.as_deref().map(|reason| hiding.free(reason));
        }
        let failure = failure.map(|failure| hiding.free(&failure));
        let (denials, warnings, accepted) = (json(&denials), json(&warnings), json(&accepted));
        inner.update(move |transaction, run| {
            transaction.execute(
                "insert into verdict (run, number, signal, plugin, decision, blocked, denials, warnings, accepted,
                  failure)
                 values (?1, (select count(*) from verdict where run = ?1), ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
                params![
                    run,
                    signal.map(crate::model::signal::SignalName::as_str),
                    plugin,
                    decision,
                    blocked,
                    denials,
                    warnings,
                    accepted,
                    failure
                ],
            )
        });
    }

    /// Records the override of a policy, with its reason.
    pub(crate) fn overridden(&self, plugin: &str, reason: &str) {
        let Some(inner) = &self.0 else { return };
        let (plugin, reason) = (plugin.to_owned(), inner.hiding.free(reason));
        inner.update(move |transaction, run| {
            transaction.execute(
                "insert into override (run, plugin, reason) values (?1, ?2, ?3) on conflict do update set reason = excluded.reason",
                params![run, plugin, reason],
            )
        });
    }

    /// Records the start or the end of a step: the second record has its duration.
    pub(crate) fn step(&self, step: StepRow) {
        let Some(inner) = &self.0 else { return };
        let StepRow { database, number, revision, down_revisions, direction, doc, duration_ms } = step;
        let (down_revisions, doc) = (json(&down_revisions), inner.hiding.free(&doc));
        inner.update(move |transaction, run| {
            transaction.execute(
                "insert into step (run, target, number, revision, down_revisions, direction, doc, duration)
                 values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) on conflict do update set duration = excluded.duration",
                params![run, database, number, revision, down_revisions, direction, doc, duration_ms],
            )
        });
    }

    /// Records facts about a database of this run. A later record adds to an earlier one: absent
    /// fields keep their values.
    pub(crate) fn database(&self, state: DatabaseRow) {
        let Some(inner) = &self.0 else { return };
        let heads = |heads: Option<Vec<String>>| heads.map(|heads| json(&heads));
        let (before, after) = (heads(state.heads_before), heads(state.heads_after));
        let DatabaseRow { number, name, dialect, driver, server_version, transactional_ddl, outcome, .. } = state;
        inner.update(move |transaction, run| {
            transaction.execute(
                "insert into target values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10) on conflict do update set
                    name = coalesce(excluded.name, name), dialect = coalesce(excluded.dialect, dialect),
                    driver = coalesce(excluded.driver, driver),
                    server_version = coalesce(excluded.server_version, server_version),
                    transactional_ddl = coalesce(excluded.transactional_ddl, transactional_ddl),
                    heads_before = coalesce(excluded.heads_before, heads_before),
                    heads_after = coalesce(excluded.heads_after, heads_after),
                    outcome = coalesce(excluded.outcome, outcome)",
                params![run, number, name, dialect, driver, server_version, transactional_ddl, before, after, outcome],
            )
        });
    }

    /// Releases the lock as the end of the process does.
    #[cfg(test)]
    pub(super) fn forget(&self) {
        self.0.iter().for_each(|inner| inner.owner.forget());
    }

    /// Returns the outbox of this project.
    pub(crate) fn outbox(&self) -> Outbox {
        Outbox::new(self.0.as_ref().map(|inner| OutboxPlace {
            journal: inner.journal.clone(),
            owner: inner.owner.clone(),
            scope: Arc::clone(&inner.scope),
            hiding: inner.hiding.clone(),
        }))
    }

    /// Ends the record: releases the open deliveries, deletes old runs, and waits for the commit.
    pub(crate) async fn end(&self, end: End) {
        let Some(inner) = &self.0 else { return };
        let (run, scope) = (inner.owner.id.to_string(), Arc::clone(&inner.scope));
        let (keep, locks) = (inner.journal.keep, inner.journal.locks.clone());
        fault_point!("run-ending");
        let written = inner.journal.ask_at_last(move |transaction| {
            transaction.prepare_cached(SET_EXIT_CODE)?.execute(params![run, end.exit_code])?;
            deliveries::let_go(transaction, &run)?;
            retention::lighten(transaction, &run)?;
            let pruned = retention::prune(transaction, &scope, keep)?;
            fault_point!("runs-pruned", other);
            Ok(pruned)
        });
        if let Some(pruned) = written.await {
            pruned.report();
            locks.tidy();
        }
        inner.owner.release();
    }
}

impl Inner {
    fn event(&self, event: &Event, plugins: Vec<String>) -> impl Future<Output = Option<()>> + Send + use<> {
        let hiding = self.hiding.clone();
        let content = stored_event::write(&hiding.event(event));
        let run = self.owner.id.to_string();
        let (id, signal, time) = (event.id.to_string(), event.signal.name().as_str(), event.time.as_millisecond());
        let ended = RunEnd::of(event, &hiding);
        let scope = Arc::clone(&self.scope);
        self.journal.ask(move |transaction| {
            fault_point!("event-writing", other);
            transaction.prepare_cached(INSERT_EVENT)?.execute(params![id, run, signal, time, content])?;
            let number = transaction.last_insert_rowid();
            deliveries::insert(transaction, number, &scope, Some(&run), &plugins)?;
            ended.as_ref().map_or(Ok(()), |ended| ended.write(transaction, &run))
        })
    }

    /// Queues a change with the id of the run.
    fn update(&self, mut act: impl FnMut(&Transaction<'_>, &str) -> rusqlite::Result<usize> + Send + 'static) {
        let run = self.owner.id.to_string();
        self.journal.put(move |transaction| act(transaction, &run).map(drop));
    }
}

/// The end of a run, from its last event.
struct RunEnd {
    outcome: String,
    error_type: Option<&'static str>,
    error: Option<String>,
    returncode: Option<i32>,
    time: i64,
}

impl RunEnd {
    fn of(event: &Event, hiding: &Hiding) -> Option<Self> {
        let time = event.time.as_millisecond();
        match &event.signal {
            Signal::Completed(Finished { returncode, .. }) => {
                let outcome = "completed".to_owned();
                Some(Self { outcome, error_type: None, error: None, returncode: *returncode, time })
            }
            Signal::Failed { finished, error_type, exception } => Some(Self {
                outcome: outcome(*error_type, exception.as_ref()).to_owned(),
                error_type: Some(error_type.as_str()),
                error: exception.as_ref().map(|Exception { message, .. }| hiding.free(message)),
                returncode: finished.returncode,
                time,
            }),
            _ => None,
        }
    }

    fn write(&self, transaction: &Transaction<'_>, run: &str) -> rusqlite::Result<()> {
        let Self { outcome, error_type, error, returncode, time } = self;
        let values = params![run, outcome, error_type, error, returncode, time];
        transaction.prepare_cached(SET_OUTCOME)?.execute(values)?;
        Ok(())
    }
}

/// Returns the outcome in one word. Outcomes that have a word in the signals keep it.
fn outcome(error_type: ErrorType, exception: Option<&Exception>) -> &'static str {
    match error_type {
        ErrorType::Exception if exception.is_some_and(|exception| exception.kind == Exception::LOCKED) => "locked",
        ErrorType::NonZeroExitCode | ErrorType::Exception => "failed",
        ErrorType::AlembicNotFound => "not_found",
        ErrorType::DeniedByPolicy => "denied",
        other => other.as_str(),
    }
}

fn known(hiding: &Hiding, words: &[String]) -> Vec<String> {
    words.iter().map(|word| hiding.known(word)).collect()
}
