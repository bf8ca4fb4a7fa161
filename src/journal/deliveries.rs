//! The deliveries in the journal: inserted, claimed, failed, done and released.

use std::time::Duration;

use jiff::Timestamp;
use rusqlite::{Transaction, params};
use uuid::Uuid;

use super::lock::{Liveness, Locks};
use super::statements::{FINISH_DELIVERY, INSERT_DELIVERY, RELEASE_DELIVERIES};
use super::values::{json, other};
use crate::model::signal::SignalName;
use crate::support::clock;

/// The number of attempts after which a delivery may be parked.
pub(crate) const ENOUGH_ATTEMPTS: i64 = 8;
/// The time after which deliveries are parked although the receiver accepts nothing.
const PATIENCE: Duration = Duration::from_hours(24);
/// The number of deliveries to claim at once. The next run claims the rest.
const MOST_CLAIMED: i64 = 1000;

/// A delivery that waits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct PendingDelivery {
    pub(crate) event: Uuid,
    pub(crate) plugin: String,
    pub(crate) signal: SignalName,
    pub(crate) time: Timestamp,
    pub(crate) parked: bool,
}

/// The state of a delivery after a failure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct DeliveryFailure {
    /// The number of attempts.
    pub(crate) attempts: i64,
    /// True if lback no longer retries it by itself.
    pub(crate) parked: bool,
}

/// Inserts the deliveries of an event.
pub(super) fn insert(
    transaction: &Transaction<'_>,
    event: i64,
    scope: &str,
    owner: Option<&str>,
    plugins: &[String],
) -> rusqlite::Result<()> {
    let mut insert = transaction.prepare_cached(INSERT_DELIVERY)?;
    for plugin in plugins {
        insert.execute(params![event, plugin, scope, owner])?;
    }
    Ok(())
}

pub(super) fn set_done(transaction: &Transaction<'_>, event: &str, plugin: &str) -> rusqlite::Result<usize> {
    transaction.prepare_cached(FINISH_DELIVERY)?.execute(params![event, plugin, clock::now().as_millisecond()])
}

pub(super) fn claim(
    transaction: &Transaction<'_>,
    locks: &Locks,
    me: &str,
    scope: &str,
    plugins: &[String],
    parked: bool,
) -> rusqlite::Result<Vec<PendingDelivery>> {
    let mut alive = std::collections::HashMap::new();
    let mut statement = transaction.prepare_cached(
        "select delivery.event, event.id, plugin, signal, time, owner, state from delivery join event on number = event
         where scope = ?1 and state <> 'done' and (state = 'waiting' or ?3)
            and plugin in (select value from json_each(?2)) and owner is not ?4
         order by event limit ?5",
    )?;
    let mut rows = statement.query(params![scope, json(&plugins), parked, me, MOST_CLAIMED])?;
    let mut claimed = Vec::new();
    while let Some(row) = rows.next()? {
        if let Some(owner) = row.get::<_, Option<String>>(5)?
            && *alive.entry(owner).or_insert_with_key(|owner| locks.life(owner) == Liveness::Alive)
        {
            continue;
        }
        let number: i64 = row.get(0)?;
        let (id, signal): (String, String) = (row.get(1)?, row.get(3)?);
        let waiting = PendingDelivery {
            event: id.parse().map_err(other)?,
            plugin: row.get(2)?,
            signal: signal.parse().map_err(other)?,
            time: Timestamp::from_millisecond(row.get(4)?).map_err(other)?,
            parked: row.get::<_, String>(6)? == "parked",
        };
        claimed.push((number, waiting));
    }
    drop(rows);
    let mut take = transaction.prepare("update delivery set owner = ?3 where event = ?1 and plugin = ?2")?;
    for (number, waiting) in &claimed {
        take.execute(params![number, waiting.plugin, me])?;
    }
    Ok(claimed.into_iter().map(|(_, waiting)| waiting).collect())
}

pub(super) fn fail(
    transaction: &Transaction<'_>,
    event: &str,
    plugin: &str,
    error: &str,
    suspect: bool,
) -> rusqlite::Result<DeliveryFailure> {
    let now = clock::now().as_millisecond();
    let patience = i64::try_from(PATIENCE.as_millis()).unwrap_or(i64::MAX);
    // Newer events only: an earlier success doesn't show that the receiver is available now.
    transaction.query_row(
        "update delivery set error = ?3, state = case
            when state = 'parked' then 'parked'
            when attempts >= ?4 and (
                ?6 or (select time from event where number = event) < ?5
                or exists (
                    select 1 from delivery newer
                    where newer.plugin = delivery.plugin and newer.scope = delivery.scope
                        and newer.event > delivery.event and newer.state = 'done'
                )
            ) then 'parked'
            else 'waiting' end
         where event = (select number from event where id = ?1) and plugin = ?2
         returning attempts, state = 'parked'",
        params![event, plugin, error, ENOUGH_ATTEMPTS, now - patience, suspect],
        |row| Ok(DeliveryFailure { attempts: row.get(0)?, parked: row.get(1)? }),
    )
}

/// Releases the open deliveries of this owner.
pub(super) fn let_go(transaction: &Transaction<'_>, owner: &str) -> rusqlite::Result<()> {
    transaction.prepare_cached(RELEASE_DELIVERIES)?.execute([owner])?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use rusqlite::Connection;

    use super::*;

    #[test]
    fn the_end_of_a_run_looks_at_open_deliveries_only() {
        let mut connection = Connection::open_in_memory().unwrap();
        crate::journal::schema::bring_up_to_date(&mut connection).unwrap();
        let plan: String = connection
            .query_row(&format!("explain query plan {RELEASE_DELIVERIES}"), ["owner"], |row| row.get("detail"))
            .unwrap();
        assert!(plan.ends_with("USING INDEX delivery_open"), "{plan}");
    }
}
