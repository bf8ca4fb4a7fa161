//! How often lback was asked to stop: who asks a second time doesn't want to wait for anything any more.

use crate::alembic::{StopRequest, StopRequests};

/// Requests to stop, counted.
pub(crate) struct Counted<R> {
    requests: R,
    count: u32,
}

impl<R> Counted<R> {
    pub(crate) fn new(requests: R) -> Self {
        Self { requests, count: 0 }
    }

    /// Has somebody asked more than once?
    pub(super) fn insists(&self) -> bool {
        self.count > 1
    }
}

impl<R: StopRequests> StopRequests for Counted<R> {
    async fn next(&mut self) -> StopRequest {
        let request = self.requests.next().await;
        self.count = self.count.saturating_add(1);
        request
    }
}
