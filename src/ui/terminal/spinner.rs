//! Waiting, shown on a terminal and nowhere else.

use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::model::reporter::Wait;

/// What takes no longer than this shows nothing.
const PATIENCE: Duration = Duration::from_millis(300);

/// Shows a spinner for a wait, once it has taken a while. Nothing is shown where stderr is no terminal.
pub(crate) fn start_wait(what: &str) -> Wait {
    if ProgressDrawTarget::stderr().is_hidden() {
        Box::new(())
    } else {
        Box::new(Spinner::start(what.to_owned(), Instant::now()))
    }
}

/// One line that says what is waited for and for how long, taken away when it is dropped.
pub(crate) struct Spinner {
    /// Hung up when the wait is over.
    done: Option<Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Spinner {
    pub(crate) fn start(what: String, since: Instant) -> Self {
        let (done, over) = channel();
        let thread = std::thread::spawn(move || {
            if over.recv_timeout(PATIENCE) == Err(RecvTimeoutError::Timeout) {
                let bar =
                    ProgressBar::new_spinner().with_message(what).with_elapsed(since.elapsed()).with_style(style());
                bar.enable_steady_tick(Duration::from_millis(100));
                let _ = over.recv();
                bar.finish_and_clear();
            }
        });
        Self { done: Some(done), thread: Some(thread) }
    }
}

fn style() -> ProgressStyle {
    ProgressStyle::with_template("{spinner} {msg} {elapsed}").unwrap_or_else(|_| ProgressStyle::default_spinner())
}

impl Drop for Spinner {
    fn drop(&mut self) {
        drop(self.done.take());
        // The line is cleared before anything else is written.
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}
