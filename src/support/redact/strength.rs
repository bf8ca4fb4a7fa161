//! Decides how a learned value is searched for, so that hiding an ordinary word doesn't make texts
//! unreadable.

/// The shortest value that is searched for. A shorter one is part of too many words.
const SHORTEST: usize = 4;
/// The shortest value that may be unlike a word.
const SHORTEST_STRONG: usize = 6;
/// The length from which every value is unlike a word.
const LONG: usize = 16;
/// The smallest number of different characters of a value that is unlike a word.
const DIFFERENT: usize = 4;

/// The way in which a value is searched for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Strength {
    /// The value is like an ordinary word or number: it is hidden in free texts only, where it
    /// stands alone.
    Word,
    /// The value is hidden everywhere, as a whole.
    Whole,
    /// The value is unlike a word: it is hidden everywhere, and so are its halves and encodings.
    Strong,
}

/// Words that are passwords of test databases, names of environments or values of options. They
/// protect nothing, and occur in most outputs.
const ORDINARY: [&str; 66] = [
    "postgres",
    "postgresql",
    "mysql",
    "mariadb",
    "sqlite",
    "oracle",
    "mssql",
    "root",
    "admin",
    "administrator",
    "password",
    "passwd",
    "pass",
    "secret",
    "token",
    "test",
    "tests",
    "testing",
    "example",
    "changeme",
    "changeit",
    "letmein",
    "welcome",
    "user",
    "username",
    "guest",
    "true",
    "false",
    "null",
    "none",
    "auto",
    "development",
    "develop",
    "staging",
    "stage",
    "production",
    "prod",
    "preview",
    "public",
    "private",
    "main",
    "master",
    "head",
    "heads",
    "base",
    "local",
    "localhost",
    "default",
    "alembic",
    "lback",
    "upgrade",
    "downgrade",
    "current",
    "database",
    "docker",
    "github",
    "gitlab",
    "info",
    "debug",
    "error",
    "warning",
    "1234",
    "12345",
    "123456",
    "12345678",
    "0000",
];

/// Returns the strength of a value, or none for a value that isn't searched for.
pub(super) fn strength(value: &str) -> Option<Strength> {
    let length = value.chars().count();
    if length < SHORTEST || ORDINARY.contains(&value.to_lowercase().as_str()) {
        return None;
    }
    let mut characters: Vec<char> = value.chars().collect();
    characters.sort_unstable();
    characters.dedup();
    let mixed = length >= SHORTEST_STRONG && kinds(value) >= 2;
    let is_strong = characters.len() >= DIFFERENT && (mixed || length >= LONG);
    Some(if is_strong { Strength::Strong } else { Strength::Word })
}

/// Counts kinds of characters: letters, capitals beyond the first letter, digits, other signs.
/// Signs that join words don't count.
fn kinds(value: &str) -> usize {
    let has = |is: fn(char) -> bool| value.chars().any(is);
    let letters = has(char::is_alphabetic);
    let mixed = has(char::is_lowercase) && value.chars().skip(1).any(char::is_uppercase);
    let digits = has(|character| character.is_ascii_digit());
    let signs = has(|character| !character.is_alphanumeric() && !matches!(character, '-' | '_' | '.' | ' ' | '/'));
    [letters, mixed, digits, signs].into_iter().filter(|&is| is).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_weak_and_generated_values_are_strong() {
        for strong in ["hunter2", "s3cr3t", "p@ssword", "SeKret", "correcthorsebatterystaple", "x9-x8-x7"] {
            assert_eq!(strength(strong), Some(Strength::Strong), "{strong}");
        }
        for word in ["acme", "tenant-eu", "Summer", "2024", "aaaaaaaaaaaaaaaaaaaaaa", "1111111111111a"] {
            assert_eq!(strength(word), Some(Strength::Word), "{word}");
        }
        for nothing in ["", "abc", "postgres", "Production", "true", "1234"] {
            assert_eq!(strength(nothing), None, "{nothing}");
        }
    }
}
