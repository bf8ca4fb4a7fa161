//! The words that follow the program, up to Alembic's command.

use std::ffi::OsString;
use std::path::Path;

use super::dialect::Dialect;
use super::quiet::is_quiet;
use super::shown::{HiddenWord, ShownWords, hide_anywhere};
use crate::support::redact::redact;

pub(super) struct ParsedWords {
    /// The words before the command.
    pub(super) before: ShownWords,
    /// The command without secrets.
    pub(super) command: Option<String>,
    /// The index of the command among the words.
    pub(super) command_at: Option<usize>,
    pub(super) args: ShownWords,
    pub(super) names_config: bool,
    /// The values of `-c`, and the file in each directory of `-d`.
    pub(super) config_files: Vec<OsString>,
    pub(super) is_quiet: bool,
}

impl ParsedWords {
    pub(super) fn of(dialect: Dialect, words: &[OsString], keys: &[String]) -> Self {
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
            reading.is_quiet |= dialect == Dialect::Alembic && is_quiet(&word);
            match Word::of(dialect, &word) {
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
                        reading.config_files.extend((option == Valued::Config).then(|| config_file(dialect, value)));
                    };
                    if let Some(at) = value {
                        note(&word[at..]);
                        reading.before.push_if(secret, &word, at);
                    } else {
                        reading.before.push(&word);
                        // Alembic refuses a line with an option in place of the value; to click the
                        // next word is the value.
                        let is_value = |word: &str| {
                            dialect == Dialect::FlaskMigrate || !matches!(Word::of(dialect, word), Word::Valued { .. })
                        };
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

/// Returns the configuration file that an option names: a file, or the directory of Flask-Migrate.
fn config_file(dialect: Dialect, value: &str) -> OsString {
    match dialect {
        Dialect::Alembic => value.into(),
        Dialect::FlaskMigrate => Path::new(value).join("alembic.ini").into_os_string(),
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
    fn of(dialect: Dialect, word: &str) -> Self {
        match word.strip_prefix('-') {
            None | Some("") => Self::Command,
            Some(_) if dialect == Dialect::FlaskMigrate => Self::by_click(word),
            Some(rest) => rest.strip_prefix('-').map_or_else(|| Self::short(word), Self::long),
        }
    }

    /// Reads an option of `flask db`, which click doesn't let users shorten.
    fn by_click(word: &str) -> Self {
        let options =
            [("--directory", Valued::Config), ("--x-arg", Valued::X), ("-d", Valued::Config), ("-x", Valued::X)];
        for (name, option) in options {
            let Some(rest) = word.strip_prefix(name) else { continue };
            let is_joined = rest.starts_with('=') || !name.starts_with("--");
            let start = name.len() + usize::from(name.starts_with("--"));
            match rest {
                "" => return Self::Valued { option, value: None },
                _ if is_joined => return Self::Valued { option, value: Some(start) },
                _ => {}
            }
        }
        Self::Other
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
