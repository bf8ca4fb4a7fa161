//! The retention of runs and events.

use std::time::Duration;

use rusqlite::{Transaction, params};

use super::statements::{ANY_OLD, LIGHTEN, LIGHTEN_HEARD, OLDEST_OF_NEWEST};

use crate::support::clock;

/// The number of runs that one run deletes, so that it ends soon; the next one continues.
const MOST_PRUNED: i64 = 200;

/// The newest runs of a scope, in the order in which they were recorded. They stay whatever their
/// age, and runs are old only as seen from each of them: a clock that is years off for some runs
/// deletes nothing.
const NEWEST: i64 = 20;

/// The deleted runs.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Pruned {
    pub(super) runs: usize,
    /// The messages among them that their handlers never accepted.
    pub(super) unheard: i64,
}

impl Pruned {
    pub(super) fn report(&self) {
        match self {
            Self { unheard: 1.., .. } => tracing::warn!(
                "{} messages that handlers never took were older than `[journal] keep` and are gone",
                self.unheard
            ),
            Self { runs: 1.., .. } => {
                tracing::debug!("{} runs were older than `[journal] keep` and are gone", self.runs);
            }
            _ => {}
        }
    }
}

/// Deletes runs that are too old, with everything that belongs to them.
pub(super) fn prune(transaction: &Transaction<'_>, scope: &str, keep: Duration) -> rusqlite::Result<Pruned> {
    let keep = i64::try_from(keep.as_millis()).unwrap_or(i64::MAX);
    let newest: Option<i64> =
        transaction.prepare_cached(OLDEST_OF_NEWEST)?.query_row(params![scope, NEWEST], |row| row.get(0))?;
    let now = clock::now().as_millisecond();
    let limit = newest.unwrap_or(now).min(now).saturating_sub(keep);
    let is_any = transaction.prepare_cached(ANY_OLD)?.exists(params![scope, limit])?;
    if !is_any {
        return Ok(Pruned::default());
    }
    let old = "select id from run where scope = ?1 and started < ?2 and outcome is not null order by started limit ?3";
    let unheard = transaction.query_row(
        &format!("select count(*) from delivery join event on number = event where state <> 'done' and run in ({old})"),
        params![scope, limit, MOST_PRUNED],
        |row| row.get(0),
    )?;
    let runs =
        transaction.execute(&format!("delete from run where id in ({old})"), params![scope, limit, MOST_PRUNED])?;
    Ok(Pruned { runs, unheard })
}

/// Deletes the content of the events of an ended run, if all handlers have accepted them.
pub(super) fn lighten(transaction: &Transaction<'_>, run: &str) -> rusqlite::Result<usize> {
    transaction.prepare_cached(LIGHTEN)?.execute([run])
}

/// Deletes the content of one event, if its run has ended and all handlers have accepted it.
pub(super) fn lighten_heard(transaction: &Transaction<'_>, event: &str) -> rusqlite::Result<usize> {
    transaction.prepare_cached(LIGHTEN_HEARD)?.execute([event])
}
