//! The text of a statement without what has no effect: comments, and the content of strings.

use squawk_lexer::{TokenKind, tokenize};
use squawk_linter::ignore::IGNORE_LINE_TEXT;

/// Returns the text with a space in place of each comment that would silence squawk's linter. Such
/// a comment has neither a reason nor a date: only comments in the version script accept a finding.
pub(super) fn without_ignores(text: &str) -> String {
    let part = |(kind, part)| match kind {
        TokenKind::LineComment | TokenKind::BlockComment { .. } if str::contains(part, IGNORE_LINE_TEXT) => " ",
        _ => part,
    };
    parts(text).map(part).collect()
}

/// Returns the unquoted words of a statement, in upper case.
pub(super) fn words(text: &str) -> Vec<String> {
    let mut quoted = false;
    let mut words = Vec::new();
    for (kind, part) in parts(text) {
        match kind {
            // MySQL's quotes.
            TokenKind::Backtick => quoted = !quoted,
            TokenKind::Ident if !quoted => words.push(part.to_ascii_uppercase()),
            _ => {}
        }
    }
    words
}

/// Returns whether a statement that changes or reads rows has a condition.
pub(super) fn is_limited(text: &str) -> bool {
    words(text).iter().any(|word| word == "WHERE" || word == "LIMIT")
}

/// Returns the number of columns or expressions of an index.
pub(super) fn columns(text: &str) -> usize {
    let (mut depth, mut count) = (0, 0);
    for (kind, _) in parts(text) {
        match kind {
            TokenKind::OpenParen if depth == 0 => (depth, count) = (1, 1),
            TokenKind::OpenParen => depth += 1,
            TokenKind::CloseParen if depth == 1 => return count,
            TokenKind::CloseParen => depth -= 1,
            TokenKind::Comma if depth == 1 => count += 1,
            _ => {}
        }
    }
    count
}

pub(super) fn parts(text: &str) -> impl Iterator<Item = (TokenKind, &str)> {
    let mut start = 0;
    tokenize(text).map(move |token| {
        let end = start + token.len as usize;
        let part = &text[start..end];
        start = end;
        (token.kind, part)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_those_outside_of_quotes_and_comments() {
        let text = "update \"where\" set `limit` = 'where it''s', n = $$where$$ -- where\n/* limit */ returning id";
        assert_eq!(words(text), ["UPDATE", "SET", "N", "RETURNING", "ID"]);
        assert!(!is_limited(text));
        assert!(is_limited("delete from t where id = 1"));
    }

    #[test]
    fn comments_that_silence_the_linter_become_space() {
        let text = "a -- squawk-ignore b\n/* squawk-ignore-file */ '-- squawk-ignore' é -- c";
        assert_eq!(without_ignores(text), "a  \n  '-- squawk-ignore' é -- c");
    }

    #[test]
    fn columns_of_an_index_are_counted() {
        for (text, expected) in [
            ("create index i on t (a)", 1),
            ("create index i on t (a, lower(b, c), d) where (e, f) is null", 3),
            ("create index i on t (a, 'x,(y', b /* , */)", 3),
        ] {
            assert_eq!(columns(text), expected, "{text}");
        }
    }
}
