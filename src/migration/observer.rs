//! Who follows a run from outside, without the run knowing how: a terminal, a stream of events.

use crate::alembic::LauncherEvent;
use crate::model::event::Event;

/// Is told what happens as it happens. It can't change the course of the run, and must not hold it up.
pub(crate) trait Observer: Send + Sync {
    /// Every event, before any plugin hears of it.
    fn sent(&self, event: &Event);

    /// What Alembic's process reports.
    fn reported(&self, report: &LauncherEvent);
}
