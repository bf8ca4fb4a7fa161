//! The messages that handlers have not accepted yet, and their deliveries.
//!
//! A delivery waits until it is done. It belongs to a living process, or to the next one that
//! claims it, so that two processes never deliver the same message at once. A delivery that keeps
//! failing while the plugin accepts newer ones is parked: the message is at fault, and must not
//! block others. While nothing gets through, the receiver is at fault, and no delivery is parked
//! within a day.

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use rusqlite::{OptionalExtension as _, Transaction, params};
use uuid::Uuid;

use super::error::StoredEventError;
use super::lock::{Liveness, LockOwner, Locks};
use super::queue::Journal;
use super::record::{RunRecord, json};
use super::{retention, stored_event};
use crate::model::event::{Event, SignalName};

/// The number of attempts after which a delivery may be parked.
pub(crate) const ENOUGH_ATTEMPTS: i64 = 8;
/// The time after which deliveries are parked although the receiver accepts nothing.
const PATIENCE: Duration = Duration::from_hours(24);
/// The number of deliveries to claim at once. The next run claims the rest.
const MOST_CLAIMED: i64 = 1000;

/// The outbox of one process. Without a journal it is always empty.
#[derive(Clone)]
pub(crate) struct Outbox {
    place: Option<Arc<Place>>,
    record: RunRecord,
}

pub(super) struct Place {
    pub(super) journal: Journal,
    pub(super) owner: LockOwner,
    pub(super) scope: Arc<str>,
}

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

impl Outbox {
    pub(super) fn new(place: Option<Place>, record: RunRecord) -> Self {
        Self { place: place.map(Arc::new), record }
    }

    /// Claims the deliveries that wait for these plugins and have no living owner, oldest first;
    /// with `parked`, parked ones too. Returns `None` without a journal.
    pub(crate) async fn claim(&self, plugins: Vec<String>, parked: bool) -> Option<Vec<PendingDelivery>> {
        let place = self.place.clone()?;
        let (owner, scope) = (place.owner.id.to_string(), Arc::clone(&place.scope));
        let locks = place.journal.locks.clone();
        let claimed =
            place.journal.ask(move |transaction| claim(transaction, &locks, &owner, &scope, &plugins, parked));
        claimed.await
    }

    /// Waits until the journal is open. Returns `false` if it can't be written, or not soon.
    pub(crate) async fn is_ready(&self) -> bool {
        match &self.place {
            Some(place) => place.journal.ask_at_last(|_| Ok(())).await.is_some(),
            None => false,
        }
    }

    /// Returns the event; `None` if the journal doesn't respond.
    pub(crate) async fn event(&self, id: Uuid) -> Option<Result<Event, StoredEventError>> {
        let place = self.place.as_ref()?;
        let id = id.to_string();
        let read = place.journal.ask(move |transaction| {
            transaction
                .query_row("select content from event where id = ?1", [&id], |row| row.get::<_, Option<String>>(0))
                .optional()
        });
        let content = read.await?;
        Some(content.flatten().ok_or(StoredEventError::Gone).and_then(|content| stored_event::read(&content)))
    }

    /// Records an attempt, before it is made.
    pub(crate) fn attempt(&self, event: Uuid, plugin: &str) {
        self.change(event, plugin, |transaction, event, plugin| {
            transaction.prepare_cached(ATTEMPT)?.execute(params![event, plugin, Timestamp::now().as_millisecond()])
        });
    }

    /// Records that the plugin accepted the message in the run that sent it. The end of that run
    /// deletes the content.
    pub(crate) fn heard(&self, event: Uuid, plugin: &str) {
        self.change(event, plugin, set_done);
    }

    /// Records that the plugin accepted the message, in any run.
    pub(crate) fn done(&self, event: Uuid, plugin: &str) {
        self.change(event, plugin, |transaction, event, plugin| {
            set_done(transaction, event, plugin)?;
            retention::lighten_heard(transaction, event)
        });
    }

    /// Records a failed attempt; the delivery waits. Returns `None` if the journal doesn't respond.
    pub(crate) async fn failed(&self, event: Uuid, plugin: &str, error: &str) -> Option<DeliveryFailure> {
        self.not_heard(event, plugin, error, false).await
    }

    /// Records an attempt that the end of the run interrupted. No other message was sent at the
    /// time, so this one may be at fault whatever other deliveries did.
    pub(crate) async fn cut_off(&self, event: Uuid, plugin: &str, error: &str) -> Option<DeliveryFailure> {
        self.not_heard(event, plugin, error, true).await
    }

    async fn not_heard(&self, event: Uuid, plugin: &str, error: &str, suspect: bool) -> Option<DeliveryFailure> {
        let place = self.place.as_ref()?;
        let (event, plugin, error) = (event.to_string(), plugin.to_owned(), self.record.hide(error));
        place.journal.ask(move |transaction| fail(transaction, &event, &plugin, &error, suspect)).await
    }

    /// Releases the remaining deliveries. Only for a redelivery without a run; a run does so at its
    /// end.
    pub(crate) async fn leave(self) {
        let Some(place) = self.place else { return };
        let owner = place.owner.id.to_string();
        place.journal.ask_at_last(move |transaction| let_go(transaction, &owner)).await;
        place.owner.release();
    }

    /// Changes a delivery. If the process ends before the change is written, the message is
    /// delivered once more, which may happen anyway.
    fn change(
        &self,
        event: Uuid,
        plugin: &str,
        act: impl Fn(&Transaction<'_>, &str, &str) -> rusqlite::Result<usize> + Send + 'static,
    ) {
        let Some(place) = &self.place else { return };
        let (event, plugin) = (event.to_string(), plugin.to_owned());
        place.journal.put_soon(move |transaction| act(transaction, &event, &plugin).map(drop));
    }
}

/// Wraps an error of another source as an error of SQLite.
pub(super) fn other(error: impl std::error::Error + Send + Sync + 'static) -> rusqlite::Error {
    rusqlite::Error::ToSqlConversionFailure(Box::new(error))
}

/// Inserts the deliveries of an event.
pub(super) fn insert(
    transaction: &Transaction<'_>,
    event: i64,
    scope: &str,
    owner: Option<&str>,
    plugins: &[String],
) -> rusqlite::Result<()> {
    let mut insert = transaction.prepare_cached(INSERT)?;
    for plugin in plugins {
        insert.execute(params![event, plugin, scope, owner])?;
    }
    Ok(())
}

fn set_done(transaction: &Transaction<'_>, event: &str, plugin: &str) -> rusqlite::Result<usize> {
    transaction.prepare_cached(DONE)?.execute(params![event, plugin, Timestamp::now().as_millisecond()])
}

fn claim(
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

fn fail(
    transaction: &Transaction<'_>,
    event: &str,
    plugin: &str,
    error: &str,
    suspect: bool,
) -> rusqlite::Result<DeliveryFailure> {
    let now = Timestamp::now().as_millisecond();
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
    transaction.prepare_cached(LET_GO)?.execute([owner])?;
    Ok(())
}

pub(super) const INSERT: &str =
    "insert into delivery (event, plugin, scope, state, owner) values (?1, ?2, ?3, 'waiting', ?4)";
pub(super) const ATTEMPT: &str = "update delivery set attempts = attempts + 1, last_attempt = ?3
    where event = (select number from event where id = ?1) and plugin = ?2";
pub(super) const DONE: &str = "update delivery set state = 'done', delivered = ?3, error = null, owner = null
    where event = (select number from event where id = ?1) and plugin = ?2";
/// Deliveries that are done have no owner. Excluding them lets SQLite use the index of open
/// deliveries: a journal holds a year of deliveries.
pub(super) const LET_GO: &str =
    "update delivery set owner = null, error = coalesce(error, 'lback ended before it was told')
    where owner = ?1 and state <> 'done'";

#[cfg(test)]
mod tests {
    use rusqlite::Connection;

    use super::*;

    #[test]
    fn the_end_of_a_run_looks_at_open_deliveries_only() {
        let mut connection = Connection::open_in_memory().unwrap();
        crate::journal::schema::bring_up_to_date(&mut connection).unwrap();
        let plan: String =
            connection.query_row(&format!("explain query plan {LET_GO}"), ["owner"], |row| row.get("detail")).unwrap();
        assert!(plan.ends_with("USING INDEX delivery_open"), "{plan}");
    }
}
