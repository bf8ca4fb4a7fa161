//! The reports that lback makes while a command works.

use std::any::Any;

use super::notice::Notice;

/// Receives reports while a command works, from any thread.
///
/// An implementation shows them or ignores them; it cannot change the course of the command, and
/// must not hold it up. Every method does nothing by default.
pub(crate) trait Reporter: Send + Sync {
    /// A plugin gave cause for a notice.
    fn notice(&self, _notice: Notice) {}

    /// The command waits for `what`, until the returned value is dropped.
    fn waiting(&self, _what: &str) -> Wait {
        Box::new(())
    }

    /// The planner has made progress.
    fn planning(&self, _progress: PlanProgress) {}
}

/// A wait that is shown until it is dropped.
pub(crate) type Wait = Box<dyn Any + Send>;

/// The progress of the planner.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PlanProgress {
    Begun,
    /// `done` of `total` revisions have been analysed.
    Analysed {
        done: u32,
        total: u32,
    },
    Finished,
}
