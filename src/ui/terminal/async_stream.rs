//! A standard stream for asynchronous writers.

use std::io::{self, Write as _};
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use tokio::io::AsyncWrite;
use tokio::task::JoinHandle;

use crate::support::standard_stream::StandardStream;

/// A stream that writes on a thread of its own, where a slow reader delays nothing else. An error
/// is reported by the next write or flush.
pub(crate) struct AsyncStream {
    stream: StandardStream,
    writing: Option<JoinHandle<io::Result<()>>>,
}

impl AsyncStream {
    pub(crate) fn stdout() -> Self {
        Self { stream: StandardStream::Stdout, writing: None }
    }

    pub(crate) fn stderr() -> Self {
        Self { stream: StandardStream::Stderr, writing: None }
    }

    /// Waits for the last write.
    fn poll_written(&mut self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let Some(writing) = &mut self.writing else { return Poll::Ready(Ok(())) };
        let written = ready!(Pin::new(writing).poll(context));
        self.writing = None;
        Poll::Ready(written.unwrap_or_else(|stopped| Err(stopped.into())))
    }
}

impl AsyncWrite for AsyncStream {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        ready!(self.poll_written(context))?;
        let (mut stream, chunk) = (self.stream, bytes.to_vec());
        self.writing = Some(tokio::task::spawn_blocking(move || stream.write_all(&chunk)));
        Poll::Ready(Ok(bytes.len()))
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.poll_written(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.poll_written(context)
    }
}
