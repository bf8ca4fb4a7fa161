//! Exit codes: documented here, printed by `--help`, and nowhere else turned into numbers.

use std::fmt::Write as _;
use std::process::ExitCode;

/// The exit codes of lback. Alembic's own codes are passed on. lback's own codes are those of BSD's
/// sysexits, which Alembic never uses, and those that a shell and `timeout` use for the same
/// situations.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Exit {
    Success,
    /// Alembic's own code, or 128 + N where signal N ended it.
    Alembic(u8),
    /// The code of a failed `lback plugin test`, which runs no Alembic.
    TestFailed,
    Usage,
    InvalidPlugin,
    Unavailable,
    Bug,
    /// Output that lback or Alembic wrote did not reach its destination.
    OutputLost,
    Locked,
    /// Alembic ended with 0, but its work isn't in the database.
    WorkLost,
    Denied,
    Config,
    /// A lock of the database ended Alembic, in the last attempt that was permitted.
    LockTimeout,
    TimedOut,
    AlembicNotFound,
    Interrupted,
    Terminated,
}

/// lback's own codes and their meaning, for `--help` and the documentation.
const TABLE: [(Exit, &str); 16] = [
    (Exit::Success, "success"),
    (Exit::TestFailed, "`lback plugin test`: a plugin failed, or did otherwise than expected"),
    (Exit::Usage, "the command line is wrong"),
    (Exit::InvalidPlugin, "a plugin that may not fail is missing, invalid or not the one that is locked"),
    (Exit::Unavailable, "Alembic, a file or the source of a plugin can't be used"),
    (Exit::Bug, "a defect of lback"),
    (Exit::OutputLost, "output could not be written, for example because a disk is full or stdout is closed"),
    (Exit::Locked, "another run holds the lock of the database, or has changed it since the plan was made"),
    (Exit::WorkLost, "Alembic ended with 0, but its work is not complete, or was not committed"),
    (Exit::Denied, "denied by policy, or a plugin that may not fail did; of `lback plugin`, not granted"),
    (Exit::Config, "`lback.toml` is wrong, or a plugin's settings in it"),
    (Exit::LockTimeout, "a statement timed out waiting for a lock, and `[migrate] retries` are used up"),
    (Exit::TimedOut, "Alembic took longer than `[alembic] timeout`"),
    (Exit::AlembicNotFound, "Alembic was not found"),
    (Exit::Interrupted, "interrupted (Ctrl-C)"),
    (Exit::Terminated, "asked to terminate (SIGTERM)"),
];

impl Exit {
    pub(crate) fn code(self) -> u8 {
        match self {
            Self::Success => 0,
            Self::Alembic(code) => code,
            Self::TestFailed => 1,
            Self::Usage => 64,
            Self::InvalidPlugin => 65,
            Self::Unavailable => 69,
            Self::Bug => 70,
            Self::OutputLost => 74,
            Self::Locked => 75,
            Self::WorkLost => 76,
            Self::Denied => 77,
            Self::Config => 78,
            Self::LockTimeout => 79,
            Self::TimedOut => 124,
            Self::AlembicNotFound => 127,
            Self::Interrupted => 130,
            Self::Terminated => 143,
        }
    }
}

impl Exit {
    /// The code of Alembic's process, or 128 + N where signal N ended it.
    pub(crate) fn alembic(returncode: i32) -> Self {
        Self::Alembic(shell_code(returncode))
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        exit.code().into()
    }
}

/// Returns the code that a shell reports: 128 + N where signal N ended the process.
fn shell_code(returncode: i32) -> u8 {
    let code = if returncode < 0 { 128 - returncode } else { returncode };
    u8::try_from(code & 0xff).unwrap_or(u8::MAX)
}

/// The table as it stands in `--help`.
pub(crate) fn exit_code_table() -> String {
    let mut table = String::from("Exit codes:\n");
    for (exit, meaning) in TABLE {
        let _ = writeln!(table, "  {:>3}  {meaning}", exit.code());
    }
    table.push_str("Every other code is Alembic's own: 255 for its errors, 1 for a traceback, 2 for its usage.");
    table
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_of_processes_become_those_of_a_shell() {
        assert_eq!([0, 1, 255, -2, -9].map(shell_code), [0, 1, 255, 130, 137]);
    }

    #[test]
    fn every_code_of_the_table_is_its_own() {
        let mut codes: Vec<_> = TABLE.iter().map(|(exit, _)| exit.code()).collect();
        codes.dedup();
        assert_eq!(codes.len(), TABLE.len());
        assert!(codes.is_sorted());
    }
}
