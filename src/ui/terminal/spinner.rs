//! A spinner for waits, on a terminal only.

use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::model::reporter::Wait;
use crate::support::printable::printable_line;
use crate::support::redact::redact_free;

/// The longest wait without a spinner.
const PATIENCE: Duration = Duration::from_millis(300);

/// Shows a spinner for a wait, once it has taken a while. Nothing is shown where stderr is no
/// terminal.
pub(crate) fn start_wait(what: &str) -> Wait {
    if ProgressDrawTarget::stderr().is_hidden() { Box::new(()) } else { Box::new(Spinner::start(what, Instant::now())) }
}

/// A line with the reason and the duration of a wait. Dropping it removes the line.
pub(crate) struct Spinner {
    /// The sender that is dropped when the wait ends.
    done: Option<Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Spinner {
    pub(crate) fn start(what: &str, since: Instant) -> Self {
        let (done, over) = channel();
        let what = printable_line(&redact_free(what)).into_owned();
        // Without a thread, nothing is shown.
        let thread = std::thread::Builder::new().spawn(move || {
            if over.recv_timeout(PATIENCE) == Err(RecvTimeoutError::Timeout) {
                let bar =
                    ProgressBar::new_spinner().with_message(what).with_elapsed(since.elapsed()).with_style(style());
                bar.enable_steady_tick(Duration::from_millis(100));
                let _ = over.recv();
                bar.finish_and_clear();
            }
        });
        Self { done: Some(done), thread: thread.ok() }
    }
}

fn style() -> ProgressStyle {
    ProgressStyle::with_template("{spinner} {msg} {elapsed}").unwrap_or_else(|_| ProgressStyle::default_spinner())
}

impl Drop for Spinner {
    fn drop(&mut self) {
        drop(self.done.take());
        // The line must be cleared before other output.
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}
