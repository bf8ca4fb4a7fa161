//! Queries for the details of one run.

use rusqlite::{Connection, Row};

use super::rows::{DatabaseRow, DeliveryRow, EventRow, OverrideRow, StepRow, VerdictRow};
use super::values::{list, optional_list, time};

pub(super) fn databases(connection: &Connection, run: &str) -> rusqlite::Result<Vec<DatabaseRow>> {
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

pub(super) fn steps(connection: &Connection, run: &str) -> rusqlite::Result<Vec<StepRow>> {
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

pub(super) fn verdicts(connection: &Connection, run: &str) -> rusqlite::Result<Vec<VerdictRow>> {
    let mut statement = connection.prepare(
        "select signal, plugin, decision, blocked, denials, warnings, accepted, failure from verdict where run = ?1 order by number",
    )?;
    let row = |row: &Row<'_>| {
        Ok(VerdictRow {
            signal: row.get(0)?,
            plugin: row.get(1)?,
            decision: row.get(2)?,
            blocked: row.get(3)?,
            denials: list(row, 4)?,
            warnings: list(row, 5)?,
            accepted: list(row, 6)?,
            failure: row.get(7)?,
        })
    };
    statement.query_map([run], row)?.collect()
}

pub(super) fn overrides(connection: &Connection, run: &str) -> rusqlite::Result<Vec<OverrideRow>> {
    let mut statement = connection.prepare("select plugin, reason from override where run = ?1 order by plugin")?;
    statement.query_map([run], |row| Ok(OverrideRow { plugin: row.get(0)?, reason: row.get(1)? }))?.collect()
}

pub(super) fn events(connection: &Connection, run: &str) -> rusqlite::Result<Vec<EventRow>> {
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
