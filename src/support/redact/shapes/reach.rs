//! The limits of reading around an anchor.

/// The most bytes that are read after an anchor to find where a secret starts and ends. Together
/// with the rule that a search goes on after a secret it keeps the time linear.
pub(super) const READ: usize = 16 * 1024;

/// The most spaces and comments between a name and its value.
const LONGEST_GAP: usize = 256;

/// Returns the end of the spaces and of the comments of SQL at `at`.
pub(super) fn gap(text: &[u8], at: usize) -> usize {
    let limit = text.len().min(at + LONGEST_GAP);
    let mut end = at;
    while end < limit {
        let rest = &text[end..limit];
        end += match rest {
            [b' ' | b'\t' | b'\n' | b'\r', ..] => 1,
            [b'/', b'*', ..] => match memchr::memmem::find(rest, b"*/") {
                Some(length) => length + 2,
                None => return end,
            },
            [b'-', b'-', b' ', ..] => match rest.iter().position(|&byte| byte == b'\n') {
                Some(length) => length + 1,
                None => return end,
            },
            _ => return end,
        };
    }
    end
}
