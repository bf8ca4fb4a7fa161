//! One line of the channel, received in parts, with a limit on its length.

use tokio::io::{AsyncBufRead, AsyncBufReadExt as _};

/// The longest line. A plan is one line; one of a hundred thousand statements is shorter.
const LONGEST: usize = 256 * 1024 * 1024;

/// The received part of a line. A line that exceeds the limit is dropped.
#[derive(Debug, Default)]
pub(super) struct ChannelLine {
    begun: Vec<u8>,
    /// The number of bytes of a line that is being dropped; 0 if none is.
    dropped: usize,
}

impl ChannelLine {
    /// Returns the next whole line with its line break, or `None` if there can be no more. Cancel
    /// safe.
    pub(super) async fn next(&mut self, from: &mut (impl AsyncBufRead + Unpin)) -> Option<Vec<u8>> {
        self.next_within(from, LONGEST).await
    }

    async fn next_within(&mut self, from: &mut (impl AsyncBufRead + Unpin), longest: usize) -> Option<Vec<u8>> {
        loop {
            let received = from.fill_buf().await.ok().filter(|received| !received.is_empty())?;
            let end = received.iter().position(|&byte| byte == b'\n').map(|at| at + 1);
            let length = end.unwrap_or(received.len());
            if self.dropped > 0 || self.begun.len() + length > longest {
                self.dropped += std::mem::take(&mut self.begun).len() + length;
            } else {
                self.begun.extend_from_slice(&received[..length]);
            }
            from.consume(length);
            if end.is_none() {
                continue;
            }
            match std::mem::take(&mut self.dropped) {
                0 => return Some(std::mem::take(&mut self.begun)),
                dropped => tracing::warn!("a message of the launcher with {dropped} bytes is dropped"),
            }
        }
    }

    /// Returns the part of a line that was received.
    pub(super) fn into_begun(self) -> Vec<u8> {
        self.begun
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_line_that_is_too_long_is_dropped_and_the_next_one_is_read() {
        let text = format!("short\n{}\nafter\nopen", "x".repeat(100));
        let mut from = tokio::io::BufReader::with_capacity(7, text.as_bytes());
        let mut line = ChannelLine::default();
        assert_eq!(line.next_within(&mut from, 10).await.as_deref(), Some(&b"short\n"[..]));
        assert_eq!(line.next_within(&mut from, 10).await.as_deref(), Some(&b"after\n"[..]));
        assert_eq!(line.next_within(&mut from, 10).await, None);
        assert_eq!(line.into_begun(), b"open");
    }
}
