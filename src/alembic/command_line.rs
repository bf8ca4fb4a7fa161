//! Alembic's command line: builds it, and finds Alembic's command among the words that a user
//! typed.
//!
//! lback passes the words on to Alembic unchanged; for Flask-Migrate it translates the few that
//! differ. It reads them only to determine which command runs (policies decide by that) and to hide
//! what may be secret. The parser follows `alembic/config.py` (1.20) and Python's argparse, and
//! `flask_migrate/cli.py` (4.1) and click. Where versions of argparse differ, or an error could
//! make one word pass for another, it chooses the reading with which Alembic refuses the line.

mod alembic_commands;
mod click;
mod dialect;
mod global_options;
mod parsed;
mod quiet;
mod shown;
mod target;
mod translate;

use std::ffi::OsString;
use std::fmt;

pub(crate) use self::alembic_commands::ALEMBIC_COMMANDS;
use self::click::ClickArguments;
use self::dialect::Dialect;
pub(crate) use self::global_options::GlobalOptions;
use self::parsed::ParsedWords;
use self::shown::{HiddenWord, hide_anywhere};
pub(crate) use self::target::{LineTarget, is_steps};
use super::flask_migrate::FLASK;
use super::locate::Program;
use crate::support::redact::Gate;

/// A whole command line, and its redacted form.
#[derive(Clone)]
pub(crate) struct CommandLine {
    argv: Vec<OsString>,
    redacted: Vec<String>,
    /// The values that the redacted form hides.
    hidden: Vec<HiddenWord>,
    command: String,
    args: Vec<String>,
    dialect: Dialect,
    /// The number of words that belong to the program.
    program: usize,
    /// The number of the program's last words that are arguments: `db` of `flask db`.
    group: usize,
    /// The index of Alembic's command, if the line names one.
    command_at: Option<usize>,
    /// Options after the command that hold for another command too, as options before it.
    carried: Vec<OsString>,
    /// The values of `-x` that are no secrets, as `tenant=acme`.
    shown_x: Vec<String>,
    config_files: Vec<OsString>,
    /// `true` if Alembic is told to be quiet.
    is_quiet: bool,
}

impl fmt::Debug for CommandLine {
    /// Writes the redacted form.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("CommandLine").field(&self.redacted).finish()
    }
}

impl CommandLine {
    /// Builds the command line that runs `words` with `program`: a command and its arguments
    /// (`upgrade`, `head`), or anything that a user typed, including global options. A
    /// configuration file in `words` replaces the one in `options`.
    pub(crate) fn new(program: &Program, options: &GlobalOptions, words: &[OsString]) -> Self {
        let keys = &options.show_x;
        let group = program.group();
        let dialect = Dialect::of_group(group);
        let words = &dialect.translate(words);
        let read = ParsedWords::of(dialect, words, keys);
        let config_files = if read.config_files.is_empty() { options.config.clone() } else { read.config_files };
        let is_quiet = options.quiet || read.is_quiet;
        let options = options.words(dialect, !read.names_config);
        let own = [&program.argv[..], &options].concat();
        let mut shown = hide_anywhere(&own, keys);
        shown.words.extend(read.before.words);
        shown.words.extend(read.command.clone());
        shown.words.extend(read.args.words.iter().cloned());
        shown.declared.extend(read.before.declared);
        shown.hidden.extend([read.before.hidden, read.args.hidden].concat());
        Self {
            argv: [own.as_slice(), words.as_slice()].concat(),
            redacted: shown.words,
            hidden: shown.hidden,
            shown_x: shown.declared,
            is_quiet,
            command: read.command.unwrap_or_default(),
            args: read.args.words,
            dialect,
            program: program.argv.len(),
            group: group.len(),
            carried: read.command_at.map(|at| dialect.carried(&words[at + 1..])).unwrap_or_default(),
            command_at: read.command_at.map(|index| own.len() + index),
            config_files,
        }
    }

    /// Returns Alembic's configuration files, as the line names them. Alembic looks for them from
    /// the folder in which it runs.
    pub(crate) fn config_files(&self) -> &[OsString] {
        &self.config_files
    }

    /// Returns the line with another program.
    pub(super) fn run_by(&self, program: &[OsString]) -> Self {
        let shown = hide_anywhere(program, &[]);
        Self {
            argv: [program, &self.argv[self.program..]].concat(),
            redacted: [&shown.words, &self.redacted[self.program..]].concat(),
            hidden: [&shown.hidden[..], &self.hidden].concat(),
            program: program.len(),
            command_at: self.command_at.map(|index| index - self.program + program.len()),
            ..self.clone()
        }
    }

    /// Returns the program and the arguments of a line with the same global options and another
    /// command, or `None` if this line has no command.
    pub(super) fn with_command(&self, command: &str) -> Option<Vec<OsString>> {
        Some([&self.argv[..self.command_at?], &self.carried, &[command.into()]].concat())
    }

    /// Returns the words of the program itself.
    pub(super) fn program(&self) -> &[OsString] {
        &self.argv[..self.program]
    }

    /// Returns the program's arguments without secrets, after the name `alembic` or `flask`.
    pub(crate) fn redacted_words(&self) -> Vec<String> {
        let name = match self.dialect {
            Dialect::Alembic => "alembic",
            Dialect::FlaskMigrate => FLASK,
        };
        std::iter::once(name.to_owned()).chain(self.redacted[self.first_argument()..].iter().cloned()).collect()
    }

    /// Returns the program's arguments as strings.
    pub(super) fn arguments(&self) -> Vec<String> {
        texts(&self.argv[self.first_argument()..])
    }

    /// Returns the program's arguments with another command, as in [`Self::with_command`].
    pub(super) fn arguments_of(&self, command: &str) -> Option<Vec<String>> {
        Some(texts(&self.with_command(command)?[self.first_argument()..]))
    }

    /// Returns the index of the first word that the program receives as an argument.
    fn first_argument(&self) -> usize {
        self.program - self.group
    }

    /// Returns the program and the arguments to spawn. They may contain secrets, so lback never
    /// shows them.
    pub(crate) fn argv(&self) -> &[OsString] {
        &self.argv
    }

    /// Returns Alembic's command, or an empty string if the line names none. A command after
    /// `--help` or `--version` counts, although Alembic doesn't run it.
    pub(crate) fn command(&self) -> &str {
        &self.command
    }

    /// Returns whether the command changes a database. With `--sql`, Alembic only prints
    /// statements.
    pub(crate) fn changes_database(&self) -> bool {
        let prints = || match self.dialect {
            Dialect::Alembic => self.args.iter().any(|word| word == "--sql"),
            Dialect::FlaskMigrate => ClickArguments::of(&self.args).has_flag("--sql"),
        };
        ["upgrade", "downgrade", "stamp", "ensure_version"].contains(&&*self.command) && !prints()
    }

    /// Returns the revision to which the line upgrades or downgrades; `None` for other commands.
    pub(crate) fn target(&self) -> Option<LineTarget> {
        let moves = ["upgrade", "downgrade"].contains(&&*self.command);
        moves.then(|| LineTarget::of(self.dialect, &self.command, &self.args))
    }

    /// Returns whether Alembic moves a database to another revision, or prints how. A line that
    /// can't be read, or that may ask for help, doesn't count.
    pub(crate) fn migrates(&self) -> bool {
        let is_read = match self.target() {
            Some(target) => target != LineTarget::Unknown,
            None => self.command == "stamp",
        };
        let asks = |word: &String| ["-h", "--h", "--ver"].iter().any(|start| word.starts_with(start));
        is_read && !self.arguments().iter().any(asks)
    }

    /// Returns `true` if Alembic is told to be quiet.
    pub(crate) fn is_quiet(&self) -> bool {
        self.is_quiet
    }

    /// Returns the words after the command, redacted.
    pub(crate) fn args(&self) -> &[String] {
        &self.args
    }

    /// Lets a gate learn the values that the shown form hides.
    pub(crate) fn teach(&self, gate: &Gate) {
        self.hidden.iter().for_each(|hidden| hidden.teach(gate));
    }

    /// Returns the values of `-x` that are no secrets, as `tenant=acme`.
    pub(crate) fn shown_x(&self) -> &[String] {
        &self.shown_x
    }

    /// Returns the full command with `***` in place of the value of each `-x` and of passwords in
    /// URLs.
    pub(crate) fn redacted(&self) -> &[String] {
        &self.redacted
    }
}

/// Returns a command line to show: `***` replaces the value of each `-x` and passwords in URLs.
pub(crate) fn without_secrets(words: &[OsString]) -> Vec<String> {
    hide_anywhere(words, &[]).words
}

fn texts(words: &[OsString]) -> Vec<String> {
    words.iter().map(|word| word.to_string_lossy().into_owned()).collect()
}

#[cfg(test)]
mod tests;
