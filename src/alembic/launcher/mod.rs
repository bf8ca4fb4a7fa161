//! Alembic through the launcher: a small Python program that is started at once with the project's own interpreter, imports Alembic, waits
//! for lback's word, hands over to Alembic's own entry point in the same process, and reports what happens on a channel of its own.
//!
//! Where a command can't be launched that way it is run as it is configured, and the first report says so. What the reports mean for a run
//! is decided above.

#[cfg(unix)]
mod channel;
mod files;
#[cfg(unix)]
mod launched;
#[cfg(not(unix))]
#[path = "never.rs"]
mod launched;
mod prepared;
mod probe;
#[cfg(unix)]
mod recognise;
mod report;
#[cfg(unix)]
mod shebang;
mod stepped_aside;

pub(crate) use files::Launcher;
pub(crate) use prepared::{Expected, Lock, Prepared, Terms, Texts};
pub(crate) use probe::{DatabaseHeads, Probe};
pub(crate) use report::{LockScope, NotAcquired, Report};
pub(crate) use stepped_aside::SteppedAside;

#[cfg(all(test, unix))]
mod tests;
