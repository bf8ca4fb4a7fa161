//! Secrets in the options of client programs, as notes and error messages quote their command
//! lines: `mysql -pSECRET`, `curl -u user:SECRET`.

use std::ops::Range;

use super::placeholder::is_secret;

/// The place of a secret in the words of a program.
#[derive(Clone, Copy)]
pub(super) enum SecretPlace {
    /// The rest of the option's own word: `-pSECRET`.
    Attached(&'static [u8]),
    /// The rest of the option's word or, without any, the next one: `-p SECRET`.
    Next(&'static [&'static [u8]]),
    /// The part behind a colon of the next word, or behind `=`: `-u user:SECRET`,
    /// `--user=user:SECRET`.
    AfterColon(&'static [&'static [u8]]),
    /// The part behind a slash of a word: `user/SECRET@database`.
    AfterSlash,
}

/// The programs, with the options that have secrets.
pub(super) const PROGRAMS: [(&str, SecretPlace); 13] = [
    ("mysql", SecretPlace::Attached(b"-p")),
    ("mariadb", SecretPlace::Attached(b"-p")),
    ("mysqldump", SecretPlace::Attached(b"-p")),
    ("mariadb-dump", SecretPlace::Attached(b"-p")),
    ("mysqladmin", SecretPlace::Attached(b"-p")),
    ("sqlcmd", SecretPlace::Next(&[b"-P"])),
    ("sshpass", SecretPlace::Next(&[b"-p"])),
    ("mongosh", SecretPlace::Next(&[b"-p"])),
    ("redis-cli", SecretPlace::Next(&[b"-a", b"--pass"])),
    ("docker login", SecretPlace::Next(&[b"-p"])),
    ("curl", SecretPlace::AfterColon(&[b"-u", b"--user", b"--proxy-user"])),
    ("sqlplus", SecretPlace::AfterSlash),
    ("http", SecretPlace::AfterColon(&[b"-a", b"--auth"])),
];

/// Returns the secret in the line of the program at `anchor`.
pub(super) fn find(text: &[u8], anchor: Range<usize>, place: SecretPlace) -> Option<Range<usize>> {
    let is_word = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.');
    let is_program = !text[..anchor.start].last().is_some_and(is_word) && text.get(anchor.end) == Some(&b' ');
    if !is_program {
        return None;
    }
    let length = text[anchor.end..].iter().position(|byte| matches!(byte, b'\n' | b'|' | b';' | b'`'));
    let end = length.map_or(text.len(), |length| anchor.end + length);
    let mut words = words(text, anchor.end..end).peekable();
    while let Some(word) = words.next() {
        let is_option = |option: &[u8]| text[word.clone()] == *option;
        let found = match place {
            SecretPlace::Attached(option) => attached(text, &word, option),
            SecretPlace::Next(options) if options.iter().any(|option| is_option(option)) => words.peek().cloned(),
            SecretPlace::Next(options) => options.iter().find_map(|option| attached(text, &word, option)),
            SecretPlace::AfterColon(options) if options.iter().any(|option| is_option(option)) => {
                words.peek().and_then(|next| after(text, next, b':'))
            }
            SecretPlace::AfterColon(options) => options.iter().find_map(|option| {
                let value = attached(text, &word, option)?;
                (text[value.start] == b'=').then(|| after(text, &value, b':')).flatten()
            }),
            SecretPlace::AfterSlash => of_user(text, &word),
        };
        if let Some(found) = found {
            let value = without_quotes(text, found);
            return is_secret(&text[value.clone()]).then_some(value);
        }
        if text[word].ends_with(b",") {
            // A sentence goes on.
            return None;
        }
    }
    None
}

/// Returns the words of a command line. What is in quotes is one word, with its quotes.
fn words(text: &[u8], line: Range<usize>) -> impl Iterator<Item = Range<usize>> {
    let mut at = line.start;
    std::iter::from_fn(move || {
        at += text[at..line.end].iter().take_while(|byte| byte.is_ascii_whitespace()).count();
        let start = at;
        let mut quote = None;
        while at < line.end && (quote.is_some() || !text[at].is_ascii_whitespace()) {
            match (quote, text[at]) {
                (None, sign @ (b'\'' | b'"')) => quote = Some(sign),
                (Some(open), sign) if open == sign => quote = None,
                _ => {}
            }
            at += 1;
        }
        (at > start).then_some(start..at)
    })
}

/// Returns a value without quotes around it, or at its end, where those of its word begin earlier.
fn without_quotes(text: &[u8], value: Range<usize>) -> Range<usize> {
    let is_quote = |byte: u8| matches!(byte, b'\'' | b'"');
    let start = value.start + usize::from(is_quote(text[value.start]));
    let end = value.end - usize::from(value.end > start && is_quote(text[value.end - 1]));
    start..end.max(start)
}

fn attached(text: &[u8], word: &Range<usize>, option: &[u8]) -> Option<Range<usize>> {
    let value = word.start + option.len()..word.end;
    (text[word.clone()].starts_with(option) && !value.is_empty()).then_some(value)
}

/// Returns what is behind a sign in a word.
fn after(text: &[u8], word: &Range<usize>, sign: u8) -> Option<Range<usize>> {
    let place = word.start + text[word.clone()].iter().position(|byte| *byte == sign)?;
    (place + 1 < word.end).then_some(place + 1..word.end)
}

/// Returns the password of Oracle's `user/password@database`, which starts at the word.
pub(super) fn of_user(text: &[u8], word: &Range<usize>) -> Option<Range<usize>> {
    let secret = after(text, word, b'/')?;
    let length = text[secret.clone()].iter().rposition(|byte| *byte == b'@')?;
    (length > 0 && text[word.start] != b'/').then_some(secret.start..secret.start + length)
}
