//! Writes the events of Alembic's process into the record of the run.

use super::watch::Watch;
use crate::alembic::LauncherEvent;
use crate::journal::{DatabaseRow, RunRecord, StepRow, ToolVersions, milliseconds};
use crate::model::database::Database;

/// Records one event. `watch` has taken it already.
pub(super) fn record(report: &LauncherEvent, watch: &Watch, record: &RunRecord) {
    match report {
        LauncherEvent::Versions { python, alembic, sqlalchemy, .. } => record.versions(ToolVersions {
            alembic: Some(alembic.clone()),
            sqlalchemy: Some(sqlalchemy.clone()),
            python: Some(python.clone()),
        }),
        LauncherEvent::Database { database, dialect, driver, server_version, name, transactional_ddl, .. } => {
            record.database(DatabaseRow {
                number: index(*database),
                name: name.clone(),
                dialect: Some(dialect.clone()),
                driver: driver.clone(),
                server_version: server_version.clone(),
                transactional_ddl: Some(*transactional_ddl),
                ..DatabaseRow::default()
            });
        }
        LauncherEvent::HeadsBefore { database, heads } => record.database(DatabaseRow {
            number: index(*database),
            heads_before: Some(heads.clone()),
            ..DatabaseRow::default()
        }),
        LauncherEvent::StepStarted { database, down_revisions, .. } => step(*database, down_revisions, watch, record),
        LauncherEvent::StepEnded { database, .. } => step(*database, &[], watch, record),
        _ => {}
    }
}

/// Records the last step that was started, as far as it is known.
fn step(database: u32, down_revisions: &[String], watch: &Watch, record: &RunRecord) {
    let Some((number, step)) = watch.last_step(database) else { return };
    record.step(StepRow {
        database: index(database),
        number: number.into(),
        revision: step.revision.clone(),
        down_revisions: down_revisions.to_vec(),
        direction: step.direction.as_str().to_owned(),
        doc: step.doc.clone().unwrap_or_default(),
        duration_ms: step.duration.map(milliseconds),
    });
}

/// Records the final states of the databases, in the order in which Alembic connected to them.
pub(super) fn record_states(databases: &[Database], record: &RunRecord) {
    for (number, database) in (0..).zip(databases) {
        record.database(DatabaseRow {
            number,
            heads_after: database.heads_after.clone(),
            outcome: Some(database.state.as_str().to_owned()),
            ..DatabaseRow::default()
        });
    }
}

/// Converts a number: events count databases from 1, the journal from 0.
fn index(number: u32) -> i64 {
    number.saturating_sub(1).into()
}
