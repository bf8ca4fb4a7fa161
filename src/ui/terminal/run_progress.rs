//! The progress of a run: the current step on a terminal, and warnings everywhere.
//!
//! The step is on the last line of the terminal. The line is hidden while Alembic's output is
//! written, and until that output ends with a line break.

use std::io::{self, IsTerminal as _};
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, ready};
use std::time::{Duration, Instant};

use indicatif::ProgressDrawTarget;
use tokio::io::AsyncWrite;

use super::message::{hint, note, warning};
use super::spinner::Spinner;
use crate::alembic::{LauncherEvent, LockScope, SessionState};
use crate::migration::{NextAttempt, lock_error};
use crate::model::database::Direction;
use crate::model::lock_wait::LockWait;

/// The seconds after which a wait is shown again, and its end is shown.
const LONG_WAIT: f64 = 5.0;

pub(crate) struct RunProgress {
    line: Arc<Mutex<ProgressLine>>,
    lock_timeout: Duration,
    is_terminal: bool,
}

/// The last line of the terminal.
#[derive(Default)]
struct ProgressLine {
    /// The current activity, and its start.
    doing: Option<(String, Instant)>,
    shown: Option<Spinner>,
    /// The number of streams that are writing.
    writing: u32,
    /// True if the last output didn't end with a line break.
    broken: bool,
    /// The sessions that a statement was last shown to wait for.
    blockers: Option<Vec<(u64, Option<String>)>>,
}

impl ProgressLine {
    fn doing(&mut self, doing: Option<String>) {
        self.shown = None;
        self.doing = doing.map(|what| (what, Instant::now()));
        self.show();
    }

    fn show(&mut self) {
        if let Some((what, since)) = &self.doing
            && self.shown.is_none()
            && self.writing == 0
            && !self.broken
        {
            self.shown = Some(Spinner::start(what, *since));
        }
    }
}

fn lock(line: &Mutex<ProgressLine>) -> MutexGuard<'_, ProgressLine> {
    line.lock().unwrap_or_else(PoisonError::into_inner)
}

impl RunProgress {
    /// Makes the progress of one run. `lock_timeout`: the longest wait for the lock.
    pub(crate) fn new(lock_timeout: Duration) -> Self {
        let is_terminal = !ProgressDrawTarget::stderr().is_hidden();
        Self { line: Arc::default(), lock_timeout, is_terminal }
    }

    pub(crate) fn show(&self, report: &LauncherEvent) {
        self.say(report);
        if self.is_terminal {
            match LineChange::of(report) {
                LineChange::To(what) => lock(&self.line).doing(Some(what)),
                LineChange::Over => lock(&self.line).doing(None),
                LineChange::None => {}
            }
        }
    }

    /// Returns a stream that shares the terminal with the progress line.
    pub(crate) fn beside<W: AsyncWrite + Unpin + Send + 'static>(&self, stream: W) -> SharedStream<W> {
        let shares = self.is_terminal && (io::stdout().is_terminal() || io::stderr().is_terminal());
        SharedStream { stream, line: shares.then(|| Arc::clone(&self.line)), writing: false }
    }

    fn say(&self, report: &LauncherEvent) {
        let by = |holder: &Option<String>| holder.as_ref().map(|who| format!(" ({who})")).unwrap_or_default();
        match report {
            LauncherEvent::Bypassed { why, changes_database } if why.is_chosen() || !changes_database => {
                tracing::info!("Alembic runs without the launcher: {why}");
            }
            LauncherEvent::Bypassed { why, .. } => self.apart(|| {
                note(&format!(
                    "Alembic runs without lback's launcher, so lback takes no lock and can't observe steps and heads: {why}; \
                     to silence this note, set `launcher = false` in `lback.toml`"
                ));
            }),
            LauncherEvent::Blind { why } => self.apart(|| {
                warning(&format!("lback can't follow this run, and takes no lock: {why}"));
            }),
            LauncherEvent::Unlocked { why, .. } => self.apart(|| note(&format!("no lock is taken: {why}"))),
            LauncherEvent::Unlimited { why, .. } => self.apart(|| {
                warning(&format!("statements wait for locks as long as the database lets them: {why}"));
            }),
            LauncherEvent::Limits { kept, missing, .. } => {
                if !kept.is_empty() {
                    tracing::info!("env.py or the URL has set {}, which stays", kept.join(", "));
                }
                if !missing.is_empty() {
                    self.apart(|| note(&format!("this database has no `{}`", missing.join("`, `"))));
                }
            }
            LauncherEvent::InvalidIndex { index, table, dropped: true, .. } => self.apart(|| {
                note(&format!("the invalid index `{index}` of `{table}` is dropped before it is created anew"));
            }),
            LauncherEvent::InvalidIndex { index, table, skipped, why, .. } => self.apart(|| {
                let so = if *skipped {
                    "`IF NOT EXISTS` skips it, and no query will use it"
                } else {
                    "the statement fails because the name exists"
                };
                warning(&format!("the index `{index}` of `{table}` is invalid, left by an attempt that failed: {so}"));
                hint(why.as_deref().unwrap_or(
                    "drop it, or set `drop-invalid-indexes = true` in `[migrate]` of `lback.toml`",
                ));
            }),
            LauncherEvent::LockWait { wait, .. } => {
                let blockers: Vec<_> =
                    wait.blockers.iter().map(|blocker| (blocker.process, blocker.end.clone())).collect();
                let before = lock(&self.line).blockers.replace(blockers.clone());
                let is_new = before.as_ref() != Some(&blockers);
                if is_new || wait.seconds > LONG_WAIT {
                    self.apart(|| show_wait(wait, &wait.wanted()));
                }
            }
            LauncherEvent::LockWaitEnded { waited, .. } if waited.as_secs_f64() > LONG_WAIT => self.apart(|| {
                note(&format!("the statement waits no longer, after {} s", waited.as_secs()));
            }),
            LauncherEvent::WaitUnseen { why, .. } => {
                self.apart(|| note(&format!("lback can't see what a long statement waits for: {why}")));
            }
            LauncherEvent::NotCancelled { why } => self.apart(|| {
                warning(&format!("the statement may still run on the server: it could not be cancelled: {why}"));
            }),
            LauncherEvent::SessionSeen { state: SessionState::Alive, what, .. } => self.apart(|| {
                note(&format!("{what} still executes a statement of this run; waiting up to 10 seconds for its end"));
            }),
            LauncherEvent::LockWaiting { holder, .. } => {
                let limit = humantime::format_duration(self.lock_timeout);
                self.apart(|| {
                    note(&format!("another run holds the lock of the database{}; waiting for it, up to {limit}", by(holder)));
                });
            }
            LauncherEvent::LockGaveWay { holder, .. } => self.apart(|| {
                note(&format!("another run holds the lock of the database{}; nothing is pending for this one", by(holder)));
            }),
            LauncherEvent::LockAcquired { scope: LockScope::Transaction, .. } => self.apart(|| {
                warning(
                    "the database is behind a connection pooler: the lock holds for one transaction only, not across an \
                     `autocommit_block` or a `transaction_per_migration`; migrations should connect to the server itself",
                );
            }),
            _ => {}
        }
    }

    /// Shows that Alembic is about to be started again.
    pub(crate) fn retrying(&self, next: &NextAttempt) {
        let NextAttempt { lock, number, of, pause } = next;
        let seconds = pause.as_secs_f64();
        self.apart(|| note(&format!("{}; attempt {number} of {of} begins in {seconds:.1} s", lock_error(*lock))));
    }

    /// Hides the line during a write.
    fn apart(&self, write: impl FnOnce()) {
        let mut line = lock(&self.line);
        line.shown = None;
        write();
        line.show();
    }
}

/// Shows what a statement waits for, and which sessions block it.
fn show_wait(LockWait { blockers, why, statement, seconds, .. }: &LockWait, wanted: &str) {
    let why = why.as_ref().map(|why| format!("; {why}")).unwrap_or_default();
    let held: Vec<_> = blockers.iter().map(|blocker| format!("\n  held by {blocker}")).collect();
    // With a short limit, the server is asked before a second is over.
    let time = if *seconds < 0.95 { format!("{seconds:.1}") } else { format!("{seconds:.0}") };
    note(&format!("`{statement}` has waited {time} s for {wanted}{why}{}", held.concat()));
}

/// The change of the line after a report.
enum LineChange {
    To(String),
    Over,
    None,
}

impl LineChange {
    fn of(report: &LauncherEvent) -> Self {
        match report {
            LauncherEvent::LockWaiting { .. } => Self::To("waiting for the lock".to_owned()),
            LauncherEvent::StepStarted { number, of, direction, revision, doc, .. } => {
                let count = of.map_or_else(|| number.to_string(), |of| format!("{number} of {of}"));
                let verb = match direction {
                    Direction::Upgrade => "upgrade to",
                    Direction::Downgrade => "downgrade of",
                    Direction::Stamp => "stamp of",
                    Direction::Unknown => "step of",
                };
                let doc =
                    doc.as_deref().filter(|doc| !doc.is_empty()).map(|doc| format!(", {doc}")).unwrap_or_default();
                Self::To(format!("{count}: {verb} {revision}{doc}"))
            }
            LauncherEvent::LockWait { wait, .. } => {
                let by = wait.blockers.first().map(|blocker| format!(", held by process {}", blocker.process));
                Self::To(format!("waiting for {}{}", wait.wanted(), by.unwrap_or_default()))
            }
            LauncherEvent::StatementRuns { statement, phase, percent, .. } => {
                let percent = percent.map(|percent| format!(" {percent:.0} %")).unwrap_or_default();
                let phase = phase.as_ref().map(|phase| format!(", {phase}")).unwrap_or_default();
                Self::To(format!("{statement}{phase}{percent}"))
            }
            LauncherEvent::LockAcquired { .. }
            | LauncherEvent::LockNotAcquired { .. }
            | LauncherEvent::LockGaveWay { .. }
            | LauncherEvent::StepEnded { .. }
            | LauncherEvent::HeadsAfter { .. }
            | LauncherEvent::Error { .. } => Self::Over,
            _ => Self::None,
        }
    }
}

impl Drop for RunProgress {
    fn drop(&mut self) {
        lock(&self.line).doing(None);
    }
}

/// A stream that hides the progress line during writes.
pub(crate) struct SharedStream<W> {
    stream: W,
    /// The line; none if the stream doesn't share a terminal with it.
    line: Option<Arc<Mutex<ProgressLine>>>,
    /// True between a write and the next flush.
    writing: bool,
}

impl<W: AsyncWrite + Unpin> AsyncWrite for SharedStream<W> {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let this = &mut *self;
        if let Some(line) = &this.line {
            let mut line = lock(line);
            line.shown = None;
            if !std::mem::replace(&mut this.writing, true) {
                line.writing += 1;
            }
            line.broken = bytes.last().is_some_and(|last| *last != b'\n');
        }
        Pin::new(&mut this.stream).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = &mut *self;
        let flushed = ready!(Pin::new(&mut this.stream).poll_flush(context));
        if let Some(line) = &this.line
            && std::mem::take(&mut this.writing)
        {
            let mut line = lock(line);
            line.writing -= 1;
            line.show();
        }
        Poll::Ready(flushed)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}
