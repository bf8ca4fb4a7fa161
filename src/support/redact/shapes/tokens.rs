//! Tokens and keys with a known beginning, and addresses with a secret path.

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
    let has_dots = text[anchor.clone()].starts_with(b"eyJ") || text[anchor.clone()].ends_with(b".");
    let more: &[u8] = if start == anchor.end {
        b".~+/="
    } else if has_dots {
        b"."
    } else {
        b""
    };
    let is_in_token =
        |byte: &&u8| byte.is_ascii_alphanumeric() || matches!(**byte, b'_' | b'-') || more.contains(*byte);
    let length = text[start..].iter().take_while(is_in_token).count();
    let token = &text[start..start + length];
    let is_token = length >= SHORTEST && token.iter().any(|byte| byte.is_ascii_digit() || *byte == b'=');
    is_token.then_some(start..start + length)
}

/// Returns the rest of the path of an address that is a secret, such as that of a Slack webhook.
pub(super) fn path(text: &[u8], start: usize) -> Option<Range<usize>> {
    let is_in_path = |byte: &&u8| byte.is_ascii_alphanumeric() || matches!(**byte, b'_' | b'-' | b'/' | b'.' | b'~');
    let length = text[start..].iter().take_while(is_in_path).count();
    (length >= SHORTEST).then_some(start..start + length)
}

/// Returns the content of a private key behind `-----BEGIN `.
pub(super) fn private_key(text: &[u8], begin: usize) -> Option<Range<usize>> {
    let rest = &text[begin..];
    let sign = memchr::memmem::find(&rest[..rest.len().min(64)], b"-----")?;
    let is_private = memchr::memmem::find(&rest[..sign], b"PRIVATE KEY").is_some();
    let start = begin + sign + 5;
    let length = memchr::memmem::find(&text[start..], b"-----END").unwrap_or(text.len() - start);
    (is_private && length > 0).then_some(start..start + length)
}

/// Returns the value of a header such as `Cookie`: the rest of its line or of its literal.
pub(super) fn header(text: &[u8], start: usize) -> Option<Range<usize>> {
    let is_in_value = |byte: &&u8| !matches!(**byte, b'\n' | b'\r' | b'\'' | b'"' | b'`');
    let length = text[start..].iter().take_while(is_in_value).count();
    let value = &text[start..start + length];
    (value.contains(&b'=') && length >= SHORTEST).then_some(start..start + length)
}
