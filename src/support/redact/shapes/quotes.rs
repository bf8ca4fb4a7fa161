//! Literals in quotes: of SQL, where a doubled quote is one of the text, and of Python, where three
//! quotes open and close a text.

/// Returns the start and the length of the content of a literal that starts with `quote`.
///
/// Three quotes may be the start of an SQL text that begins with a quote, or of a text of Python:
/// the longer reading counts. Two of them may be an empty text, or a quote within a quoted
/// statement.
pub(super) fn content(text: &[u8], quote: u8) -> (usize, usize) {
    let sign = [quote; 3];
    let plain = (1, until_quote(&text[1..], quote));
    if quote == b'`' || !text.starts_with(&sign[..2]) {
        return plain;
    }
    if text.starts_with(&sign) {
        let sql = 1 + until_quote_after(&text[1..], quote, 2);
        let python = memchr::memmem::find(&text[3..], &sign).map_or(0, |length| 3 + length);
        return if python > sql { (3, python - 3) } else { (1, sql - 1) };
    }
    let line = &text[2..text[2..].iter().position(|&byte| byte == b'\n').map_or(text.len(), |end| 2 + end)];
    let closing = memchr::memmem::find(line, &sign[..2]);
    let is_text = |byte: &u8| byte.is_ascii_alphanumeric() || !byte.is_ascii();
    let ends =
        |byte: &u8| byte.is_ascii_whitespace() || matches!(byte, b',' | b';' | b')' | b']' | b'}' | b':' | b'\\');
    match line.first() {
        Some(first) if is_text(first) => (2, closing.unwrap_or(line.len())),
        Some(first) if !ends(first) && closing.is_some_and(|length| length > 0) => (2, closing.unwrap_or_default()),
        _ => plain,
    }
}

/// Returns the length up to the closing quote. A doubled or escaped quote doesn't close; without a
/// closing quote, the value ends with its line.
pub(super) fn until_quote(text: &[u8], quote: u8) -> usize {
    until_quote_after(text, quote, 0)
}

/// Returns the length up to the first closing quote after `from` bytes.
fn until_quote_after(text: &[u8], quote: u8, from: usize) -> usize {
    let mut at = from;
    while let Some(&byte) = text.get(at) {
        match byte {
            b'\\' if quote != b'}' => at += 2,
            _ if byte == quote && text.get(at + 1) == Some(&quote) && at > 0 => at += 2,
            _ if byte == quote => return at,
            _ => at += 1,
        }
    }
    text.iter().position(|&byte| byte == b'\n').unwrap_or(text.len())
}
