//! Tokens with a known beginning.

use std::ops::Range;

/// The shortest token.
const SHORTEST: usize = 16;

/// Returns the token that starts with an anchor, or follows one that ends with a space.
pub(super) fn find(text: &[u8], anchor: Range<usize>) -> Option<Range<usize>> {
    let start = if text[anchor.end - 1] == b' ' { anchor.end } else { anchor.start };
    let is_in_word = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_';
    if text[..anchor.start].last().is_some_and(is_in_word) {
        return None;
    }
    // Base64 of a header may have more signs than a token with a prefix.
    let more: &[u8] = if start == anchor.end { b".~+/=" } else { b"" };
    let is_in_token =
        |byte: &&u8| byte.is_ascii_alphanumeric() || matches!(**byte, b'_' | b'-') || more.contains(*byte);
    let length = text[start..].iter().take_while(is_in_token).count();
    let token = &text[start..start + length];
    let is_token = length >= SHORTEST && token.iter().any(|byte| byte.is_ascii_digit() || *byte == b'=');
    is_token.then_some(start..start + length)
}
