//! Opening the file: private to its user, and shared by processes.

use std::fs;
use std::io;
use std::path::Path;
use std::time::{Duration, Instant};

use rusqlite::config::DbConfig;
use rusqlite::{Connection, ErrorCode, OpenFlags};

use super::error::JournalError;
use super::schema::{self, FileVersion};

/// How long a writer waits for others. Each of them writes for about a millisecond.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);

/// Between two attempts at what SQLite doesn't wait for itself.
const RETRY: Duration = Duration::from_millis(5);

/// Bytes that may be written ahead before somebody merges them: some runs. Whoever opens the file
/// reads them all.
const MUCH_AHEAD: u64 = 1024 * 1024;
/// Pages after which it is done even in the middle of a run: dozens of runs were killed, one after
/// the other.
const SURELY_TOO_MUCH_AHEAD: u32 = 10_000;

/// Opens the journal to write, and makes it where there is none.
pub(super) fn open(path: &Path) -> Result<Connection, JournalError> {
    create(path).map_err(|cause| JournalError::File { path: path.to_owned(), cause })?;
    connect(path)
}

/// Opens the journal; none where there is none.
pub(super) fn open_existing(path: &Path) -> Result<Option<Connection>, JournalError> {
    match path.try_exists() {
        Ok(false) => Ok(None),
        Ok(true) => connect(path).map(Some),
        Err(cause) => Err(JournalError::File { path: path.to_owned(), cause }),
    }
}

/// SQLite gives the files that it makes beside this one the same mode.
fn create(path: &Path) -> io::Result<()> {
    if let Some(folder) = path.parent() {
        let mut builder = fs::DirBuilder::new();
        builder.recursive(true);
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.create(folder)?;
    }
    let mut options = fs::OpenOptions::new();
    options.create(true).append(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path).map(drop)
}

fn connect(path: &Path) -> Result<Connection, JournalError> {
    let database = |cause| JournalError::Database { path: path.to_owned(), cause };
    // No URI: a path may hold `?` and `%`.
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let mut connection = Connection::open_with_flags(path, flags).map_err(database)?;
    let found = prepare(&mut connection).map_err(database)?;
    match found {
        FileVersion::Current | FileVersion::Older => Ok(connection),
        FileVersion::Newer(found) => Err(JournalError::Newer { path: path.to_owned(), found, known: schema::CURRENT }),
        FileVersion::Foreign => Err(JournalError::NotAJournal { path: path.to_owned() }),
    }
}

/// Has the file written ahead of. Where the file system can't do it, the mode stays as it is, and
/// everything works as well, if slower.
///
/// SQLite doesn't wait when two processes want to change the mode at the same moment, as the first
/// runs of a project may: then whoever is second tries again, and mostly finds it done.
fn write_ahead(connection: &Connection) -> rusqlite::Result<()> {
    let begun = Instant::now();
    loop {
        let mode: rusqlite::Result<String> =
            connection.pragma_update_and_check(None, "journal_mode", "wal", |row| row.get(0));
        match mode {
            Err(error)
                if error.sqlite_error_code() == Some(ErrorCode::DatabaseBusy) && begun.elapsed() < BUSY_TIMEOUT =>
            {
                std::thread::sleep(RETRY);
            }
            changed => return changed.map(drop),
        }
    }
}

fn prepare(connection: &mut Connection) -> rusqlite::Result<FileVersion> {
    connection.busy_timeout(BUSY_TIMEOUT)?;
    connection.pragma_update(None, "foreign_keys", true)?;
    let mut found = schema::look(&connection.transaction()?)?;
    if !matches!(found, FileVersion::Current | FileVersion::Older) {
        return Ok(found);
    }
    write_ahead(connection)?;
    // A commit is in the kernel's hands when it returns: it outlives the process, however that
    // ends. Only a crash of the machine can take the last ones back, and never leaves half of one.
    // Waiting for the disk at each commit would cost more than it saves.
    connection.pragma_update(None, "synchronous", "normal")?;
    // What is written ahead goes to the main file at the end of some run (`merge`). SQLite itself
    // would do it in the middle of one, and again when the last process leaves, each time waiting
    // for the disk.
    connection.pragma_update(None, "wal_autocheckpoint", SURELY_TOO_MUCH_AHEAD)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)?;
    if found == FileVersion::Older {
        found = schema::bring_up_to_date(connection)?;
    }
    Ok(found)
}

/// Has what was written ahead go to the main file, if it is much. Waits for the disk: only at the
/// end of a run.
pub(super) fn merge(connection: &Connection, path: &Path) {
    let mut ahead = path.as_os_str().to_owned();
    ahead.push("-wal");
    if fs::metadata(ahead).is_ok_and(|ahead| ahead.len() > MUCH_AHEAD) {
        // Where others are at it, it stays for the next run.
        let merged = connection
            .busy_timeout(Duration::ZERO)
            .and_then(|()| connection.query_row("pragma wal_checkpoint(truncate)", [], |_| Ok(())))
            .and_then(|()| connection.busy_timeout(BUSY_TIMEOUT));
        if let Err(error) = merged {
            tracing::debug!("the journal was not merged: {error}");
        }
    }
}
