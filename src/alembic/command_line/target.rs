//! The revision to which a command line upgrades or downgrades.

use super::click::ClickArguments;
use super::dialect::Dialect;

/// The target of an `upgrade` or a `downgrade`.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum LineTarget {
    Revision(String),
    /// The command only prints SQL.
    Printed,
    /// The arguments cannot be read.
    Unknown,
}

impl LineTarget {
    /// Reads the words after `command`, which is `upgrade` or `downgrade`.
    pub(super) fn of(dialect: Dialect, command: &str, args: &[String]) -> Self {
        match dialect {
            Dialect::Alembic => Self::by_argparse(args),
            Dialect::FlaskMigrate => Self::by_click(command, &ClickArguments::of(args)),
        }
    }

    /// Reads as argparse does: options may be shortened, and may stand before and after the
    /// revision.
    fn by_argparse(args: &[String]) -> Self {
        let mut target = None;
        let mut words = args.iter();
        while let Some(word) = words.next() {
            match word.strip_prefix("--") {
                Some(option) if !option.is_empty() && "sql".starts_with(option) => return Self::Printed,
                Some(option) if !option.is_empty() && "tag".starts_with(option) => drop(words.next()),
                Some(option) if option.starts_with("tag=") || option.is_empty() => {}
                Some(_) => return Self::Unknown,
                None if word.starts_with('-') && !is_steps(word) => return Self::Unknown,
                None if target.is_some() => return Self::Unknown,
                None => target = Some(word.clone()),
            }
        }
        target.map_or(Self::Unknown, Self::Revision)
    }

    /// Reads as click does. Flask-Migrate's commands have a default.
    fn by_click(command: &str, args: &ClickArguments) -> Self {
        let default = if command == "upgrade" { "head" } else { "-1" };
        match args.revision(default) {
            _ if args.has_flag("--help") => Self::Unknown,
            Some(_) if args.has_flag("--sql") => Self::Printed,
            Some(revision) => Self::Revision(revision),
            None => Self::Unknown,
        }
    }
}

/// Returns whether a word is a number of steps back, such as `-1`.
pub(crate) fn is_steps(word: &str) -> bool {
    word.strip_prefix('-').is_some_and(|steps| steps.parse::<u32>().is_ok())
}
