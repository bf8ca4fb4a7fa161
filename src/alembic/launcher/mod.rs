//! Alembic through the launcher: a small Python program that is started at once with the project's own interpreter, imports Alembic, waits
//! for lback's word, hands over to Alembic's own entry point in the same process, and reports what happens on a channel of its own.
//!
//! Where a command can't be launched that way it is run as it is configured, and the first report says so. What the reports mean for a run
//! is decided above.

mod bypass;
mod channel;
mod constraints;
mod event;
mod files;
mod handshake;
mod launcher_process;
mod pending_run;
mod probe;
mod recognise;
mod shebang;
#[cfg(test)]
mod tests;

pub(crate) use bypass::BypassReason;
pub(crate) use constraints::{ExpectedSteps, LockSettings, RunConstraints, ScriptBodies};
pub(crate) use event::{LauncherEvent, LockFailure, LockScope};
pub(crate) use files::Launcher;
pub(crate) use pending_run::PendingRun;
pub(crate) use probe::{DatabaseHeads, Probe};
