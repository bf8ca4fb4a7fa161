//! The conditions of a measurement: versions, processor cores, and the load of the machine.

use super::room::Room;
use crate::{error::Error, process, progress::Step};
use std::{env, fs, process::Command, thread};

const VERSIONS: &str = "
import platform, sqlite3, alembic, sqlalchemy
print(f'Alembic {alembic.__version__} · SQLAlchemy {sqlalchemy.__version__} · '
      f'SQLite {sqlite3.sqlite_version} · Python {platform.python_version()}')
";

pub(super) fn versions(room: &Room) -> Result<String, Error> {
    let mut step = Step::start("versions");
    let lback =
        process::quiet(&mut step, "ask lback for its version", Command::new(&room.lback).arg("--version"), None)?;
    let mut python = Command::new(&room.python);
    let python = process::quiet(&mut step, "ask Python for versions", python.args(["-c", VERSIONS]), None)?;
    let lback = lback.lines().next().unwrap_or_default();
    let versions = format!("{lback} · {}", python.trim());
    step.done(&versions);
    Ok(versions)
}

/// Describes the machine, with its load now and at the start.
pub(super) fn describe(load_before: &str) -> String {
    let cores = thread::available_parallelism().map_or_else(|_| "?".to_owned(), |cores| cores.to_string());
    format!(
        "{} {} · {cores} cores · load average {load_before} before, {} after",
        env::consts::OS,
        env::consts::ARCH,
        load()
    )
}

/// Returns the load of the last minute; one process that computes all the time counts as 1.
pub(super) fn load() -> String {
    let text = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    text.split_whitespace().next().unwrap_or("unknown").to_owned()
}
