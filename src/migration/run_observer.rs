//! The reports of a run.

use std::io;

use super::lock_timeout::NextAttempt;
use super::result::RunResult;
use crate::alembic::LauncherEvent;
use crate::model::event::Event;
use crate::model::reporter::Reporter;

/// Receives what happens during a run, beside the reports that any command makes.
pub(crate) trait RunObserver: Reporter {
    /// A signal is about to be sent; no plugin has received it yet.
    fn signal_sent(&self, event: &Event);

    /// Returns why the stream of events has ended early, once.
    fn take_lost_events(&self) -> Option<io::Error>;

    /// Alembic's process reported an event.
    fn alembic_reported(&self, report: &LauncherEvent);

    /// Alembic is about to be started again.
    fn retrying(&self, next: &NextAttempt);

    /// The run has ended. Handlers may still be working.
    fn ended(&self, result: &RunResult);
}
