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

/// Checks the messages of one revision. Returns `None` if they match or no pattern is set.
pub(crate) fn check(settings: &Settings, messages: &[&str]) -> Option<Complaint> {
    let pattern = settings.message_pattern.as_ref()?;
    let given = messages.iter().filter(|message| !message.is_empty() && **message != NO_MESSAGE).collect::<Vec<_>>();
    if given.is_empty() {
        return Some(Complaint::Missing);
    }
    given
        .into_iter()
        .find(|message| !pattern.is_match(message))
        .map(|message| Complaint::Mismatch((*message).to_owned()))
}

/// Returns the messages in the arguments of `revision`, in every form that argparse reads: `-m X`,
/// `-mX`, `-m=X`, `--message X`, `--message=X`, and abbreviations such as `--mess X`.
///
/// Alembic uses the last one. All are returned, and all must match: if this function reads a
/// command line differently from Alembic, a matching message can't hide one that doesn't match.
pub(crate) fn in_args(args: &[String]) -> Vec<&str> {
    let mut found = Vec::new();
    let mut args = args.iter().map(String::as_str).take_while(|arg| *arg != "--");
    while let Some(arg) = args.next() {
        if let Some(long) = arg.strip_prefix("--") {
            let (name, value) = long.split_once('=').map_or((long, None), |(name, value)| (name, Some(value)));
            if !name.is_empty() && "message".starts_with(name) {
                found.extend(value.or_else(|| args.next()));
            }
        } else if let Some(value) = arg.strip_prefix("-m") {
            let value = value.strip_prefix('=').unwrap_or(value);
            found.extend(if arg == "-m" { args.next() } else { Some(value) });
        }
    }
    found
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
            (&tickets, &["auto"], Some(Complaint::Missing)),
            (&tickets, &[""], Some(Complaint::Missing)),
            // `auto` means no message, so that a pattern that matches it still requires a message.
            (&anything, &["auto"], Some(Complaint::Missing)),
            (&anything, &["x"], None),
            (&Settings::default(), &[], None),
        ] {
            assert_eq!(check(settings, messages), expected, "{messages:?}");
        }
    }
}
