//! The progress of a plan, on a terminal only.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::spinner::Spinner;
use crate::model::reporter::PlanProgress;

/// The content of the last line of the terminal.
enum ShownLine {
    Nothing,
    Waiting(#[expect(dead_code, reason = "it is shown until it is dropped")] Spinner),
    Counting(ProgressBar),
}

/// The last line of the terminal while a plan is made: a spinner, then a count of revisions.
pub(crate) struct PlanProgressLine {
    /// The shown line; none where stderr is no terminal.
    line: Option<Mutex<ShownLine>>,
}

impl Default for PlanProgressLine {
    fn default() -> Self {
        let is_shown = !ProgressDrawTarget::stderr().is_hidden();
        Self { line: is_shown.then(|| Mutex::new(ShownLine::Nothing)) }
    }
}

impl PlanProgressLine {
    pub(super) fn show(&self, progress: PlanProgress) {
        let Some(line) = &self.line else { return };
        let mut line = line.lock().unwrap_or_else(PoisonError::into_inner);
        match (progress, &mut *line) {
            (PlanProgress::Begun, _) => {
                *line = ShownLine::Waiting(Spinner::start("working out what would be done", Instant::now()));
            }
            (PlanProgress::Analysed { done, .. }, ShownLine::Counting(bar)) => bar.set_position(done.into()),
            (PlanProgress::Analysed { done, total }, _) => {
                // The first line is cleared before the second one is drawn.
                *line = ShownLine::Nothing;
                *line = ShownLine::Counting(counting(done, total));
            }
            (PlanProgress::Finished, line) => {
                if let ShownLine::Counting(bar) = line {
                    bar.finish_and_clear();
                }
                *line = ShownLine::Nothing;
            }
        }
    }
}

fn counting(done: u32, total: u32) -> ProgressBar {
    let style = ProgressStyle::with_template("{spinner} reading what revisions do: {pos} of {len} {elapsed}");
    let bar = ProgressBar::new(total.into()).with_style(style.unwrap_or_else(|_| ProgressStyle::default_spinner()));
    bar.set_position(done.into());
    bar.enable_steady_tick(Duration::from_millis(100));
    bar
}
