//! How far a plan is, on a terminal and nowhere else.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::spinner::Spinner;
use crate::alembic::{Progress, Working};

/// What is on the last line.
enum PlanProgressLine {
    Nothing,
    Waiting(#[expect(dead_code, reason = "it is shown until it is dropped")] Spinner),
    Counting(ProgressBar),
}

/// Shows that a plan is being made, and a count where there are revisions to be analysed first.
pub(crate) fn show_plan_progress() -> Progress {
    if ProgressDrawTarget::stderr().is_hidden() {
        return Arc::new(|_| ());
    }
    let line = Mutex::new(PlanProgressLine::Nothing);
    Arc::new(move |working| {
        let mut line = line.lock().unwrap_or_else(PoisonError::into_inner);
        match (working, &mut *line) {
            (Working::Begun, _) => {
                *line = PlanProgressLine::Waiting(Spinner::start(
                    "working out what would be done".to_owned(),
                    Instant::now(),
                ));
            }
            (Working::Analysed { done, .. }, PlanProgressLine::Counting(bar)) => bar.set_position(done.into()),
            (Working::Analysed { done, total }, _) => {
                // The one line is cleared before the other is begun.
                *line = PlanProgressLine::Nothing;
                *line = PlanProgressLine::Counting(counting(done, total));
            }
            (Working::Over, line) => {
                if let PlanProgressLine::Counting(bar) = line {
                    bar.finish_and_clear();
                }
                *line = PlanProgressLine::Nothing;
            }
        }
    })
}

fn counting(done: u32, total: u32) -> ProgressBar {
    let style = ProgressStyle::with_template("{spinner} reading what revisions do: {pos} of {len} {elapsed}");
    let bar = ProgressBar::new(total.into()).with_style(style.unwrap_or_else(|_| ProgressStyle::default_spinner()));
    bar.set_position(done.into());
    bar.enable_steady_tick(Duration::from_millis(100));
    bar
}
