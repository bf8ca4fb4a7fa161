//! Words for Alembic, as Flask-Migrate understands them.

use std::ffi::OsString;

use super::click::ClickArguments;
use super::dialect::Dialect;
use super::parsed::ParsedWords;

impl Dialect {
    /// Returns words that were written for Alembic as the program understands them. Words of the
    /// program's own stay as they are.
    pub(super) fn translate(self, words: &[OsString]) -> Vec<OsString> {
        let at = match self {
            Self::Alembic => None,
            Self::FlaskMigrate => ParsedWords::of(self, words, &[]).command_at,
        };
        let Some(at) = at else { return words.to_vec() };
        let (before, command, args) = (&words[..at], &words[at], &words[at + 1..]);
        let (command, args) = match (command.to_str(), args) {
            (Some("revision"), [first, rest @ ..]) if first == "--autogenerate" => ("migrate".into(), rest),
            (Some("list_templates"), _) => ("list-templates".into(), args),
            _ => (command.clone(), args),
        };
        [before, &[command], &ClickArguments::of(args).steps_last(args)].concat()
    }

    /// Returns the options after a command that decide which database and which scripts it uses,
    /// as they precede a command.
    pub(super) fn carried(self, args: &[OsString]) -> Vec<OsString> {
        match self {
            Self::Alembic => Vec::new(),
            Self::FlaskMigrate => ClickArguments::of(args).of_every_command(),
        }
    }
}
