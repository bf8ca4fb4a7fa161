//! The `store` of handlers: keys and bytes that outlive a run, in one SQLite file of this user.
//!
//! Runs may be concurrent, so every call is one transaction; a writer waits for another for a few
//! seconds.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use rusqlite::{Connection, OptionalExtension as _, Transaction, TransactionBehavior, params};

use super::limits;
use crate::support::private_file;
use crate::support::private_folder::PrivateFolder;

/// The version of the table below. A file with another version is refused, never misread.
const SCHEMA_VERSION: u32 = 1;
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);

#[derive(Debug, thiserror::Error)]
pub(in crate::plugin) enum StoreError {
    #[error("{0}")]
    Limit(String),
    #[error("the store can't be used: {0}")]
    Unavailable(String),
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        Self::Unavailable(error.to_string())
    }
}

/// The file, opened when a plugin first asks for it.
pub(crate) struct KeyValueFile {
    /// The folder of the file; `None` if this user has no state folder.
    folder: Option<PathBuf>,
    connection: Mutex<Option<Connection>>,
}

/// The part of the file that belongs to one plugin in one project.
#[derive(Clone)]
pub(in crate::plugin) struct KeyValue {
    pub(in crate::plugin) file: Arc<KeyValueFile>,
    pub(in crate::plugin) project: Arc<str>,
    pub(in crate::plugin) plugin: Arc<str>,
}

impl KeyValueFile {
    pub(crate) fn new(folder: Option<PathBuf>) -> Self {
        Self { folder, connection: Mutex::new(None) }
    }

    fn transaction<R>(&self, act: impl FnOnce(&Transaction<'_>) -> Result<R, StoreError>) -> Result<R, StoreError> {
        let mut connection = self.connection.lock().unwrap_or_else(PoisonError::into_inner);
        let connection = match &mut *connection {
            Some(connection) => connection,
            none => none.insert(self.open()?),
        };
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let result = act(&transaction)?;
        transaction.commit()?;
        Ok(result)
    }

    fn open(&self) -> Result<Connection, StoreError> {
        let unavailable = |what: &dyn std::fmt::Display| StoreError::Unavailable(what.to_string());
        let folder = self.folder.as_deref().ok_or_else(|| unavailable(&"this user has no folder for it"))?;
        let folder = PrivateFolder::open_for_state(folder).map_err(|error| unavailable(&error))?;
        let path = folder.path().join("store.sqlite3");
        private_file::open(&path).map_err(|error| unavailable(&error))?;
        let mut connection = Connection::open(path)?;
        connection.busy_timeout(BUSY_TIMEOUT)?;
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        match transaction.pragma_query_value(None, "user_version", |row| row.get::<_, u32>(0))? {
            0 => {
                transaction.execute_batch(
                    "create table entry (
                        project text not null, plugin text not null, key text not null, value blob not null,
                        primary key (project, plugin, key)
                    ) without rowid",
                )?;
                transaction.pragma_update(None, "user_version", SCHEMA_VERSION)?;
            }
            SCHEMA_VERSION => {}
            other => return Err(unavailable(&format!("its file has the unknown version {other}"))),
        }
        transaction.commit()?;
        Ok(connection)
    }
}

impl KeyValue {
    pub(in crate::plugin) fn get(&self, key: &str) -> Result<Option<Vec<u8>>, StoreError> {
        self.file.transaction(|transaction| self.read(transaction, key))
    }

    pub(in crate::plugin) fn set(&self, key: &str, value: &[u8]) -> Result<(), StoreError> {
        self.file.transaction(|transaction| self.write(transaction, key, value))
    }

    pub(in crate::plugin) fn delete(&self, key: &str) -> Result<(), StoreError> {
        self.file.transaction(|transaction| {
            transaction.execute(
                "delete from entry where project = ?1 and plugin = ?2 and key = ?3",
                params![&*self.project, &*self.plugin, key],
            )?;
            Ok(())
        })
    }

    pub(in crate::plugin) fn keys(&self, prefix: &str) -> Result<Vec<String>, StoreError> {
        self.file.transaction(|transaction| {
            let mut statement = transaction.prepare(
                "select key from entry where project = ?1 and plugin = ?2 and substr(key, 1, ?4) = ?3 order by key",
            )?;
            let length = i64::try_from(prefix.chars().count()).unwrap_or(i64::MAX);
            let keys = statement
                .query_map(params![&*self.project, &*self.plugin, prefix, length], |row| row.get(0))?
                .collect::<Result<_, _>>()?;
            Ok(keys)
        })
    }

    pub(in crate::plugin) fn compare_and_swap(
        &self,
        key: &str,
        expected: Option<&[u8]>,
        value: &[u8],
    ) -> Result<bool, StoreError> {
        self.file.transaction(|transaction| {
            let swapped = self.read(transaction, key)?.as_deref() == expected;
            if swapped {
                self.write(transaction, key, value)?;
            }
            Ok(swapped)
        })
    }

    fn read(&self, transaction: &Transaction<'_>, key: &str) -> Result<Option<Vec<u8>>, StoreError> {
        Ok(transaction
            .query_row(
                "select value from entry where project = ?1 and plugin = ?2 and key = ?3",
                params![&*self.project, &*self.plugin, key],
                |row| row.get(0),
            )
            .optional()?)
    }

    fn write(&self, transaction: &Transaction<'_>, key: &str, value: &[u8]) -> Result<(), StoreError> {
        let limit = |what: String| Err(StoreError::Limit(what));
        if key.len() > limits::STORE_KEY_BYTES {
            return limit(format!("a key of more than {} bytes", limits::STORE_KEY_BYTES));
        }
        if value.len() > limits::STORE_VALUE_BYTES {
            return limit(format!("a value of more than {} KiB", limits::STORE_VALUE_BYTES / 1024));
        }
        transaction.execute(
            "insert into entry (project, plugin, key, value) values (?1, ?2, ?3, ?4)
             on conflict do update set value = excluded.value",
            params![&*self.project, &*self.plugin, key, value],
        )?;
        // An error takes the transaction, and with it this entry, back.
        let (keys, bytes): (i64, i64) = transaction.query_row(
            "select count(*), sum(length(cast(key as blob)) + length(value)) from entry where project = ?1 and plugin = ?2",
            params![&*self.project, &*self.plugin],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )?;
        if keys > limits::STORE_KEYS {
            return limit(format!("more than {} keys", limits::STORE_KEYS));
        }
        if bytes > limits::STORE_BYTES {
            return limit(format!("more than {} KiB in all", limits::STORE_BYTES / 1024));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn store(file: &Arc<KeyValueFile>, plugin: &str) -> KeyValue {
        KeyValue { file: Arc::clone(file), project: "/shop".into(), plugin: plugin.into() }
    }

    #[test]
    fn plugins_do_not_see_each_other() {
        let temp = tempfile::tempdir().unwrap();
        let file = Arc::new(KeyValueFile::new(Some(temp.path().join("state"))));
        let (a, b) = (store(&file, "a"), store(&file, "b"));
        a.set("key", b"one").unwrap();
        assert_eq!(b.get("key").unwrap(), None);
        assert_eq!(a.get("key").unwrap().as_deref(), Some(&b"one"[..]));
        assert!(b.keys("").unwrap().is_empty());
    }

    #[test]
    fn what_is_written_outlives_the_process() {
        let temp = tempfile::tempdir().unwrap();
        let open = || Arc::new(KeyValueFile::new(Some(temp.path().join("state"))));
        store(&open(), "a").set("key", b"one").unwrap();
        assert_eq!(store(&open(), "a").get("key").unwrap().as_deref(), Some(&b"one"[..]));
    }

    #[test]
    fn compare_and_swap_needs_the_present_value() {
        let temp = tempfile::tempdir().unwrap();
        let store = store(&Arc::new(KeyValueFile::new(Some(temp.path().join("state")))), "a");
        assert!(store.compare_and_swap("key", None, b"one").unwrap());
        assert!(!store.compare_and_swap("key", None, b"two").unwrap());
        assert!(!store.compare_and_swap("key", Some(b"zero"), b"two").unwrap());
        assert!(store.compare_and_swap("key", Some(b"one"), b"two").unwrap());
        assert_eq!(store.get("key").unwrap().as_deref(), Some(&b"two"[..]));
    }

    #[test]
    fn prefixes_are_taken_literally() {
        let temp = tempfile::tempdir().unwrap();
        let store = store(&Arc::new(KeyValueFile::new(Some(temp.path().join("state")))), "a");
        for key in ["a%1", "a%2", "ab", "A%3"] {
            store.set(key, b"").unwrap();
        }
        assert_eq!(store.keys("a%").unwrap(), ["a%1", "a%2"]);
        store.delete("a%1").unwrap();
        assert_eq!(store.keys("a").unwrap(), ["a%2", "ab"]);
    }

    #[test]
    fn a_write_beyond_a_limit_changes_nothing() {
        let temp = tempfile::tempdir().unwrap();
        let store = store(&Arc::new(KeyValueFile::new(Some(temp.path().join("state")))), "a");
        let value = vec![0; limits::STORE_VALUE_BYTES];
        let error = (0..).find_map(|n| store.set(&format!("key{n}"), &value).err()).unwrap();
        assert!(matches!(error, StoreError::Limit(_)), "{error}");
        assert_eq!(
            store.keys("").unwrap().len(),
            usize::try_from(limits::STORE_BYTES).unwrap() / limits::STORE_VALUE_BYTES - 1
        );
        assert!(store.set("large", &vec![0; limits::STORE_VALUE_BYTES + 1]).is_err());
        assert!(store.set(&"k".repeat(limits::STORE_KEY_BYTES + 1), b"").is_err());
    }
}
