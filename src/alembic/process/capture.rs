//! A bounded copy of a stream: its beginning, its end, and the number of bytes omitted between
//! them.

use std::collections::VecDeque;

const HEAD: usize = 16 * 1024;
const TAIL: usize = 48 * 1024;

/// The distance by which a cut may move to a line boundary. A secret or a character at the cut is
/// then kept or omitted as a whole.
const LINE: usize = 4 * 1024;

/// The first 16 KiB and the last 48 KiB of a stream, however much is written.
#[derive(Debug, Default)]
pub(crate) struct Capture {
    head: Vec<u8>,
    tail: VecDeque<u8>,
    left_out: u64,
}

impl Capture {
    pub(crate) fn push(&mut self, bytes: &[u8]) {
        let (head, rest) = bytes.split_at(bytes.len().min(HEAD - self.head.len()));
        self.head.extend_from_slice(head);

        let newest = &rest[rest.len().saturating_sub(TAIL)..];
        let too_old = (self.tail.len() + newest.len()).saturating_sub(TAIL);
        self.tail.drain(..too_old);
        self.tail.extend(newest);
        self.left_out += (rest.len() - newest.len() + too_old) as u64;
    }

    /// Returns the number of bytes that were written but not kept.
    #[cfg(test)]
    pub(in crate::alembic) fn left_out(&self) -> u64 {
        self.left_out
    }

    /// Returns the text, with U+FFFD in place of invalid UTF-8. A line `[lback: N bytes left out]`
    /// marks omitted bytes. Cuts fall between lines, unless these are longer than 4 KiB, and never
    /// within a character.
    pub(crate) fn into_text(self) -> String {
        let tail = Vec::from(self.tail);
        if self.left_out == 0 {
            let mut whole = self.head;
            whole.extend(tail);
            return String::from_utf8(whole)
                .unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned());
        }
        let head = &self.head[..end_of_lines(&self.head)];
        let kept = &tail[start_of_lines(&tail)..];
        let left_out = self.left_out + (self.head.len() - head.len() + tail.len() - kept.len()) as u64;

        let text = String::from_utf8_lossy(head);
        let newline = if text.ends_with('\n') { "" } else { "\n" };
        let kept = String::from_utf8_lossy(kept);
        format!("{text}{newline}[lback: {left_out} bytes left out]\n{kept}")
    }
}

fn end_of_lines(head: &[u8]) -> usize {
    let from = head.len().saturating_sub(LINE);
    if let Some(newline) = head[from..].iter().rposition(|&byte| byte == b'\n') {
        return from + newline + 1;
    }
    // A character has at most four bytes: find the start of an incomplete one.
    let last = head.len().saturating_sub(3);
    match head[last..].iter().rposition(|&byte| !is_continuation(byte)) {
        Some(start) if std::str::from_utf8(&head[last + start..]).is_err_and(|error| error.error_len().is_none()) => {
            last + start
        }
        _ => head.len(),
    }
}

fn start_of_lines(tail: &[u8]) -> usize {
    let newline = tail.iter().take(LINE).position(|&byte| byte == b'\n');
    newline
        .map_or_else(|| tail.iter().take(3).take_while(|&&byte| is_continuation(byte)).count(), |newline| newline + 1)
}

fn is_continuation(byte: u8) -> bool {
    byte & 0b1100_0000 == 0b1000_0000
}

#[cfg(test)]
mod tests {
    use super::*;

    fn capture(bytes: &[u8], piece: usize) -> Capture {
        let mut capture = Capture::default();
        bytes.chunks(piece).for_each(|piece| capture.push(piece));
        capture
    }

    #[test]
    fn everything_is_kept_up_to_the_bound() {
        let text = "a line\n".repeat((HEAD + TAIL) / 7);
        for piece in [1, 7, 1000, 100_000] {
            let capture = capture(text.as_bytes(), piece);
            assert_eq!(capture.left_out(), 0);
            assert_eq!(capture.into_text(), text);
        }
        assert_eq!(capture(b"", 1).into_text(), "");
        assert_eq!(capture(b"a\xffb\xc3", 1).into_text(), "a\u{fffd}b\u{fffd}");
    }

    #[test]
    fn one_byte_more_is_counted() {
        let bytes = vec![b'x'; HEAD + TAIL + 1];
        for piece in [1, 4096, bytes.len()] {
            let capture = capture(&bytes, piece);
            assert_eq!(capture.left_out(), 1);
            let expected = format!("{}\n[lback: 1 bytes left out]\n{}", "x".repeat(HEAD), "x".repeat(TAIL));
            assert_eq!(capture.into_text(), expected);
        }
    }

    #[test]
    fn cuts_fall_between_lines_and_nothing_is_lost_uncounted() {
        use std::fmt::Write;
        let mut text = String::new();
        for number in 0..20_000 {
            writeln!(text, "line {number}").expect("a String takes everything");
        }
        let kept = capture(text.as_bytes(), 777).into_text();
        let (head, rest) = kept.split_once("[lback: ").expect("a mark");
        let (count, tail) = rest.split_once(" bytes left out]\n").expect("a mark");
        assert!(text.starts_with(head) && head.ends_with('\n'));
        assert!(text.ends_with(tail) && tail.starts_with("line "));
        assert_eq!(head.len() + tail.len() + count.parse::<usize>().expect("a number"), text.len());
        assert!(head.len() > HEAD - 20 && tail.len() > TAIL - 20);
    }

    #[test]
    fn characters_are_not_broken_in_endless_lines() {
        for shift in 0..4 {
            for character in ["é", "€", "😀"] {
                let text = "x".repeat(shift) + &character.repeat(100_000);
                let kept = capture(text.as_bytes(), 8192).into_text();
                assert!(!kept.contains('\u{fffd}'), "{character} {shift}");
                assert!(kept.len() <= HEAD + TAIL + 60 && kept.len() > HEAD + TAIL - 10);
            }
        }
    }

    #[test]
    fn memory_is_bounded() {
        let mut capture = Capture::default();
        let piece = vec![b'y'; 1 << 20];
        for _ in 0..1024 {
            capture.push(&piece);
        }
        assert_eq!(capture.left_out(), (1 << 30) - (HEAD + TAIL) as u64);
        assert!(capture.head.capacity() + capture.tail.capacity() <= 2 * (HEAD + TAIL));
    }
}
