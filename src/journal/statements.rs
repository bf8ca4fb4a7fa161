//! The statements of every run, prepared in advance.
//!
//! SQLite reads the definitions of all tables for its first statement, and preparing a statement
//! takes time. The journal is opened in the background, but a run waits for its writes.

use rusqlite::Connection;

use super::{crash, outbox, record, retention};

const OF_EVERY_RUN: [&str; 13] = [
    record::INSERT_RUN,
    crash::OPEN,
    record::SET_COMMAND,
    record::SET_HEIRS,
    record::INSERT_EVENT,
    outbox::INSERT,
    outbox::ATTEMPT,
    outbox::DONE,
    record::SET_OUTCOME,
    record::SET_EXIT_CODE,
    outbox::LET_GO,
    retention::LIGHTEN,
    retention::ANY_OLD,
];

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
