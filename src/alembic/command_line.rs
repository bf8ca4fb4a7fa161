//! Alembic's command line: builds it, and finds Alembic's command among the words that a user
//! typed.
//!
//! lback passes the words on to Alembic unchanged. It reads them only to determine which command
//! runs (policies decide by that) and to hide what may be secret. The parser follows
//! `alembic/config.py` (1.20) and Python's argparse. Where versions of argparse differ, or an error
//! could make one word pass for another, it chooses the reading with which Alembic refuses the
//! line.

mod alembic_commands;
mod quiet;
mod shown;

use std::ffi::OsString;
use std::fmt;

pub(crate) use self::alembic_commands::ALEMBIC_COMMANDS;
use self::quiet::is_quiet;
use self::shown::{HiddenWord, ShownWords, hide_anywhere};
use super::locate::Program;
use crate::support::redact::{Gate, redact};

/// Alembic's global options, which precede its command.
#[derive(Debug, Clone, Default)]
pub(crate) struct GlobalOptions {
    /// `-c`: an ini file, a `pyproject.toml`, or both.
    pub(crate) config: Vec<OsString>,
    /// `-n`: the section of the ini file.
    pub(crate) name: Option<OsString>,
    /// `-x`: arguments for env.py, which may hold secrets.
    pub(crate) x: Vec<OsString>,
    pub(crate) raiseerr: bool,
    pub(crate) quiet: bool,
    /// The keys of `-x` whose values are no secrets.
    pub(crate) show_x: Vec<String>,
}

impl GlobalOptions {
    fn words(&self, with_config: bool) -> Vec<OsString> {
        let mut words = Vec::new();
        let config = if with_config { self.config.as_slice() } else { &[] };
        let config = config.iter().map(|file| ("-c", file));
        let name = self.name.iter().map(|name| ("-n", name));
        let x = self.x.iter().map(|value| ("-x", value));
        for (flag, value) in config.chain(name).chain(x) {
            push_option(&mut words, flag, value);
        }
        words.extend(self.raiseerr.then(|| "--raiseerr".into()));
        words.extend(self.quiet.then(|| "--quiet".into()));
        words
    }
}

fn push_option(words: &mut Vec<OsString>, flag: &str, value: &OsString) {
    // argparse treats a word that starts with `-` as an option, unless it is joined to the option.
    if value.as_encoded_bytes().starts_with(b"-") {
        let mut joined = OsString::from(flag);
        joined.push(value);
        words.push(joined);
    } else {
        words.extend([flag.into(), value.clone()]);
    }
}

/// A whole command line, and its redacted form.
#[derive(Clone)]
pub(crate) struct CommandLine {
    argv: Vec<OsString>,
    redacted: Vec<String>,
    /// The values that the redacted form hides.
    hidden: Vec<HiddenWord>,
    command: String,
    args: Vec<String>,
    /// The number of words that belong to the program.
    program: usize,
    /// The index of Alembic's command, if the line names one.
    command_at: Option<usize>,
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
        let read = ParsedWords::of(words, keys);
        let config_files = if read.config_files.is_empty() { options.config.clone() } else { read.config_files };
        let is_quiet = options.quiet || read.is_quiet;
        let options = options.words(!read.names_config);
        let own = [&program.argv[..], &options].concat();
        let mut shown = hide_anywhere(&own, keys);
        shown.words.extend(read.before.words);
        shown.words.extend(read.command.clone());
        shown.words.extend(read.args.words.iter().cloned());
        shown.declared.extend(read.before.declared);
        shown.hidden.extend([read.before.hidden, read.args.hidden].concat());
        Self {
            argv: [own.as_slice(), words].concat(),
            redacted: shown.words,
            hidden: shown.hidden,
            shown_x: shown.declared,
            is_quiet,
            command: read.command.unwrap_or_default(),
            args: read.args.words,
            program: program.argv.len(),
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
        Some([&self.argv[..self.command_at?], &[command.into()]].concat())
    }

    /// Returns the words of the program itself.
    pub(super) fn program(&self) -> &[OsString] {
        &self.argv[..self.program]
    }

    /// Returns the program's arguments without secrets, after the name `alembic`.
    pub(crate) fn redacted_words(&self) -> Vec<String> {
        std::iter::once("alembic".to_owned()).chain(self.redacted[self.program..].iter().cloned()).collect()
    }

    /// Returns the program's arguments as strings.
    pub(super) fn arguments(&self) -> Vec<String> {
        texts(&self.argv[self.program..])
    }

    /// Returns the program's arguments with another command, as in [`Self::with_command`].
    pub(super) fn arguments_of(&self, command: &str) -> Option<Vec<String>> {
        Some(texts(&self.with_command(command)?[self.program..]))
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
        ["upgrade", "downgrade", "stamp", "ensure_version"].contains(&&*self.command)
            && !self.args.iter().any(|word| word == "--sql")
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

struct ParsedWords {
    /// The words before the command.
    before: ShownWords,
    /// The command without secrets.
    command: Option<String>,
    /// The index of the command among the words.
    command_at: Option<usize>,
    args: ShownWords,
    names_config: bool,
    /// The values of `-c`.
    config_files: Vec<OsString>,
    is_quiet: bool,
}

impl ParsedWords {
    fn of(words: &[OsString], keys: &[String]) -> Self {
        let mut reading = Self {
            before: ShownWords::with(keys),
            command: None,
            command_at: None,
            args: ShownWords::default(),
            names_config: false,
            config_files: Vec::new(),
            is_quiet: false,
        };
        let mut rest = words.iter().map(|word| word.to_string_lossy()).enumerate().peekable();
        while let Some((index, word)) = rest.next() {
            reading.is_quiet |= is_quiet(&word);
            match Word::of(&word) {
                Word::Command => {
                    reading.command = Some(redact(&word).into_owned());
                    reading.command_at = Some(index);
                    reading.args = hide_anywhere(&words[index + 1..], keys);
                    reading.args.hidden.push(HiddenWord::Shape(word.into_owned()));
                    return reading;
                }
                Word::Other => reading.before.push(&word),
                Word::Valued { option, value } => {
                    reading.names_config |= option == Valued::Config;
                    let secret = option == Valued::X;
                    let mut note = |value: &str| {
                        reading.config_files.extend((option == Valued::Config).then(|| value.into()));
                    };
                    if let Some(at) = value {
                        note(&word[at..]);
                        reading.before.push_if(secret, &word, at);
                    } else {
                        reading.before.push(&word);
                        // Alembic refuses a line with an option in place of the value.
                        let is_value = |word: &str| !matches!(Word::of(word), Word::Valued { .. });
                        if let Some((_, value)) = rest.next_if(|(_, next)| is_value(next)) {
                            note(&value);
                            reading.before.push_if(secret, &value, 0);
                        }
                    }
                }
            }
        }
        reading
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Valued {
    Config,
    Name,
    X,
}

/// The kind of a word before the command.
enum Word {
    /// An option with a value, which starts at this position of the same word or is the next word.
    Valued {
        option: Valued,
        value: Option<usize>,
    },
    /// An option without a value, an option unknown to Alembic, or `--`.
    Other,
    Command,
}

impl Word {
    fn of(word: &str) -> Self {
        match word.strip_prefix('-') {
            None | Some("") => Self::Command,
            Some(rest) => rest.strip_prefix('-').map_or_else(|| Self::short(word), Self::long),
        }
    }

    /// Reads a long option. argparse accepts every unambiguous prefix; here one letter is enough.
    fn long(rest: &str) -> Self {
        let name = rest.split('=').next().unwrap_or(rest);
        let option = match name {
            "" => return Self::Other,
            _ if "config".starts_with(name) => Valued::Config,
            _ if "name".starts_with(name) => Valued::Name,
            _ => return Self::Other,
        };
        Self::Valued { option, value: rest.find('=').map(|equals| "--".len() + equals + 1) }
    }

    /// Reads a short option or a cluster: `-q`, `-cFILE`, `-c=FILE`, `-qn`. Before Python 3.12,
    /// `-q=n` is a cluster too.
    fn short(word: &str) -> Self {
        for (position, letter) in word.char_indices().skip(1) {
            let option = match letter {
                'c' => Valued::Config,
                'n' => Valued::Name,
                'x' => Valued::X,
                'q' | 'h' => continue,
                '=' if position == 2 => continue,
                _ => return Self::Other,
            };
            let value = &word[position + 1..];
            let start = position + 1 + usize::from(value.starts_with('='));
            return Self::Valued { option, value: (!value.is_empty()).then_some(start) };
        }
        Self::Other
    }
}

#[cfg(test)]
mod tests;
