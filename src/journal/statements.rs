//! What every run has SQLite do, compiled while nobody waits for it yet.
//!
//! SQLite reads the definitions of all tables for its first statement, and each takes some time to
//! be compiled. The journal is opened beside other things; what it then writes, a run waits for.

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

/// Compiles them. What fails here fails again where it is needed, and is told there.
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
