//! Reads the journal; changes nothing.

use std::cmp::Reverse;
use std::collections::HashMap;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use rusqlite::{Connection, Row, params};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::error::JournalError;
use super::lock::{Liveness, Locks};
use super::{file, outbox, stored_event};
use crate::model::event::{Event, Finished, Signal};

/// A journal that is open for reading.
pub(crate) struct JournalReader {
    connection: Connection,
    locks: Locks,
    path: PathBuf,
}

/// A filter of runs. Fields that are `None` or empty match every run.
#[derive(Debug, Default)]
pub(crate) struct RunFilter {
    pub(crate) scope: Option<String>,
    pub(crate) outcomes: Vec<String>,
    pub(crate) environment: Option<String>,
    pub(crate) since: Option<Timestamp>,
    pub(crate) limit: Option<usize>,
}

/// One run of lback.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct RunRow {
    /// A UUID, which plugins receive as the sender's run.
    pub(crate) id: String,
    /// The project's name.
    pub(crate) project: String,
    /// The folder in which Alembic ran.
    pub(crate) root: String,
    pub(crate) environment: Option<String>,
    /// The user who ran lback.
    pub(crate) actor: Option<String>,
    /// The name of the machine.
    pub(crate) host: Option<String>,
    pub(crate) git_commit: Option<String>,
    pub(crate) git_branch: Option<String>,
    pub(crate) ci_job_url: Option<String>,
    pub(crate) lback_version: String,
    pub(crate) alembic_version: Option<String>,
    pub(crate) sqlalchemy_version: Option<String>,
    pub(crate) python_version: Option<String>,
    /// Alembic's subcommand; empty if there was none.
    pub(crate) command: String,
    /// The whole command line, with `***` in place of secrets.
    pub(crate) full_command: Vec<String>,
    /// The time of the start, in RFC 3339.
    #[schemars(with = "String")]
    pub(crate) started: Timestamp,
    /// The time at which Alembic ended; null while the run goes on, and if it is unknown.
    #[schemars(with = "Option<String>")]
    pub(crate) ended: Option<Timestamp>,
    /// The time from start to end, in milliseconds.
    pub(crate) duration_ms: Option<i64>,
    /// One of `completed`, `failed`, `denied`, `timed_out`, `interrupted`, `locked`, `not_found`,
    /// `crashed` (lback was killed), `running`, or `unknown` (the journal could not be written at
    /// the end of the run).
    pub(crate) outcome: String,
    /// The error type of the signal `alembic_command_failed`.
    pub(crate) error_type: Option<String>,
    /// The cause of a failure, in addition to the exit code.
    pub(crate) error: Option<String>,
    /// The result of Alembic's process: its exit code, or -N if signal N ended it.
    pub(crate) returncode: Option<i64>,
    /// lback's own exit code.
    pub(crate) exit_code: Option<i64>,
}

/// The complete record of a run.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct RunDetails {
    pub(crate) run: RunRow,
    pub(crate) databases: Vec<DatabaseRow>,
    /// The steps, in the order of their start.
    pub(crate) steps: Vec<StepRow>,
    /// The answers of policies, and plugins that couldn't be loaded, in the order of the run.
    pub(crate) verdicts: Vec<VerdictRow>,
    /// The policies that were overridden.
    pub(crate) overrides: Vec<OverrideRow>,
    /// The signals, in the order in which they were sent.
    pub(crate) events: Vec<EventRow>,
    /// The output of Alembic, if the run failed.
    pub(crate) stdout: Option<String>,
    pub(crate) stderr: Option<String>,
}

/// A database that a run worked on.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct DatabaseRow {
    /// The number of the database in the run, from 0.
    pub(crate) number: i64,
    /// The project's name for the database, if it has several.
    pub(crate) name: Option<String>,
    pub(crate) dialect: Option<String>,
    pub(crate) driver: Option<String>,
    pub(crate) server_version: Option<String>,
    pub(crate) transactional_ddl: Option<bool>,
    pub(crate) heads_before: Option<Vec<String>>,
    pub(crate) heads_after: Option<Vec<String>>,
    /// The database state after the run: `unchanged`, `advanced`, `suspect`.
    pub(crate) outcome: Option<String>,
}

/// A step that began.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct StepRow {
    /// The number of its database.
    pub(crate) database: i64,
    /// The number of the step in the run, from 1.
    pub(crate) number: i64,
    pub(crate) revision: String,
    pub(crate) down_revisions: Vec<String>,
    /// `upgrade`, `downgrade` or `stamp`.
    pub(crate) direction: String,
    pub(crate) doc: String,
    /// The duration in milliseconds; null if the step did not end.
    pub(crate) duration_ms: Option<i64>,
}

/// The result of a call to a policy.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct VerdictRow {
    /// The signal; null if the plugin couldn't be loaded.
    pub(crate) signal: Option<String>,
    pub(crate) plugin: String,
    /// `allow`, `deny`, or `failed`.
    pub(crate) decision: String,
    /// True if it stopped the run. A policy in audit mode never does.
    pub(crate) blocked: bool,
    pub(crate) denials: Vec<DenialRow>,
    pub(crate) warnings: Vec<String>,
    /// The reason why there is no answer.
    pub(crate) failure: Option<String>,
}

/// One reason for a denial.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub(crate) struct DenialRow {
    /// A short stable name of the rule.
    pub(crate) code: String,
    /// The denied operation and the reason.
    pub(crate) message: String,
    /// The alternative for the user.
    pub(crate) hint: Option<String>,
    /// A page with more information.
    pub(crate) url: Option<String>,
}

/// A policy that was overridden.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct OverrideRow {
    pub(crate) plugin: String,
    pub(crate) reason: String,
}

/// A signal that was sent.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct EventRow {
    /// A UUID, by which a receiver recognises duplicates.
    pub(crate) id: String,
    pub(crate) signal: String,
    #[schemars(with = "String")]
    pub(crate) time: Timestamp,
    /// The deliveries to the handlers that subscribe to the signal.
    pub(crate) deliveries: Vec<DeliveryRow>,
}

/// An event on its way to a handler.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct DeliveryRow {
    pub(crate) plugin: String,
    /// `waiting`, `done`, or `parked` (no longer tried by itself).
    pub(crate) state: String,
    /// The number of attempts.
    pub(crate) attempts: i64,
    #[schemars(with = "Option<String>")]
    pub(crate) last_attempt: Option<Timestamp>,
    #[schemars(with = "Option<String>")]
    pub(crate) delivered: Option<Timestamp>,
    /// The reason why it is not done.
    pub(crate) error: Option<String>,
}

/// The deliveries that wait for one plugin.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub(crate) struct WaitingRow {
    pub(crate) plugin: String,
    /// The number of messages that the next run retries.
    pub(crate) waiting: i64,
    /// The number of messages that only `lback log redeliver --parked` retries.
    pub(crate) parked: i64,
    /// The time at which the oldest of them was sent.
    #[schemars(with = "String")]
    pub(crate) oldest: Timestamp,
    /// The reason why the oldest of them was not accepted.
    pub(crate) error: Option<String>,
}

const RUN: &str = "select id, project, root, environment, actor, host, git_commit, git_branch, ci_job_url, lback_version, alembic_version,
    sqlalchemy_version, python_version, command, full_command, started, ended, outcome, error_type, error, returncode, exit_code from run";

impl JournalReader {
    /// Opens the journal at `path`; returns `None` if it is missing.
    pub(crate) fn open(path: &Path) -> Result<Option<Self>, JournalError> {
        let connection = file::open_existing(path)?;
        let reader = |connection| Self { connection, locks: Locks::beside(path), path: path.to_owned() };
        Ok(connection.map(reader))
    }

    /// Returns the runs that match, newest first.
    pub(crate) fn runs(&self, filter: &RunFilter) -> Result<Vec<RunRow>, JournalError> {
        self.read(|connection| {
            let mut statement = connection.prepare(&format!(
                "{RUN} where (?1 is null or scope = ?1) and (?2 is null or environment = ?2) and (?3 is null or started >= ?3)
                 order by started desc, id desc"
            ))?;
            let since = filter.since.map(Timestamp::as_millisecond);
            let rows = statement.query_map(params![filter.scope, filter.environment, since], |row| self.run(row))?;
            let wanted = |run: &rusqlite::Result<RunRow>| {
                run.as_ref().map_or(true, |run| filter.outcomes.is_empty() || filter.outcomes.contains(&run.outcome))
            };
            rows.filter(wanted).take(filter.limit.unwrap_or(usize::MAX)).collect()
        })
    }

    /// Returns the ids with this prefix, newest first, up to ten.
    pub(crate) fn find(&self, beginning: &str) -> Result<Vec<String>, JournalError> {
        self.read(|connection| {
            let mut statement = connection
                .prepare("select id from run where substr(id, 1, length(?1)) = ?1 order by id desc limit 10")?;
            statement.query_map([beginning], |row| row.get(0))?.collect()
        })
    }

    /// Returns the shortest unique prefix of an id.
    pub(crate) fn short_id(&self, id: &str) -> Result<String, JournalError> {
        self.read(|connection| {
            let (before, after): (Option<String>, Option<String>) = connection.query_row(
                "select (select max(id) from run where id < ?1), (select min(id) from run where id > ?1)",
                [id],
                |row| Ok((row.get(0)?, row.get(1)?)),
            )?;
            let common = |other: String| id.bytes().zip(other.bytes()).take_while(|(one, other)| one == other).count();
            let needed = [before, after].into_iter().flatten().map(common).max().unwrap_or_default() + 1;
            Ok(id.get(..needed.max(8)).unwrap_or(id).trim_end_matches('-').to_owned())
        })
    }

    /// Returns everything about a run, or `None` if it doesn't exist.
    pub(crate) fn details(&self, id: &str) -> Result<Option<RunDetails>, JournalError> {
        let run = self.read(|connection| {
            let mut statement = connection.prepare(&format!("{RUN} where id = ?1"))?;
            statement.query_map([id], |row| self.run(row))?.next().transpose()
        })?;
        let Some(run) = run else { return Ok(None) };
        let finished = self.last_words(id)?;
        self.read(|connection| {
            let (stdout, stderr) = finished.map(|finished| (finished.stdout, finished.stderr)).unzip();
            Ok(Some(RunDetails {
                databases: databases(connection, id)?,
                steps: steps(connection, id)?,
                verdicts: verdicts(connection, id)?,
                overrides: overrides(connection, id)?,
                events: events(connection, id)?,
                stdout,
                stderr,
                run,
            }))
        })
    }

    /// Returns the end of a failed run, with the output of Alembic.
    fn last_words(&self, id: &str) -> Result<Option<Finished>, JournalError> {
        let content: Option<String> = self.read(|connection| {
            let mut statement = connection.prepare(
                "select content from event where run = ?1 and signal = 'alembic_command_failed' and content is not null",
            )?;
            statement.query_map([id], |row| row.get(0))?.next().transpose()
        })?;
        Ok(match content.as_deref().map(stored_event::read).transpose()? {
            Some(Event { signal: Signal::Failed { finished, .. }, .. }) => Some(finished),
            _ => None,
        })
    }

    /// Returns the deliveries that wait and have no living owner, by plugin.
    pub(crate) fn waiting(&self, scope: Option<&str>) -> Result<Vec<WaitingRow>, JournalError> {
        self.read(|connection| {
            let mut statement = connection.prepare(
                "select plugin, state, time, error, owner from delivery join event on number = event
                 where state <> 'done' and (?1 is null or scope = ?1) order by plugin, event",
            )?;
            let mut alive = HashMap::new();
            let mut rows = statement.query([scope])?;
            let mut found: Vec<WaitingRow> = Vec::new();
            while let Some(row) = rows.next()? {
                if let Some(owner) = row.get::<_, Option<String>>(4)?
                    && *alive.entry(owner).or_insert_with_key(|owner| self.locks.life(owner) == Liveness::Alive)
                {
                    continue;
                }
                let plugin: String = row.get(0)?;
                let parked = i64::from(row.get::<_, String>(1)? == "parked");
                match found.last_mut().filter(|last| last.plugin == plugin) {
                    Some(last) => {
                        last.waiting += 1 - parked;
                        last.parked += parked;
                    }
                    None => found.push(WaitingRow {
                        plugin,
                        waiting: 1 - parked,
                        parked,
                        oldest: time(row.get(2)?)?,
                        error: row.get(3)?,
                    }),
                }
            }
            found.sort_by_key(|row| Reverse(row.waiting + row.parked));
            Ok(found)
        })
    }

    fn run(&self, row: &Row<'_>) -> rusqlite::Result<RunRow> {
        let id: String = row.get(0)?;
        let outcome = match row.get::<_, Option<String>>(17)? {
            Some(outcome) => outcome,
            None => match self.locks.life(&id) {
                Liveness::Alive => "running",
                Liveness::Crashed => "crashed",
                Liveness::Gone => "unknown",
            }
            .to_owned(),
        };
        let (started, ended): (i64, Option<i64>) = (row.get(15)?, row.get(16)?);
        Ok(RunRow {
            project: row.get(1)?,
            root: row.get(2)?,
            environment: row.get(3)?,
            actor: row.get(4)?,
            host: row.get(5)?,
            git_commit: row.get(6)?,
            git_branch: row.get(7)?,
            ci_job_url: row.get(8)?,
            lback_version: row.get(9)?,
            alembic_version: row.get(10)?,
            sqlalchemy_version: row.get(11)?,
            python_version: row.get(12)?,
            command: row.get(13)?,
            full_command: list(row, 14)?,
            started: time(started)?,
            ended: ended.map(time).transpose()?,
            duration_ms: ended.map(|ended| ended - started),
            outcome,
            error_type: row.get(18)?,
            error: row.get(19)?,
            returncode: row.get(20)?,
            exit_code: row.get(21)?,
            id,
        })
    }

    fn read<T>(&self, act: impl FnOnce(&Connection) -> rusqlite::Result<T>) -> Result<T, JournalError> {
        act(&self.connection).map_err(|cause| JournalError::Database { path: self.path.clone(), cause })
    }
}

fn databases(connection: &Connection, run: &str) -> rusqlite::Result<Vec<DatabaseRow>> {
    let mut statement = connection.prepare(
        "select number, name, dialect, driver, server_version, transactional_ddl, heads_before, heads_after, outcome
         from target where run = ?1 order by number",
    )?;
    let row = |row: &Row<'_>| {
        Ok(DatabaseRow {
            number: row.get(0)?,
            name: row.get(1)?,
            dialect: row.get(2)?,
            driver: row.get(3)?,
            server_version: row.get(4)?,
            transactional_ddl: row.get(5)?,
            heads_before: optional_list(row, 6)?,
            heads_after: optional_list(row, 7)?,
            outcome: row.get(8)?,
        })
    };
    statement.query_map([run], row)?.collect()
}

fn steps(connection: &Connection, run: &str) -> rusqlite::Result<Vec<StepRow>> {
    let mut statement = connection.prepare(
        "select target, number, revision, down_revisions, direction, doc, duration from step where run = ?1
         order by target, number",
    )?;
    let row = |row: &Row<'_>| {
        Ok(StepRow {
            database: row.get(0)?,
            number: row.get(1)?,
            revision: row.get(2)?,
            down_revisions: list(row, 3)?,
            direction: row.get(4)?,
            doc: row.get(5)?,
            duration_ms: row.get(6)?,
        })
    };
    statement.query_map([run], row)?.collect()
}

fn verdicts(connection: &Connection, run: &str) -> rusqlite::Result<Vec<VerdictRow>> {
    let mut statement = connection.prepare(
        "select signal, plugin, decision, blocked, denials, warnings, failure from verdict where run = ?1 order by number",
    )?;
    let row = |row: &Row<'_>| {
        Ok(VerdictRow {
            signal: row.get(0)?,
            plugin: row.get(1)?,
            decision: row.get(2)?,
            blocked: row.get(3)?,
            denials: list(row, 4)?,
            warnings: list(row, 5)?,
            failure: row.get(6)?,
        })
    };
    statement.query_map([run], row)?.collect()
}

fn overrides(connection: &Connection, run: &str) -> rusqlite::Result<Vec<OverrideRow>> {
    let mut statement = connection.prepare("select plugin, reason from override where run = ?1 order by plugin")?;
    statement.query_map([run], |row| Ok(OverrideRow { plugin: row.get(0)?, reason: row.get(1)? }))?.collect()
}

fn events(connection: &Connection, run: &str) -> rusqlite::Result<Vec<EventRow>> {
    let mut statement =
        connection.prepare("select number, id, signal, time from event where run = ?1 order by number")?;
    let mut deliveries = connection.prepare(
        "select plugin, state, attempts, last_attempt, delivered, error from delivery where event = ?1 order by plugin",
    )?;
    let mut events = Vec::new();
    let mut rows = statement.query([run])?;
    while let Some(row) = rows.next()? {
        let delivery = |row: &Row<'_>| {
            Ok(DeliveryRow {
                plugin: row.get(0)?,
                state: row.get(1)?,
                attempts: row.get(2)?,
                last_attempt: row.get::<_, Option<i64>>(3)?.map(time).transpose()?,
                delivered: row.get::<_, Option<i64>>(4)?.map(time).transpose()?,
                error: row.get(5)?,
            })
        };
        events.push(EventRow {
            id: row.get(1)?,
            signal: row.get(2)?,
            time: time(row.get(3)?)?,
            deliveries: deliveries.query_map([row.get::<_, i64>(0)?], delivery)?.collect::<Result<_, _>>()?,
        });
    }
    Ok(events)
}

fn time(milliseconds: i64) -> rusqlite::Result<Timestamp> {
    Timestamp::from_millisecond(milliseconds).map_err(outbox::other)
}

fn list<T: serde::de::DeserializeOwned>(row: &Row<'_>, column: usize) -> rusqlite::Result<Vec<T>> {
    serde_json::from_str(&row.get::<_, String>(column)?).map_err(outbox::other)
}

fn optional_list(row: &Row<'_>, column: usize) -> rusqlite::Result<Option<Vec<String>>> {
    let text: Option<String> = row.get(column)?;
    text.map(|text| serde_json::from_str(&text)).transpose().map_err(outbox::other)
}
