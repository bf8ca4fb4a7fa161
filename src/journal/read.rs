//! Reads the journal; changes nothing.

use std::cmp::Reverse;
use std::collections::HashMap;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use rusqlite::{Connection, Row, params};

use super::error::JournalError;
use super::lock::{Liveness, Locks};
use super::rows::{RunDetails, RunRow, WaitingRow};
use super::run_details::{databases, events, overrides, steps, verdicts};
use super::run_marks::{RunMarks, marks};
use super::values::{list, time};
use super::{file, stored_event};
use crate::model::event::Event;
use crate::model::signal::{Finished, Signal};

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

    /// Returns what a list shows of a run besides its row.
    pub(crate) fn marks(&self, id: &str) -> Result<RunMarks, JournalError> {
        self.read(|connection| marks(connection, id))
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
