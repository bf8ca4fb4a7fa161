//! The redaction of a stream, before anything is cut from it.

use std::fmt;

use super::gate::Gate;
use super::hits::{Hit, replace};

/// The number of bytes that are collected before a part of them is passed on.
const COLLECTED: usize = 64 * 1024;
/// The number of collected bytes that stay behind, since a secret may begin in them.
const HELD: usize = 16 * 1024;

/// A redactor of a stream of free text. It holds bytes back until no secret can begin in those that
/// it passes on, so that neither the pieces in which the stream arrives nor the cuts that are made
/// in its output divide a secret.
pub(crate) struct StreamRedactor {
    gate: Gate,
    pending: Vec<u8>,
    collected: usize,
    held: usize,
}

impl fmt::Debug for StreamRedactor {
    /// Writes the number of bytes that are held back, and none of them.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "StreamRedactor({} bytes)", self.pending.len())
    }
}

impl StreamRedactor {
    pub(crate) fn new(gate: Gate) -> Self {
        Self::with_limits(gate, COLLECTED, HELD)
    }

    /// Makes a redactor that collects `collected` bytes and holds the last `held` of them.
    pub(crate) fn with_limits(gate: Gate, collected: usize, held: usize) -> Self {
        Self { gate, pending: Vec::new(), collected, held }
    }

    /// Takes the next bytes, and returns redacted ones that can be passed on.
    pub(crate) fn push(&mut self, mut bytes: &[u8]) -> Vec<u8> {
        let mut ready = Vec::new();
        while !bytes.is_empty() {
            let (now, later) = bytes.split_at(bytes.len().min(self.collected - self.pending.len()));
            self.pending.extend_from_slice(now);
            bytes = later;
            if self.pending.len() == self.collected {
                let hits = self.gate.find(&self.pending, true);
                let end = cut(&self.pending, &hits, self.collected - self.held);
                ready.extend(self.take(&hits, end));
            }
        }
        ready
    }

    /// Returns the rest.
    pub(crate) fn finish(&mut self) -> Vec<u8> {
        let hits = self.gate.find(&self.pending, true);
        self.take(&hits, self.pending.len())
    }

    /// Returns the number of bytes that are held back.
    #[cfg(test)]
    pub(crate) fn pending(&self) -> u64 {
        self.pending.len() as u64
    }

    /// Removes the bytes before `end`, which is in no hit, and returns them redacted.
    fn take(&mut self, hits: &[Hit], end: usize) -> Vec<u8> {
        let hits: Vec<_> = hits.iter().filter(|hit| hit.place.end <= end).cloned().collect();
        let shown = replace(&self.pending[..end], &hits);
        self.pending.drain(..end);
        shown
    }
}

/// Returns the place at or before `wanted` up to which bytes can be passed on: the end of a line if
/// one is near, and never within a secret or a character.
fn cut(pending: &[u8], hits: &[Hit], wanted: usize) -> usize {
    let line = pending[wanted / 2..wanted].iter().rposition(|&byte| byte == b'\n').map(|at| wanted / 2 + at + 1);
    let character = || (wanted.saturating_sub(4)..=wanted).rev().find(|&at| pending[at] & 0b1100_0000 != 0b1000_0000);
    let mut end = line.or_else(character).unwrap_or(wanted);
    if let Some(hit) = hits.iter().find(|hit| hit.place.start < end && end < hit.place.end) {
        // A secret that fills all that was collected is passed on as a whole.
        end = if hit.place.start == 0 { hit.place.end } else { hit.place.start };
    }
    end
}
