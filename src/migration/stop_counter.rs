//! Counts stop requests. A second request skips every remaining wait.

use crate::alembic::{StopRequest, StopRequests};

/// Stop requests, counted as they arrive.
pub(crate) struct StopCounter<R> {
    requests: R,
    count: u32,
}

impl<R> StopCounter<R> {
    pub(crate) fn new(requests: R) -> Self {
        Self { requests, count: 0 }
    }

    /// Returns `true` if more than one stop request has arrived.
    pub(super) fn repeated(&self) -> bool {
        self.count > 1
    }
}

impl<R: StopRequests> StopRequests for StopCounter<R> {
    async fn next(&mut self) -> StopRequest {
        let request = self.requests.next().await;
        self.count = self.count.saturating_add(1);
        request
    }
}
