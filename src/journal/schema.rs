//! The tables, and the upgrade of files of earlier versions.

use rusqlite::{Connection, Transaction, TransactionBehavior};

/// Distinguishes journals from databases of other programs: "lbck" in ASCII.
const APPLICATION: u32 = 0x6c62_636b;

/// The statements that each version adds. A file's `user_version` is the number of versions that it
/// has. A released version never changes.
const VERSIONS: [&str; 2] = [include_str!("schema/1.sql"), include_str!("schema/2.sql")];

/// The version that this lback writes.
#[expect(clippy::cast_possible_truncation, reason = "there are few")]
pub(super) const CURRENT: u32 = VERSIONS.len() as u32;

/// The kind of a file, before lback changes it.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum FileVersion {
    Current,
    /// Empty, or an earlier version.
    Older,
    Newer(u32),
    /// A database of another program.
    Foreign,
}

/// Determines the kind of a file. Needs a transaction, because another process may be creating the
/// file.
pub(super) fn look(connection: &Transaction<'_>) -> rusqlite::Result<FileVersion> {
    let number = |pragma| connection.pragma_query_value(None, pragma, |row| row.get::<_, u32>(0));
    let (application, version) = (number("application_id")?, number("user_version")?);
    Ok(match (application, version) {
        (APPLICATION, CURRENT) => FileVersion::Current,
        (APPLICATION, newer) if newer > CURRENT => FileVersion::Newer(newer),
        (APPLICATION, _) => FileVersion::Older,
        (0, 0) if is_empty(connection)? => FileVersion::Older,
        _ => FileVersion::Foreign,
    })
}

fn is_empty(connection: &Connection) -> rusqlite::Result<bool> {
    connection.query_row("select not exists (select 1 from sqlite_schema)", [], |row| row.get(0))
}

/// Upgrades a file. Another process may do the same at once: the second one finds nothing to do.
pub(super) fn bring_up_to_date(connection: &mut Connection) -> rusqlite::Result<FileVersion> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let found = look(&transaction)?;
    if found != FileVersion::Older {
        return Ok(found);
    }
    apply(&transaction, &VERSIONS)?;
    transaction.commit()?;
    Ok(FileVersion::Current)
}

fn apply(transaction: &Transaction<'_>, versions: &[&str]) -> rusqlite::Result<()> {
    let present: usize = transaction.pragma_query_value(None, "user_version", |row| row.get::<_, u32>(0))? as usize;
    for version in versions.iter().skip(present) {
        transaction.execute_batch(version)?;
    }
    transaction.pragma_update(None, "application_id", APPLICATION)?;
    transaction.pragma_update(None, "user_version", u32::try_from(versions.len()).unwrap_or(u32::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_of_an_earlier_version_gets_what_it_lacks() {
        let mut connection = Connection::open_in_memory().unwrap();
        assert_eq!(bring_up_to_date(&mut connection).unwrap(), FileVersion::Current);
        connection.execute("insert into owner_test values (1)", []).expect_err("no such table yet");
        let [first, second] = VERSIONS;
        let later = [first, second, "create table owner_test (x integer)"];
        let transaction = connection.transaction().unwrap();
        apply(&transaction, &later).unwrap();
        transaction.commit().unwrap();
        connection.execute("insert into owner_test values (1)", []).unwrap();
        assert_eq!(
            look(&connection.transaction().unwrap()).unwrap(),
            FileVersion::Newer(3),
            "this lback knows only the first two"
        );
    }

    #[test]
    fn databases_of_others_are_left_alone() {
        let mut connection = Connection::open_in_memory().unwrap();
        connection.execute("create table users (id integer)", []).unwrap();
        assert_eq!(bring_up_to_date(&mut connection).unwrap(), FileVersion::Foreign);
        let mut connection = Connection::open_in_memory().unwrap();
        connection.pragma_update(None, "user_version", 1).unwrap();
        assert_eq!(bring_up_to_date(&mut connection).unwrap(), FileVersion::Foreign);
    }
}
