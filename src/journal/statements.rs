//! The statements of every run, prepared in advance.
//!
//! SQLite reads the definitions of all tables for its first statement, and preparing a statement
//! takes time. The journal is opened in the background, but a run waits for its writes.

use rusqlite::Connection;

const OF_EVERY_RUN: [&str; 14] = [
    INSERT_RUN,
    OPEN_RUNS,
    SET_COMMAND,
    SET_HEIRS,
    INSERT_EVENT,
    INSERT_DELIVERY,
    ATTEMPT_DELIVERY,
    FINISH_DELIVERY,
    SET_OUTCOME,
    SET_EXIT_CODE,
    RELEASE_DELIVERIES,
    LIGHTEN,
    OLDEST_OF_NEWEST,
    ANY_OLD,
];

pub(super) const INSERT_RUN: &str = "
    insert into run (id, scope, project, root, environment, actor, host, git_commit, git_branch, ci_job_url, lback_version, started)
    values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)";
pub(super) const INSERT_EVENT: &str = "insert into event (id, run, signal, time, content) values (?1, ?2, ?3, ?4, ?5)";
pub(super) const SET_COMMAND: &str = "update run set command = ?2, full_command = ?3 where id = ?1";
pub(super) const SET_HEIRS: &str = "update run set heirs = ?2 where id = ?1";
pub(super) const SET_OUTCOME: &str =
    "update run set outcome = ?2, error_type = ?3, error = ?4, returncode = ?5, ended = ?6 where id = ?1";
pub(super) const SET_EXIT_CODE: &str = "update run set exit_code = ?2 where id = ?1";

pub(super) const OPEN_RUNS: &str = "select id, full_command, started from run where outcome is null";

pub(super) const INSERT_DELIVERY: &str =
    "insert into delivery (event, plugin, scope, state, owner) values (?1, ?2, ?3, 'waiting', ?4)";
pub(super) const ATTEMPT_DELIVERY: &str = "update delivery set attempts = attempts + 1, last_attempt = ?3
    where event = (select number from event where id = ?1) and plugin = ?2";
pub(super) const FINISH_DELIVERY: &str =
    "update delivery set state = 'done', delivered = ?3, error = null, owner = null
    where event = (select number from event where id = ?1) and plugin = ?2";
/// Deliveries that are done have no owner. Excluding them lets SQLite use the index of open
/// deliveries: a journal holds a year of deliveries.
pub(super) const RELEASE_DELIVERIES: &str =
    "update delivery set owner = null, error = coalesce(error, 'lback ended before it was told')
    where owner = ?1 and state <> 'done'";

/// The content of a failure is kept for `lback log`.
macro_rules! heard {
    () => {
        "content is not null and signal <> 'alembic_command_failed'
         and not exists (select 1 from delivery where event = number and state <> 'done')"
    };
}

pub(super) const ANY_OLD: &str = "select 1 from run where scope = ?1 and started < ?2 and outcome is not null limit 1";
/// `rowid` is the order of recording, whatever the clock was.
pub(super) const OLDEST_OF_NEWEST: &str =
    "select min(started) from (select started from run where scope = ?1 order by rowid desc limit ?2)";
pub(super) const LIGHTEN: &str = concat!("update event set content = null where run = ?1 and ", heard!());
pub(super) const LIGHTEN_HEARD: &str = concat!(
    "update event set content = null where id = ?1 and ",
    heard!(),
    " and exists (select 1 from run where run.id = event.run and exit_code is not null)"
);

/// Prepares the statements. A failure here recurs where the statement is needed, and is reported
/// there.
pub(super) fn compile(connection: &Connection) {
    connection.set_prepared_statement_cache_capacity(2 * OF_EVERY_RUN.len());
    for statement in OF_EVERY_RUN {
        let _ = connection.prepare_cached(statement);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_of_them_can_be_compiled() {
        let mut connection = Connection::open_in_memory().unwrap();
        crate::journal::schema::bring_up_to_date(&mut connection).unwrap();
        for statement in OF_EVERY_RUN {
            connection.prepare(statement).unwrap_or_else(|error| panic!("{statement}: {error}"));
        }
    }
}
