//! Opens the file: private to its user, and shared by processes.

use std::fs;
use std::io;
use std::path::Path;
use std::time::{Duration, Instant};

use rusqlite::config::DbConfig;
use rusqlite::{Connection, ErrorCode, OpenFlags};

use super::error::JournalError;
use super::schema::{self, FileVersion};
use crate::support::private_file;

/// The time for which a writer waits for others. Each of them writes for about a millisecond.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);

/// The pause between two attempts at operations for which SQLite itself doesn't wait.
const RETRY: Duration = Duration::from_millis(5);

/// The size of the write-ahead log that triggers a checkpoint: some runs. Opening the file reads
/// the whole log.
const MUCH_AHEAD: u64 = 1024 * 1024;
/// The number of pages that triggers a checkpoint even during a run: dozens of runs were killed in
/// a row.
const SURELY_TOO_MUCH_AHEAD: u32 = 10_000;

/// Opens the journal to write, and creates it if it is missing.
pub(super) fn open(path: &Path) -> Result<Connection, JournalError> {
    create(path).map_err(|cause| JournalError::File { path: path.to_owned(), cause })?;
    connect(path)
}

/// Opens the journal; returns `None` if it is missing.
pub(super) fn open_existing(path: &Path) -> Result<Option<Connection>, JournalError> {
    match path.try_exists() {
        Ok(false) => Ok(None),
        Ok(true) => connect(path).map(Some),
        Err(cause) => Err(JournalError::File { path: path.to_owned(), cause }),
    }
}

/// Creates the file. SQLite gives the files beside it the same mode.
///
/// A path that the project chose keeps the mode that its owner gave it; `Journal` checks the folder
/// of the usual one. Such a path may be a link to an existing file.
fn create(path: &Path) -> io::Result<()> {
    if let Some(folder) = path.parent() {
        let mut builder = fs::DirBuilder::new();
        builder.recursive(true);
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.create(folder)?;
    }
    let linked = path.canonicalize();
    private_file::open_shared(linked.as_deref().unwrap_or(path)).map(drop)
}

/// The ends of the names of the journal and of the files that SQLite opens beside it.
const FILES: [&str; 4] = ["", "-wal", "-shm", "-journal"];

/// Requires that the files are files, if they are there: SQLite would wait for a named pipe, and
/// hear no signal.
fn require_files(path: &Path) -> Result<(), JournalError> {
    let linked = path.canonicalize();
    let path = linked.as_deref().unwrap_or(path);
    for end in FILES {
        let mut file = path.as_os_str().to_owned();
        file.push(end);
        if fs::symlink_metadata(&file).is_ok_and(|found| !found.is_file()) {
            let cause = io::Error::other("it is not a regular file");
            return Err(JournalError::File { path: file.into(), cause });
        }
    }
    Ok(())
}

fn connect(path: &Path) -> Result<Connection, JournalError> {
    require_files(path)?;
    let database = |cause| JournalError::Database { path: path.to_owned(), cause };
    // A URI would give `?` and `%` in a path a meaning.
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let mut connection = Connection::open_with_flags(path, flags).map_err(database)?;
    let found = prepare(&mut connection).map_err(database)?;
    match found {
        FileVersion::Current | FileVersion::Older => Ok(connection),
        FileVersion::Newer(found) => Err(JournalError::Newer { path: path.to_owned(), found, known: schema::CURRENT }),
        FileVersion::Foreign => Err(JournalError::NotAJournal { path: path.to_owned() }),
    }
}

/// Enables the write-ahead log. On a file system that can't do it, the mode stays unchanged, and
/// everything works, but more slowly.
///
/// SQLite doesn't wait when two processes change the mode at once, as the first runs of a project
/// may. The second one retries, and usually finds it done.
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
    // A commit survives the end of the process, however it ends. Only a crash of the machine can
    // lose the last commits, and never half of one. Waiting for the disk at each commit would cost
    // more than it saves.
    connection.pragma_update(None, "synchronous", "normal")?;
    // The end of a run merges the log into the main file (`merge`). SQLite would do it during a
    // run, and again when the last process closes the file, and wait for the disk each time.
    connection.pragma_update(None, "wal_autocheckpoint", SURELY_TOO_MUCH_AHEAD)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)?;
    if found == FileVersion::Older {
        found = schema::bring_up_to_date(connection)?;
    }
    Ok(found)
}

/// Merges a large write-ahead log into the main file. Waits for the disk, so it is called only at
/// the end of a run.
pub(super) fn merge(connection: &Connection, path: &Path) {
    let mut ahead = path.as_os_str().to_owned();
    ahead.push("-wal");
    if fs::metadata(ahead).is_ok_and(|ahead| ahead.len() > MUCH_AHEAD) {
        // If other processes use the log, the next run merges it.
        let merged = connection
            .busy_timeout(Duration::ZERO)
            .and_then(|()| connection.query_row("pragma wal_checkpoint(truncate)", [], |_| Ok(())))
            .and_then(|()| connection.busy_timeout(BUSY_TIMEOUT));
        if let Err(error) = merged {
            tracing::debug!("the journal was not merged: {error}");
        }
    }
}
