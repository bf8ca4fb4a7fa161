//! The one writer of a process: a thread with the file, and the queue of what is to be written.
//!
//! Nobody waits for the disk or for other processes unless they ask to. What queues up while a
//! transaction is under way becomes one transaction, and what may wait a little waits for the next.
//! What can't be written is said once and tried again with whatever comes next, in order: another
//! process may have held the file, a disk may have been full.

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

/// How long anybody waits for something to be written. It goes on to be written after that.
const PATIENCE: Duration = Duration::from_secs(1);
/// The same at the end of a run, when nobody waits for Alembic.
const LAST_PATIENCE: Duration = Duration::from_secs(5);
/// Once writing has failed, the next attempts wait no longer than this for other processes.
const IMPATIENT_BUSY_TIMEOUT: Duration = Duration::from_millis(100);
/// How long something that may wait is kept back for others to join it: each transaction writes
/// some pages, however little changes.
const LINGER: Duration = Duration::from_millis(1);
/// What is kept to be tried again; more than any run writes.
const MOST_UNWRITTEN: usize = 10_000;

/// A journal that is open for writing. Opening goes on beside whatever comes next.
#[derive(Clone)]
pub(crate) struct Journal {
    queue: Sender<Work>,
    state: Arc<State>,
    pub(super) locks: Locks,
    pub(super) keep: Duration,
}

#[derive(Default)]
struct State {
    /// Set while nothing can be written: nobody waits for it then.
    failed: AtomicBool,
    failure: Mutex<Option<JournalError>>,
}

type Act = dyn FnMut(&Transaction<'_>) -> rusqlite::Result<()> + Send;

/// Something to do within a transaction. It is done again, should the transaction fail.
struct Work {
    act: Box<Act>,
    /// Called once it is in the file.
    written: Option<Box<dyn FnOnce() + Send>>,
    /// When it is to be written.
    when: When,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum When {
    Now,
    /// Together with what comes next.
    Soon,
    /// It is somebody's last word: then there is time to tidy up.
    AtLast,
}

impl Work {
    /// What `act` gives in the transaction that holds goes to `then`.
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
    /// Opens the journal, or makes it. That it can't be done is said by the log, and by
    /// [`Self::failure`].
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

    /// Why nothing is written, where that is so.
    pub(crate) fn failure(&self) -> Option<JournalError> {
        self.state.failure.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    /// Queues something to be written; nobody waits for it.
    pub(super) fn put(&self, act: impl FnMut(&Transaction<'_>) -> rusqlite::Result<()> + Send + 'static) {
        let _ = self.queue.send(Work { act: Box::new(act), written: None, when: When::Now });
    }

    /// The same for something that is done again, should the process end before it is written.
    pub(super) fn put_soon(&self, act: impl FnMut(&Transaction<'_>) -> rusqlite::Result<()> + Send + 'static) {
        let _ = self.queue.send(Work { act: Box::new(act), written: None, when: When::Soon });
    }

    /// The same, with something to do once it is in the file. It gets what the act gave.
    pub(super) fn put_and_then<T: Send + 'static>(
        &self,
        act: impl FnMut(&Transaction<'_>) -> rusqlite::Result<T> + Send + 'static,
        then: impl FnOnce(T) + Send + 'static,
    ) {
        let _ = self.queue.send(Work::new(act, then));
    }

    /// Queues something and gives its result once it is in the file; none where it can't be
    /// written, or not soon.
    pub(super) fn ask<T, F>(&self, act: F) -> impl Future<Output = Option<T>> + Send + use<T, F>
    where
        T: Send + 'static,
        F: FnMut(&Transaction<'_>) -> rusqlite::Result<T> + Send + 'static,
    {
        self.wait_for(act, PATIENCE)
    }

    /// The same, with the patience that there is at the end.
    pub(super) fn ask_at_last<T, F>(&self, act: F) -> impl Future<Output = Option<T>> + Send + use<T, F>
    where
        T: Send + 'static,
        F: FnMut(&Transaction<'_>) -> rusqlite::Result<T> + Send + 'static,
    {
        self.wait_for(act, LAST_PATIENCE)
    }

    /// What is asked is queued at once, also if nobody polls.
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
            // Whoever was let down once doesn't wait again, but at the end.
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
                // Whoever waits hears that it failed; the work itself stays.
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

/// Adds what has queued up, and what comes while all of it may wait.
fn gather(batch: &mut VecDeque<Work>, works: &Receiver<Work>) {
    let end = Instant::now() + LINGER;
    batch.extend(works.try_iter());
    while batch.iter().all(|work| work.when == When::Soon) {
        // Without time left, it has waited long enough; or nobody is there any more who could send
        // something.
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

/// Says so, the first time.
fn fail(state: &State, error: JournalError) {
    state.failed.store(true, Ordering::Relaxed);
    let mut failure = state.failure.lock().unwrap_or_else(PoisonError::into_inner);
    if failure.is_none() {
        let hint = error.hint().map(|hint| format!("\nhint: {hint}")).unwrap_or_default();
        tracing::warn!("the journal is not kept: {error}{hint}");
        *failure = Some(error);
    }
}
