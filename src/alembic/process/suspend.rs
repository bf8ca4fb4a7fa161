//! Ctrl-Z: lback and Alembic are suspended together, and go on together.
//!
//! Alembic is in a process group of its own, which the terminal doesn't signal. If lback alone were
//! suspended, a migration would go on unseen until its output fills the pipe.

use std::collections::BTreeSet;
use std::io;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use rustix::process::{Pid, Signal, getpid, kill_process, kill_process_group};
use tokio::signal::unix::{Signal as Listener, SignalKind, signal};

/// The groups that run, by the number of their leader. Signals concern the whole process, and so
/// does this list.
static GROUPS: Mutex<BTreeSet<i32>> = Mutex::new(BTreeSet::new());

/// The time in which the system suspends lback. It ends after lback goes on.
const SUSPENDING: Duration = Duration::from_millis(50);

fn groups() -> MutexGuard<'static, BTreeSet<i32>> {
    GROUPS.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A group that is suspended together with lback until this is dropped. It must be dropped when the
/// group has ended: the system may give its number to another group.
#[derive(Debug)]
pub(super) struct SuspendedGroup(i32);

impl SuspendedGroup {
    pub(super) fn new(group: Pid) -> Self {
        let id = group.as_raw_nonzero().get();
        groups().insert(id);
        Self(id)
    }
}

impl Drop for SuspendedGroup {
    fn drop(&mut self) {
        groups().remove(&self.0);
    }
}

/// Returns the kind of the signal that Ctrl-Z sends.
pub(super) fn kind() -> SignalKind {
    SignalKind::from_raw(Signal::TSTP.as_raw())
}

/// Listens for SIGTSTP. Must be called within a tokio runtime.
pub(super) fn install() -> io::Result<()> {
    let listener = signal(kind())?;
    tokio::spawn(suspend(listener));
    Ok(())
}

async fn suspend(mut listener: Listener) {
    while listener.recv().await.is_some() {
        signal_all(Signal::STOP);
        // The first process of a container can't be suspended: then both go on at once.
        let _ = kill_process(getpid(), Signal::STOP);
        tokio::time::sleep(SUSPENDING).await;
        signal_all(Signal::CONT);
    }
}

fn signal_all(signal: Signal) {
    for group in groups().iter().filter_map(|&id| Pid::from_raw(id)) {
        if let Err(error) = kill_process_group(group, signal) {
            tracing::debug!(?signal, %error, "can't signal alembic");
        }
    }
}
