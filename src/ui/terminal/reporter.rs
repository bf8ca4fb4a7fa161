//! Reports of a command on stderr.

use super::notice::show_notice;
use super::plan_progress::PlanProgressLine;
use super::spinner::start_wait;
use crate::model::notice::Notice;
use crate::model::reporter::{PlanProgress, Reporter, Wait};

/// Shows notices as messages, and waits and progress on a terminal only.
#[derive(Default)]
pub(crate) struct TerminalReporter {
    plan_progress: PlanProgressLine,
}

impl Reporter for TerminalReporter {
    fn notice(&self, notice: Notice) {
        show_notice(notice);
    }

    fn waiting(&self, what: &str) -> Wait {
        start_wait(what)
    }

    fn planning(&self, progress: PlanProgress) {
        self.plan_progress.show(progress);
    }
}
