//! Passwords of URLs.
//!
//! A URL is read as `SQLAlchemy` does (`scheme://user:password@host`, where a password may hold
//! `/`, `?` and `:`).

use std::ops::Range;

/// The number of bytes within which the `@` of a password with spaces is searched for.
const NEAR: usize = 96;

/// Returns the password of each URL; scheme, user and host are no part of it. Takes time linear in
/// the text's length.
///
/// A password ends at whitespace, at the quote that also opens the URL, or at the last `@` before
/// the host ends.
pub(super) fn find(text: &[u8], found: &mut Vec<Range<usize>>) {
    let mut scan = Scan::new(text);
    while let Some((start, end)) = scan.next_password() {
        found.push(start..end);
    }
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
    fn new(text: &'a [u8]) -> Self {
        Self {
            text,
            position: 0,
            at: Next::new(|byte| byte == b'@'),
            space: Next::new(|byte| byte.is_ascii_whitespace() || byte.is_ascii_control()),
            quotes: [Next::new(|byte| byte == b'\''), Next::new(|byte| byte == b'"'), Next::new(|byte| byte == b'`')],
        }
    }

    fn next_password(&mut self) -> Option<(usize, usize)> {
        while let Some(found) = memchr::memmem::find(&self.text[self.position..], b"://") {
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
        let rest = &self.text[authority..];
        let colon = authority + rest.iter().position(user_ends).unwrap_or(rest.len());
        if self.text.get(colon) != Some(&b':') || rest[0] == b'[' {
            return self.token(scheme, authority, colon);
        }
        let start = colon + 1;
        let end = self.url_end(scheme, start);
        let first = self.at.from(self.text, start);
        if first >= end {
            return self.password_with_spaces(start, end);
        }
        // An unescaped `@` belongs to the password, unless it is in a query or in another URL.
        let rest = &self.text[first + 1..end];
        let rest = &rest[..other_url(rest)];
        let rest = &rest[..rest.iter().position(|byte| matches!(byte, b'\'' | b'"' | b'`')).unwrap_or(rest.len())];
        let last = rest[..query(rest)].iter().rposition(|&byte| byte == b'@').map_or(first, |more| first + 1 + more);
        (last > start).then_some((start, last))
    }

    /// Returns a user that is a token: `https://TOKEN@host`. Names of users of the web are words;
    /// those of databases may have digits.
    fn token(&self, scheme: usize, start: usize, end: usize) -> Option<(usize, usize)> {
        const SHORTEST_TOKEN: usize = 20;
        const SHORTEST_OF_WEB: usize = 8;
        let is_web = [&b"http://"[..], b"https://"].iter().any(|end| self.text[scheme..start].ends_with(end));
        let at = self.text[start..end].iter().position(|&byte| byte == b'@')?;
        let user = &self.text[start..start + at];
        let is_sign =
            |byte: &u8| matches!(byte, b'_' | b'-') || is_web && matches!(byte, b'.' | b'~' | b'%' | b'+' | b'=');
        let is_mixed = user.iter().any(u8::is_ascii_digit)
            || is_web && user.iter().any(u8::is_ascii_uppercase) && user.iter().any(u8::is_ascii_lowercase);
        let is_token = user.len() >= if is_web { SHORTEST_OF_WEB } else { SHORTEST_TOKEN }
            && is_mixed
            && user.iter().all(|byte| byte.is_ascii_alphanumeric() || is_sign(byte));
        is_token.then_some((start, start + at))
    }

    /// Returns a password with spaces, which a URL should not have. A port isn't a password.
    fn password_with_spaces(&self, start: usize, word_end: usize) -> Option<(usize, usize)> {
        let word = &self.text[start..word_end.min(start + NEAR)];
        let digits = word.iter().take_while(|byte| byte.is_ascii_digit()).count();
        let is_port = digits > 0 && word.get(digits).is_none_or(|byte| !byte.is_ascii_alphanumeric());
        let stops = |byte: &u8| matches!(byte, b'\n' | b'\'' | b'"' | b'`' | b'<' | b'>');
        if is_port || word.first().is_none_or(stops) || self.text.get(word_end) != Some(&b' ') {
            return None;
        }
        let near = &self.text[start..self.text.len().min(start + NEAR)];
        let near = &near[..near.iter().position(stops).unwrap_or(near.len())];
        let near = &near[..memchr::memmem::find(near, b"://").unwrap_or(near.len())];
        let at = near.iter().rposition(|&byte| byte == b'@')?;
        near.get(at + 1).is_some_and(u8::is_ascii_alphanumeric).then_some((start, start + at))
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

/// Returns the start of the next URL in a text, or its length.
fn other_url(text: &[u8]) -> usize {
    let with_scheme = |colon: usize| Some(start_of_scheme(&text[..colon])).filter(|&scheme| scheme < colon);
    memchr::memmem::find_iter(text, b"://").find_map(with_scheme).unwrap_or(text.len())
}

/// Returns the start of a query `?name=…`, or the length of the text.
fn query(text: &[u8]) -> usize {
    let is_query = |&at: &usize| {
        let name = text[at + 1..].iter().take(64).take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'_');
        let name = name.count();
        name > 0 && text.get(at + 1 + name) == Some(&b'=')
    };
    memchr::memchr_iter(b'?', text).find(is_query).unwrap_or(text.len())
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
    use std::borrow::Cow;

    use crate::support::redact::Gate;

    fn redact(text: &str) -> Cow<'_, str> {
        Gate::default().redact(text).into_owned().into()
    }

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
            ("x://u:my pass w@rd@h/db failed", "x://u:***@h/db failed"),
            ("x://user:p@ss:w/rd@host/db", "x://user:***@host/db"),
            ("x://user:p@ss?w#rd@host/db?a=b@c", "x://user:***@host/db?a=b@c"),
            ("https://ghtoken0123456789abcd@example.org/x", "https://***@example.org/x"),
            ("https://a1b2c3d4@example.org/x", "https://***@example.org/x"),
            ("git+https://AbCdEfGh@example.org/x", "git+https://***@example.org/x"),
            ("http://to.k3n~x%21@example.org", "http://***@example.org"),
            (
                "https://jane@example.org https://jane.doe@x https://build-bot@y https://git@z",
                "https://jane@example.org https://jane.doe@x https://build-bot@y https://git@z",
            ),
            (
                "postgresql://app_user1@db/shop ssh://user2024@host",
                "postgresql://app_user1@db/shop ssh://user2024@host",
            ),
            ("https://example.org/@user2024", "https://example.org/@user2024"),
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
            assert!(matches!(Gate::default().redact(text), Cow::Borrowed(same) if same == text), "{text}");
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
