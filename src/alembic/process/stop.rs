//! Requests to stop Alembic, and the grace period of each step of stopping.

use std::future::{Future, pending};
use std::time::Duration;

use tokio::sync::mpsc;

/// A stop request. Alembic is stopped in the same way for both; lback's exit code differs (130,
/// 143).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum StopRequest {
    /// SIGINT: Ctrl-C.
    Interrupt,
    /// SIGTERM, SIGHUP or SIGQUIT.
    Terminate,
}

/// A source of stop requests.
pub(crate) trait StopRequests: Send {
    /// Returns the next request; never resolves if no more can come. Must be cancel safe: dropping
    /// the future loses no request.
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

/// The time that Alembic has to end after each signal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Grace {
    /// The time after SIGINT. psycopg 3 cancels the running statement, psycopg2 waits for its end;
    /// both roll back.
    pub(crate) interrupt: Duration,
    /// The time after SIGTERM, until SIGKILL. Python ends at once on SIGTERM, but a wrapper around
    /// Alembic may not.
    pub(crate) terminate: Duration,
}

impl Default for Grace {
    fn default() -> Self {
        Self { interrupt: Duration::from_secs(10), terminate: Duration::from_secs(5) }
    }
}
