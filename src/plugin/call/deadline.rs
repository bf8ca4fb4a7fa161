//! The end of a call: a moment that moves on while the host works at what is not the plugin's affair.

use std::time::{Duration, Instant};

use tokio::sync::watch;

/// The time that a call has left. Clones share it.
#[derive(Clone)]
pub(in crate::plugin) struct Deadline(watch::Sender<Countdown>);

/// How a deadline stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Countdown {
    /// The time runs, to this moment.
    Until(Instant),
    /// It stands still, with so much left.
    Paused(Duration),
}

/// As long as it lives, the time stands still.
pub(in crate::plugin) struct PauseGuard<'a>(&'a Deadline);

impl Deadline {
    /// The time runs from now on.
    pub(in crate::plugin) fn new(time: Duration) -> Self {
        Self(watch::Sender::new(until(time)))
    }

    /// Stops the time. A call waits for one thing at a time, so that pauses never overlap.
    pub(in crate::plugin) fn pause(&self) -> PauseGuard<'_> {
        self.0.send_modify(|left| {
            if let Countdown::Until(end) = *left {
                *left = Countdown::Paused(end.saturating_duration_since(Instant::now()));
            }
        });
        PauseGuard(self)
    }

    /// When the time will be over, as it runs now.
    #[cfg(test)]
    pub(in crate::plugin) fn end(&self) -> Option<Instant> {
        match *self.0.borrow() {
            Countdown::Until(end) => Some(end),
            Countdown::Paused(_) => None,
        }
    }

    /// What comes of the work; none where the time was over first.
    pub(in crate::plugin) async fn limit<R>(&self, work: impl Future<Output = R>) -> Option<R> {
        tokio::select! {
            biased;
            done = work => Some(done),
            // A guest that keeps its host busy uses up the budget with which tokio makes tasks take turns: it must not keep the time from being seen.
            () = tokio::task::unconstrained(self.over()) => None,
        }
    }

    async fn over(&self) {
        let mut left = self.0.subscribe();
        loop {
            let now = *left.borrow_and_update();
            match now {
                Countdown::Until(end) => tokio::select! {
                    () = tokio::time::sleep_until(end.into()) => return,
                    _ = left.changed() => {}
                },
                // The sender lives in `self`.
                Countdown::Paused(_) => drop(left.changed().await),
            }
        }
    }
}

impl Drop for PauseGuard<'_> {
    fn drop(&mut self) {
        self.0.0.send_modify(|left| {
            if let Countdown::Paused(time) = *left {
                *left = until(time);
            }
        });
    }
}

/// `timeout` in `lback.toml` may be longer than there is time.
fn until(time: Duration) -> Countdown {
    let now = Instant::now();
    let end = now.checked_add(time).unwrap_or_else(|| now + Duration::from_hours(24 * 365 * 30));
    Countdown::Until(end)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SHORT: Duration = Duration::from_millis(50);
    const LONG: Duration = Duration::from_millis(200);

    fn run<R>(work: impl Future<Output = R>) -> R {
        tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap().block_on(work)
    }

    #[test]
    fn time_that_runs_comes_to_its_end() {
        run(async {
            assert_eq!(Deadline::new(SHORT).limit(tokio::time::sleep(LONG)).await, None);
            assert_eq!(Deadline::new(Duration::MAX).limit(async { 1 }).await, Some(1));
        });
    }

    #[test]
    fn a_pause_costs_nothing() {
        run(async {
            let deadline = Deadline::new(SHORT);
            let work = async {
                let paused = deadline.pause();
                tokio::time::sleep(LONG).await;
                drop(paused);
            };
            assert_eq!(deadline.limit(work).await, Some(()));
        });
    }

    #[test]
    fn after_a_pause_there_is_as_much_time_as_before_and_no_more() {
        run(async {
            let deadline = Deadline::new(LONG);
            let pauses = async {
                loop {
                    drop(deadline.pause());
                    tokio::time::sleep(SHORT / 10).await;
                }
            };
            assert_eq!(deadline.limit(pauses).await, None::<()>);
        });
    }
}
