//! A call deadline that pauses while the host does work that isn't charged to the plugin.

use std::time::{Duration, Instant};

use tokio::sync::watch;

/// The time that a call has left. Clones share it.
#[derive(Clone)]
pub(in crate::plugin) struct Deadline(watch::Sender<Countdown>);

/// The state of a deadline.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Countdown {
    /// The deadline is running and ends at this moment.
    Until(Instant),
    /// The deadline is paused, with this much time left.
    Paused(Duration),
}

/// A guard that pauses the deadline until it is dropped.
pub(in crate::plugin) struct PauseGuard<'a>(&'a Deadline);

impl Deadline {
    /// Starts a deadline that ends after `time`.
    pub(in crate::plugin) fn new(time: Duration) -> Self {
        Self(watch::Sender::new(until(time)))
    }

    /// Pauses the deadline. A call waits for one thing at a time, so pauses never overlap.
    pub(in crate::plugin) fn pause(&self) -> PauseGuard<'_> {
        self.0.send_modify(|left| {
            if let Countdown::Until(end) = *left {
                *left = Countdown::Paused(end.saturating_duration_since(Instant::now()));
            }
        });
        PauseGuard(self)
    }

    /// Returns the end of a running deadline.
    #[cfg(test)]
    pub(in crate::plugin) fn end(&self) -> Option<Instant> {
        match *self.0.borrow() {
            Countdown::Until(end) => Some(end),
            Countdown::Paused(_) => None,
        }
    }

    /// Runs the work and returns its result; `None` if the deadline passed first.
    pub(in crate::plugin) async fn limit<R>(&self, work: impl Future<Output = R>) -> Option<R> {
        tokio::select! {
            biased;
            done = work => Some(done),
            // A guest that keeps its host busy uses up tokio's cooperative budget. That must not
            // delay the deadline.
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

/// Returns a countdown to `time` from now. A `timeout` too long for `Instant` becomes thirty years.
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
