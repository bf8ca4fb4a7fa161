//! Hides passwords of URLs in text that leaves lback: captured output, errors, command lines.
//!
//! A URL is read as `SQLAlchemy` does (`scheme://user:password@host`, where a password may hold
//! `/`, `?` and `:`), but in doubt more is hidden rather than less: this text goes to plugins and
//! chat rooms.

use std::borrow::Cow;

/// The text that replaces a secret.
pub(crate) const HIDDEN: &str = "***";

/// Replaces the password of each URL by `***`; scheme, user and host stay. Takes time linear in the
/// text's length.
///
/// A password ends at whitespace, at the quote that also opens the URL, or at the last `@` before
/// the host ends.
pub(crate) fn redact(text: &str) -> Cow<'_, str> {
    let mut scan = Scan::new(text);
    let mut shown = String::new();
    let mut copied = 0;
    while let Some((start, end)) = scan.next_password() {
        shown.push_str(&text[copied..start]);
        shown.push_str(HIDDEN);
        copied = end;
    }
    if copied == 0 {
        return Cow::Borrowed(text);
    }
    shown.push_str(&text[copied..]);
    Cow::Owned(shown)
}

/// A walk over the text. Every search goes forward only and remembers what it found, so that
/// hostile text costs no more than other. All bytes searched for are ASCII, so that each position
/// found is also the boundary of a character.
struct Scan<'a> {
    text: &'a [u8],
    position: usize,
    at: Next,
    space: Next,
    quotes: [Next; 3],
}

impl<'a> Scan<'a> {
    fn new(text: &'a str) -> Self {
        Self {
            text: text.as_bytes(),
            position: 0,
            at: Next::new(|byte| byte == b'@'),
            space: Next::new(|byte| byte.is_ascii_whitespace() || byte.is_ascii_control()),
            quotes: [Next::new(|byte| byte == b'\''), Next::new(|byte| byte == b'"'), Next::new(|byte| byte == b'`')],
        }
    }

    fn next_password(&mut self) -> Option<(usize, usize)> {
        while let Some(found) = self.text[self.position..].windows(3).position(|three| three == b"://") {
            let colon = self.position + found;
            let scheme = start_of_scheme(&self.text[self.position..colon]) + self.position;
            self.position = colon + 3;
            if scheme == colon {
                continue;
            }
            if let Some(password) = self.password(scheme, colon + 3) {
                self.position = password.1;
                return Some(password);
            }
        }
        None
    }

    /// Returns the password of the URL whose scheme starts at `scheme` and whose authority starts
    /// at `authority`.
    fn password(&mut self, scheme: usize, authority: usize) -> Option<(usize, usize)> {
        let user_ends = |&byte: &u8| matches!(byte, b':' | b'/' | b'?' | b'#') || byte.is_ascii_whitespace();
        let colon = authority + self.text[authority..].iter().position(user_ends)?;
        if self.text[colon] != b':' || self.text[authority] == b'[' {
            return None;
        }
        let start = colon + 1;
        let end = self.url_end(scheme, start);
        let first = self.at.from(self.text, start);
        if first >= end || first == start {
            return None;
        }
        // An unescaped `@` belongs to the password while what follows may still be userinfo.
        let rest = &self.text[first + 1..end];
        let host =
            rest.iter().position(|byte| matches!(byte, b'/' | b'?' | b'#' | b'\'' | b'"' | b'`')).unwrap_or(rest.len());
        let last = rest[..host].iter().rposition(|&byte| byte == b'@').map_or(first, |more| first + 1 + more);
        Some((start, last))
    }

    fn url_end(&mut self, scheme: usize, from: usize) -> usize {
        let quote = match scheme.checked_sub(1).map(|before| self.text[before]) {
            Some(b'\'') => self.quotes[0].from(self.text, from),
            Some(b'"') => self.quotes[1].from(self.text, from),
            Some(b'`') => self.quotes[2].from(self.text, from),
            _ => self.text.len(),
        };
        quote.min(self.space.from(self.text, from))
    }
}

/// Returns the start of the scheme (RFC 3986) at the end of `before`. A scheme has no `:` and no
/// `/`, so no byte is read twice.
fn start_of_scheme(before: &[u8]) -> usize {
    let in_scheme = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.' | b'_');
    before.iter().rposition(|byte| !in_scheme(byte)).map_or(0, |other| other + 1)
}

/// The position of the next byte of a kind, searched for once.
struct Next {
    wanted: fn(u8) -> bool,
    searched: Option<usize>,
}

impl Next {
    fn new(wanted: fn(u8) -> bool) -> Self {
        Self { wanted, searched: None }
    }

    /// Returns the first wanted position at or after `from`, or the length of the text. `from` must
    /// not decrease from call to call.
    fn from(&mut self, text: &[u8], from: usize) -> usize {
        match self.searched {
            Some(found) if found >= from => found,
            _ => {
                let wanted = self.wanted;
                let found = text[from..].iter().position(|&byte| wanted(byte)).map_or(text.len(), |more| from + more);
                *self.searched.insert(found)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passwords_are_hidden_and_the_rest_stays() {
        let cases = [
            ("postgresql://app:secret@db.internal:5432/shop", "postgresql://app:***@db.internal:5432/shop"),
            (
                "postgresql+psycopg://app:s%40%2Fx@db/shop?sslmode=require",
                "postgresql+psycopg://app:***@db/shop?sslmode=require",
            ),
            ("mysql://u:a:b/c?d#e@h/db", "mysql://u:***@h/db"),
            ("mysql://u:p@ss@w0rd@h/db", "mysql://u:***@h/db"),
            ("mysql://u:p/a@b@h:3306/db", "mysql://u:***@h:3306/db"),
            ("postgresql://u@server:secret@server.azure/db", "postgresql://u@server:***@server.azure/db"),
            ("redis://:secret@h:6379/0", "redis://:***@h:6379/0"),
            ("postgresql://u:secret@[::1]:5432/db", "postgresql://u:***@[::1]:5432/db"),
            ("postgresql://u:secret@/db?host=/run/pg", "postgresql://u:***@/db?host=/run/pg"),
            ("postgresql://u:p@h/db?application_name=a@b", "postgresql://u:***@h/db?application_name=a@b"),
            ("('postgresql://u:it\"s@h/db', 'x@y')", "('postgresql://u:***@h/db', 'x@y')"),
            ("{\"url\":\"redis://u:it's@h\",\"to\":\"x@y\"}", "{\"url\":\"redis://u:***@h\",\"to\":\"x@y\"}"),
            ("a\nURL=x://u:p@h b://u:q@i\nc@d", "a\nURL=x://u:***@h b://u:***@i\nc@d"),
            ("x://u:p@h,x://u:q@h", "x://u:***@h,x://u:***@h"),
            ("pässe: x://ü:ß€😀@höst ✓", "pässe: x://ü:***@höst ✓"),
            ("jdbc:postgresql://u:p@h", "jdbc:postgresql://u:***@h"),
            ("x://u:://v:w@h", "x://u:***@h"),
        ];
        for (text, expected) in cases {
            assert_eq!(redact(text), expected);
        }
    }

    #[test]
    fn other_text_stays_as_it_is() {
        let cases = [
            "",
            "://",
            "x://",
            "x://u:",
            "x://u:@h",
            "://u:p@h",
            "http://localhost:8000/docs and mail me@example.org",
            "'http://localhost:8000','me@example.org'",
            "http://[::1]:8000/x@y",
            "https://example.org/a:b@c",
            "git@example.org:x/y",
            "postgresql://u@h/db",
            "sqlite:///shop.db",
            "u:p@h",
            "x://u:p",
        ];
        for text in cases {
            assert!(matches!(redact(text), Cow::Borrowed(same) if same == text), "{text}");
        }
    }

    #[test]
    fn hostile_text_takes_no_quadratic_time() {
        // Half a megabyte of each: with quadratic work this test would not end.
        let pieces = [
            "a://a:",
            "a://",
            "://",
            "'a://a:",
            "\"a://a:'a://b:",
            "a",
            "x:",
            "a://:",
            "@",
            "a://a:@",
            "a://b:c@",
            "a:///@",
            "'\"`://",
        ];
        for piece in pieces {
            for end in ["", "@", " ", "'", " @h"] {
                let text = piece.repeat(512 * 1024 / piece.len()) + end;
                let shown = redact(&text);
                assert!(shown.len() <= text.len() * 2);
            }
        }
    }
}
