//! The message of a new revision: its place on a command line, and whether it matches the pattern.

use crate::settings::Settings;

/// The value that stands for "no message given" in `migration_makemigrations_command`: Alembic is
/// then called without a message.
const NO_MESSAGE: &str = "auto";

/// An error in a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Complaint {
    /// The command line has no message.
    Missing,
    /// The message doesn't match the pattern.
    Mismatch(String),
}

/// Checks the message of a revision that lback makes. Returns `None` if it matches or no pattern is
/// set.
pub(crate) fn check(settings: &Settings, message: &str) -> Option<Complaint> {
    let given = Some(message).filter(|message| *message != NO_MESSAGE);
    check_all(settings, given.as_slice())
}

/// Checks the messages of a command line, where every word is meant as it is written.
pub(crate) fn check_all(settings: &Settings, messages: &[&str]) -> Option<Complaint> {
    let pattern = settings.message_pattern.as_ref()?;
    // Alembic ignores an empty message, and uses the last one.
    if messages.last().is_none_or(|message| message.is_empty()) {
        return Some(Complaint::Missing);
    }
    messages.iter().find(|message| !pattern.is_match(message)).map(|message| Complaint::Mismatch((*message).to_owned()))
}

/// The options of `revision` that take a value, without `--message`: those of Alembic and of
/// Flask-Migrate.
const WITH_VALUE: [&str; 6] = ["branch-label", "directory", "head", "rev-id", "version-path", "x-arg"];

/// Returns the messages in the arguments of `revision`, in every form that argparse reads: `-m X`,
/// `-mX`, `-m=X`, `--message X`, `--message=X`, abbreviations such as `--mess X`, and clusters such
/// as `-hm X`.
///
/// Alembic uses the last one. All are returned, and all must match: if this function reads a
/// command line differently from Alembic, a matching message can't hide one that doesn't match. A
/// word after another option may be that option's value, as click reads it, so it is no message.
pub(crate) fn in_args(args: &[String]) -> Vec<&str> {
    let mut found = Vec::new();
    let mut args = args.iter().map(String::as_str).take_while(|arg| *arg != "--");
    while let Some(arg) = args.next() {
        match Word::of(arg) {
            Word::Message(value) => found.extend(value.or_else(|| args.next())),
            Word::OtherWithValue => drop(args.next()),
            Word::Other => {}
        }
    }
    found
}

/// The kind of a word among the arguments.
enum Word<'a> {
    /// The option `--message`, with its value if that is in the same word.
    Message(Option<&'a str>),
    /// Another option, whose value is the next word.
    OtherWithValue,
    Other,
}

impl<'a> Word<'a> {
    fn of(arg: &'a str) -> Self {
        match arg.strip_prefix("--") {
            Some(long) => Self::long(long),
            None => arg.strip_prefix('-').map_or(Self::Other, Self::short),
        }
    }

    fn long(long: &'a str) -> Self {
        let (name, value) = long.split_once('=').map_or((long, None), |(name, value)| (name, Some(value)));
        if !name.is_empty() && "message".starts_with(name) {
            return Self::Message(value);
        }
        let takes_value = WITH_VALUE.iter().any(|option| option.starts_with(name));
        if takes_value && value.is_none() { Self::OtherWithValue } else { Self::Other }
    }

    /// Reads a short option, or a cluster of those without a value before one with a value.
    fn short(cluster: &'a str) -> Self {
        let rest = cluster.trim_start_matches('h');
        let attached = |value: &'a str| (!value.is_empty()).then(|| value.strip_prefix('=').unwrap_or(value));
        if let Some(value) = rest.strip_prefix('m') {
            return Self::Message(attached(value));
        }
        if matches!(rest, "d" | "x") { Self::OtherWithValue } else { Self::Other }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(line: &str) -> Vec<String> {
        line.split_whitespace().map(str::to_owned).collect()
    }

    #[test]
    fn messages_are_found() {
        for (line, expected) in [
            ("--autogenerate -m add_users", &["add_users"][..]),
            ("-madd_users", &["add_users"]),
            ("-m=add_users", &["add_users"]),
            ("--message add_users", &["add_users"]),
            ("--message=add_users", &["add_users"]),
            ("--message=", &[""]),
            ("--mess add_users --autogenerate", &["add_users"]),
            ("--m=add_users", &["add_users"]),
            ("-m good -m bad", &["good", "bad"]),
            ("-m good --message=bad --autogenerate", &["good", "bad"]),
            ("--autogenerate", &[]),
            ("-m", &[]),
            ("--messages x", &[]),
            ("--head m -- -m x", &[]),
            ("-m good -m auto", &["good", "auto"]),
            ("-mgood -m=auto", &["good", "auto"]),
            ("--mess good --message=", &["good", ""]),
            ("-m good --me auto", &["good", "auto"]),
            ("-hm x", &["x"]),
            ("-hmx", &["x"]),
            ("-hm=x", &["x"]),
            // argparse refuses these lines; for click, the second word is a value.
            ("--head -mgood", &[]),
            ("--rev-id -m", &[]),
            ("--branch -mgood -m bad", &["bad"]),
            ("--rev-id=-mgood", &[]),
            ("--sql -m x", &["x"]),
            ("--splice -m x", &["x"]),
        ] {
            assert_eq!(in_args(&words(line)), expected, "{line}");
        }
    }

    #[test]
    fn checks() {
        let settings = |json| Settings::parse(json).unwrap();
        let tickets = settings(r#"{"message-pattern": "^[A-Z]+-[0-9]+ "}"#);
        let anything = settings(r#"{"message-pattern": "."}"#);
        let mismatch = |message: &str| Some(Complaint::Mismatch(message.to_owned()));
        for (settings, messages, expected) in [
            (&tickets, &["DB-1 add users"][..], None),
            (&tickets, &["add users"], mismatch("add users")),
            (&tickets, &["see DB-1 add users"], mismatch("see DB-1 add users")),
            (&tickets, &["DB-1 add users", "add users"], mismatch("add users")),
            (&tickets, &[], Some(Complaint::Missing)),
            (&tickets, &[""], Some(Complaint::Missing)),
            // On a command line, `auto` is a message as any other.
            (&tickets, &["auto"], mismatch("auto")),
            (&tickets, &["DB-1 add users", "auto"], mismatch("auto")),
            (&tickets, &["auto", "DB-1 add users"], mismatch("auto")),
            (&tickets, &["DB-1 add users", ""], Some(Complaint::Missing)),
            (&anything, &["auto"], None),
            (&anything, &["x"], None),
            (&Settings::default(), &[], None),
        ] {
            assert_eq!(check_all(settings, messages), expected, "{messages:?}");
        }
        // lback's own `auto` means no message, so that a pattern that matches it still requires a
        // message.
        assert_eq!(check(&anything, "auto"), Some(Complaint::Missing));
        assert_eq!(check(&tickets, ""), Some(Complaint::Missing));
        assert_eq!(check(&tickets, "DB-1 add users"), None);
        assert_eq!(check(&tickets, "add users"), mismatch("add users"));
        assert_eq!(check(&Settings::default(), "auto"), None);
    }
}
