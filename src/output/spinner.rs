//! Waiting, shown on a terminal and nowhere else.

use std::any::Any;
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::thread::JoinHandle;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget};

use crate::waiting::Waiting;

/// What takes no longer than this shows nothing.
const PATIENCE: Duration = Duration::from_millis(300);

/// Shows a spinner for what takes a while.
pub(crate) fn waiting() -> Waiting {
    std::sync::Arc::new(|what: &str| -> Box<dyn Any + Send> {
        if ProgressDrawTarget::stderr().is_hidden() { Box::new(()) } else { Box::new(Spinner::start(what.to_owned())) }
    })
}

struct Spinner {
    /// Hung up when the wait is over.
    done: Option<Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Spinner {
    fn start(what: String) -> Self {
        let (done, over) = channel();
        let thread = std::thread::spawn(move || {
            if over.recv_timeout(PATIENCE) == Err(RecvTimeoutError::Timeout) {
                let bar = ProgressBar::new_spinner().with_message(what);
                bar.enable_steady_tick(Duration::from_millis(100));
                let _ = over.recv();
                bar.finish_and_clear();
            }
        });
        Self { done: Some(done), thread: Some(thread) }
    }
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
