//! Requests to stop Alembic, and how long it is given for each step of stopping.

use std::future::{Future, pending};
use std::time::Duration;

use tokio::sync::mpsc;

/// What lback was asked to do. Alembic is stopped in the same way for both; they differ in lback's exit status (130,
/// 143).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum StopRequest {
    /// SIGINT: Ctrl-C.
    Interrupt,
    /// SIGTERM, or SIGHUP.
    Terminate,
}

/// Where stop requests come from.
pub(crate) trait StopRequests: Send {
    /// The next request; never resolves when none can come any more. Must be cancel safe: a request is not lost when
    /// the future is dropped before it resolved.
    fn next(&mut self) -> impl Future<Output = StopRequest> + Send;
}

impl StopRequests for mpsc::Receiver<StopRequest> {
    async fn next(&mut self) -> StopRequest {
        match self.recv().await {
            Some(request) => request,
            None => pending().await,
        }
    }
}

/// How long Alembic is given to end after each signal, before the next one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Grace {
    /// After SIGINT: psycopg 3 cancels the running statement, psycopg2 waits for its end, and both roll back.
    pub(crate) interrupt: Duration,
    /// After SIGTERM, on which Python ends at once, but a wrapper around Alembic may not. SIGKILL follows.
    pub(crate) terminate: Duration,
}

impl Default for Grace {
    fn default() -> Self {
        Self { interrupt: Duration::from_secs(10), terminate: Duration::from_secs(5) }
    }
}
