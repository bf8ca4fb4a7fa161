//! Carries one stream of Alembic's output to its destination, unchanged, and into a capture.

use std::future::{Future, pending};
use std::io;
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::sync::watch;
use tokio::time::{Instant, sleep};

use super::redacted_capture::RedactedCapture;

/// The time for which a pipe may stay open and silent after the end of Alembic, because a process
/// that Alembic left behind holds it; also the time for which a destination may block lback after a
/// stop request.
const PATIENCE: Duration = Duration::from_secs(1);

/// The largest number of bytes to read after the end of Alembic. A pipe holds less than this, so
/// all output of Alembic itself is included.
const LAST_WORDS: usize = 1024 * 1024;

const BUFFER: usize = 32 * 1024;

/// A moment in the future, once it is known.
pub(in crate::alembic) type Moment = watch::Receiver<Option<Instant>>;

/// The result of carrying one stream.
#[derive(Debug, Default)]
pub(in crate::alembic) struct Carried {
    pub(in crate::alembic) capture: RedactedCapture,
    /// The reason why the destination did not receive all of it.
    pub(in crate::alembic) lost: Option<io::Error>,
}

/// Carries `from` to `to` until its end, or until no more output is expected after `ended`.
///
/// If `to` fails, or blocks too long after `stopping`, the stream is still drained and captured:
/// Alembic must not block or die in the middle of a migration because its reader has ended.
pub(in crate::alembic) async fn carry(
    mut from: impl AsyncRead + Unpin,
    mut to: impl AsyncWrite + Unpin,
    ended: Moment,
    stopping: Moment,
) -> Carried {
    let mut carried = Carried::default();
    let mut buffer = vec![0; BUFFER];
    let mut last_words = LAST_WORDS;
    let (mut reading, mut writing) = (Patience::since(ended), Patience::since(stopping));
    while last_words > 0 {
        // Every error of a pipe means its end.
        let Some(Ok(length @ 1..)) = reading.wait(from.read(&mut buffer)).await else { break };
        let bytes = &buffer[..length];
        if reading.has_begun() {
            last_words = last_words.saturating_sub(length);
        }
        carried.capture.push(bytes);
        if carried.lost.is_none() {
            let written = writing.wait(write(&mut to, bytes)).await;
            carried.lost = written.unwrap_or_else(|| Err(io::ErrorKind::TimedOut.into())).err();
            writing.renew();
        }
    }
    carried
}

async fn write(to: &mut (impl AsyncWrite + Unpin), bytes: &[u8]) -> io::Result<()> {
    to.write_all(bytes).await?;
    to.flush().await
}

/// A waiting time: unlimited before a moment, and `PATIENCE` in total after it, or since it was
/// last renewed.
struct Patience {
    moment: Moment,
    left: Duration,
}

impl Patience {
    fn since(moment: Moment) -> Self {
        Self { moment, left: PATIENCE }
    }

    fn has_begun(&self) -> bool {
        self.moment.borrow().is_some()
    }

    /// Begins anew: a destination that is slow, and takes what it is given, loses nothing.
    fn renew(&mut self) {
        self.left = PATIENCE;
    }

    async fn wait<T>(&mut self, work: impl Future<Output = T>) -> Option<T> {
        let from = Instant::now();
        let (moment, left) = (&mut self.moment, self.left);
        let run_out = async {
            if moment.wait_for(Option::is_some).await.is_err() {
                pending::<()>().await;
            }
            sleep(left).await;
        };
        let done = tokio::select! {
            biased;
            done = work => Some(done),
            () = run_out => None,
        };
        if let Some(moment) = *self.moment.borrow() {
            self.left = self.left.saturating_sub(moment.max(from).elapsed());
        }
        done
    }
}
