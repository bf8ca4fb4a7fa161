//! The single writer of a process: a thread that owns the file, and the queue of writes.
//!
//! Callers wait for the disk or for other processes only on request. Writes that arrive during a
//! transaction form the next one, and writes that may wait join a later one. A failed write is
//! reported once and retried with later writes, in order: another process may have held the file,
//! or the disk was full.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use rusqlite::{Connection, Transaction, TransactionBehavior};
use tokio::sync::oneshot;

use super::error::JournalError;
use super::lock::Locks;
use super::{JournalSettings, file, statements};

/// The time for which a caller waits for a write. The write continues after that.
const PATIENCE: Duration = Duration::from_secs(1);
/// The limit that applies at the end of a run, when Alembic has ended.
const LAST_PATIENCE: Duration = Duration::from_secs(5);
/// The time for which a writer waits for other processes after a failure.
const IMPATIENT_BUSY_TIMEOUT: Duration = Duration::from_millis(100);
/// The time for which a write that may wait is kept back for others to join it: each transaction
/// writes several pages, however little changes.
const LINGER: Duration = Duration::from_millis(1);
/// The number of unwritten changes to keep for a retry; more than any run writes.
const MOST_UNWRITTEN: usize = 10_000;

/// A journal that is open for writing. Opening continues in the background.
#[derive(Clone)]
pub(crate) struct Journal {
    queue: Sender<Work>,
    state: Arc<State>,
    pub(super) locks: Locks,
    pub(super) keep: Duration,
}

#[derive(Default)]
struct State {
    /// Set while writing fails, so that callers don't wait.
    failed: AtomicBool,
    failure: Mutex<Option<JournalError>>,
}

type Act = dyn FnMut(&Transaction<'_>) -> rusqlite::Result<()> + Send;

/// A write in a transaction. It is repeated if the transaction fails.
struct Work {
    act: Box<Act>,
    /// Called after the commit.
    written: Option<Box<dyn FnOnce() + Send>>,
    /// The time of the write.
    when: When,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum When {
    Now,
    /// Together with the next write.
    Soon,
    /// The last write of its caller, when there is time for a checkpoint.
    AtLast,
}

impl Work {
    /// Creates a write that passes the result of `act`, after the commit, to `then`.
    fn new<T: Send + 'static>(
        mut act: impl FnMut(&Transaction<'_>) -> rusqlite::Result<T> + Send + 'static,
        then: impl FnOnce(T) + Send + 'static,
    ) -> Self {
        let slot = Arc::new(Mutex::new(None));
        let filled = Arc::clone(&slot);
        Self {
            act: Box::new(move |transaction| {
                let value = act(transaction)?;
                *filled.lock().unwrap_or_else(PoisonError::into_inner) = Some(value);
                Ok(())
            }),
            written: Some(Box::new(move || {
                if let Some(value) = slot.lock().unwrap_or_else(PoisonError::into_inner).take() {
                    then(value);
                }
            })),
            when: When::Now,
        }
    }
}

impl Journal {
    /// Opens the journal, or creates it. The log and [`Self::failure`] report errors.
    pub(crate) fn open(settings: JournalSettings) -> Self {
        let locks = Locks::beside(&settings.path);
        let (queue, works) = channel();
        let state = Arc::<State>::default();
        let journal = Self { queue, state: Arc::clone(&state), locks, keep: settings.keep };
        let writer = move || write(&settings, &works, &state);
        if let Err(error) = std::thread::Builder::new().name("journal".into()).spawn(writer) {
            tracing::warn!("this run is not in the journal: {error}");
        }
        journal
    }

    /// Returns why writing fails, if it does.
    pub(crate) fn failure(&self) -> Option<JournalError> {
        self.state.failure.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    /// Queues a write, without waiting for it.
    pub(super) fn put(&self, act: impl FnMut(&Transaction<'_>) -> rusqlite::Result<()> + Send + 'static) {
        let _ = self.queue.send(Work { act: Box::new(act), written: None, when: When::Now });
    }

    /// Queues a write that may wait, because it is repeated if the process ends before it.
    pub(super) fn put_soon(&self, act: impl FnMut(&Transaction<'_>) -> rusqlite::Result<()> + Send + 'static) {
        let _ = self.queue.send(Work { act: Box::new(act), written: None, when: When::Soon });
    }

    /// Queues a write, and calls `then` with its result after the commit.
    pub(super) fn put_and_then<T: Send + 'static>(
        &self,
        act: impl FnMut(&Transaction<'_>) -> rusqlite::Result<T> + Send + 'static,
        then: impl FnOnce(T) + Send + 'static,
    ) {
        let _ = self.queue.send(Work::new(act, then));
    }

    /// Queues a write and returns its result after the commit; `None` if it fails, or takes too
    /// long.
    pub(super) fn ask<T, F>(&self, act: F) -> impl Future<Output = Option<T>> + Send + use<T, F>
    where
        T: Send + 'static,
        F: FnMut(&Transaction<'_>) -> rusqlite::Result<T> + Send + 'static,
    {
        self.wait_for(act, PATIENCE)
    }

    /// Queues a write as [`Self::ask`] does, with the longer limit of the end of a run.
    pub(super) fn ask_at_last<T, F>(&self, act: F) -> impl Future<Output = Option<T>> + Send + use<T, F>
    where
        T: Send + 'static,
        F: FnMut(&Transaction<'_>) -> rusqlite::Result<T> + Send + 'static,
    {
        self.wait_for(act, LAST_PATIENCE)
    }

    /// Queues the write at once, even if the future is never polled.
    fn wait_for<T, F>(&self, act: F, patience: Duration) -> impl Future<Output = Option<T>> + Send + use<T, F>
    where
        T: Send + 'static,
        F: FnMut(&Transaction<'_>) -> rusqlite::Result<T> + Send + 'static,
    {
        let (reply, result) = oneshot::channel();
        let work = Work::new(act, |value| drop(reply.send(value)));
        let when = if patience == LAST_PATIENCE { When::AtLast } else { When::Now };
        let _ = self.queue.send(Work { when, ..work });
        let state = Arc::clone(&self.state);
        async move {
            // After one time-out, callers don't wait again until the end of the run.
            let let_down = patience == PATIENCE && state.failed.load(Ordering::Relaxed);
            let patience = if let_down { Duration::ZERO } else { patience };
            let result = tokio::time::timeout(patience, result).await;
            if result.is_err() {
                state.failed.store(true, Ordering::Relaxed);
            }
            result.ok()?.ok()
        }
    }
}

fn write(settings: &JournalSettings, works: &Receiver<Work>, state: &State) {
    let mut connection = match file::open(&settings.path) {
        Ok(connection) => connection,
        Err(error) => {
            fail(state, error);
            return;
        }
    };
    statements::compile(&connection);
    let mut batch = VecDeque::new();
    while let Ok(work) = works.recv() {
        batch.push_back(work);
        gather(&mut batch, works);
        match transact(&mut connection, &mut batch) {
            Ok(()) => {
                state.failed.store(false, Ordering::Relaxed);
                if batch.iter().any(|work| work.when == When::AtLast) {
                    file::merge(&connection, &settings.path);
                }
                for written in batch.drain(..).filter_map(|work| work.written) {
                    written();
                }
            }
            Err(cause) => {
                fail(state, JournalError::Database { path: settings.path.clone(), cause });
                let _ = connection.busy_timeout(IMPATIENT_BUSY_TIMEOUT);
                // The waiting caller receives the failure; the write itself stays queued.
                for work in &mut batch {
                    work.written = None;
                }
                if batch.len() > MOST_UNWRITTEN {
                    return;
                }
            }
        }
    }
}

/// Adds the queued writes, and those that arrive while all of them may wait.
fn gather(batch: &mut VecDeque<Work>, works: &Receiver<Work>) {
    let end = Instant::now() + LINGER;
    batch.extend(works.try_iter());
    while batch.iter().all(|work| work.when == When::Soon) {
        // The time is over, or no sender is left.
        let left = end.checked_duration_since(Instant::now());
        let Some(Ok(work)) = left.map(|left| works.recv_timeout(left)) else { return };
        batch.push_back(work);
    }
}

fn transact(connection: &mut Connection, batch: &mut VecDeque<Work>) -> rusqlite::Result<()> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    for work in batch {
        (work.act)(&transaction)?;
    }
    transaction.commit()
}

/// Reports the error, once.
fn fail(state: &State, error: JournalError) {
    state.failed.store(true, Ordering::Relaxed);
    let mut failure = state.failure.lock().unwrap_or_else(PoisonError::into_inner);
    if failure.is_none() {
        let hint = error.hint();
        tracing::warn!("the journal is not kept: {error}\nhint: {hint}");
        *failure = Some(error);
    }
}
