//! The arguments of Flask-Migrate's commands, as click reads them.
//!
//! click accepts no shortened options, takes the word after an option as its value whatever it is,
//! and reads options before and after a revision. A word such as `-1` is an option to click, unless
//! it follows `--`.

use std::ffi::{OsStr, OsString};

/// The options with a value, of all commands of Flask-Migrate 4. No name has a value in one command
/// and none in another.
const VALUED: [(&str, Option<char>); 10] = [
    ("--directory", Some('d')),
    ("--x-arg", Some('x')),
    ("--message", Some('m')),
    ("--rev-range", Some('r')),
    ("--template", Some('t')),
    ("--tag", None),
    ("--head", None),
    ("--branch-label", None),
    ("--version-path", None),
    ("--rev-id", None),
];
const FLAGS: [(&str, Option<char>); 10] = [
    ("--sql", None),
    ("--autogenerate", None),
    ("--splice", None),
    ("--purge", None),
    ("--multidb", None),
    ("--package", None),
    ("--resolve-dependencies", None),
    ("--verbose", Some('v')),
    ("--indicate-current", Some('i')),
    ("--help", None),
];

/// The words after a command.
#[derive(Debug, Default)]
pub(super) struct ClickArguments {
    /// The long names of the options, and the values of those that have one.
    options: Vec<(&'static str, Option<String>)>,
    /// The words that are no options, with their indexes.
    positionals: Vec<(usize, String)>,
    /// The index of `--`.
    separator: Option<usize>,
    /// `true` if a number of steps stands where click reads an option.
    has_steps: bool,
    /// `true` if click refuses the words.
    is_refused: bool,
}

impl ClickArguments {
    pub(super) fn of(args: &[impl AsRef<OsStr>]) -> Self {
        let mut read = Self::default();
        let mut words = args.iter().map(|word| word.as_ref().to_string_lossy().into_owned()).enumerate();
        while let Some((index, word)) = words.next() {
            match Word::of(&word) {
                _ if read.separator.is_some() => read.positionals.push((index, word)),
                Word::Separator => read.separator = Some(index),
                Word::Steps => {
                    read.has_steps = true;
                    read.positionals.push((index, word));
                }
                Word::Positional => read.positionals.push((index, word)),
                Word::Options { flags, valued } => {
                    read.options.extend(flags.into_iter().map(|flag| (flag, None)));
                    if let Some((name, value)) = valued {
                        let value = value.or_else(|| words.next().map(|(_, value)| value));
                        read.is_refused |= value.is_none();
                        read.options.push((name, value));
                    }
                }
                Word::Refused => read.is_refused = true,
            }
        }
        read
    }

    /// Returns the words with all that is no option after a `--`, if click would take a number of
    /// steps for an option.
    pub(super) fn steps_last(&self, args: &[OsString]) -> Vec<OsString> {
        if !self.has_steps {
            return args.to_vec();
        }
        let is_last = |index: usize| {
            self.separator == Some(index) || self.positionals.iter().any(|(positional, _)| *positional == index)
        };
        let options = args.iter().enumerate().filter(|(index, _)| !is_last(*index)).map(|(_, word)| word.clone());
        let last = self.positionals.iter().map(|(index, _)| args[*index].clone());
        options.chain(["--".into()]).chain(last).collect()
    }

    /// Returns the directory and the arguments of env.py, as options of the group.
    pub(super) fn of_every_command(&self) -> Vec<OsString> {
        let shared = |(name, value): &(&str, Option<String>)| {
            let value = value.as_ref().filter(|_| ["--directory", "--x-arg"].contains(name))?;
            Some(OsString::from(format!("{name}={value}")))
        };
        self.options.iter().filter_map(shared).collect()
    }

    pub(super) fn has_flag(&self, flag: &str) -> bool {
        self.options.iter().any(|(name, _)| *name == flag)
    }

    /// Returns the only revision, or `default` if there is none; `None` if click refuses the line.
    pub(super) fn revision(&self, default: &str) -> Option<String> {
        match &*self.positionals {
            [] if !self.is_refused => Some(default.to_owned()),
            [(_, revision)] if !self.is_refused => Some(revision.clone()),
            _ => None,
        }
    }
}

enum Word {
    /// `--`.
    Separator,
    Positional,
    /// A number of steps, such as `-1`.
    Steps,
    /// An option, or a cluster of short ones, with the value if that is in the same word.
    Options {
        flags: Vec<&'static str>,
        valued: Option<(&'static str, Option<String>)>,
    },
    Refused,
}

impl Word {
    fn of(word: &str) -> Self {
        let Some(rest) = word.strip_prefix('-').filter(|rest| !rest.is_empty()) else { return Self::Positional };
        if rest == "-" {
            return Self::Separator;
        }
        if rest.bytes().all(|byte| byte.is_ascii_digit()) {
            return Self::Steps;
        }
        let read = if rest.starts_with('-') { Self::long(word) } else { Self::cluster(rest) };
        read.unwrap_or(Self::Refused)
    }

    fn long(word: &str) -> Option<Self> {
        let (name, value) = word.split_once('=').map_or((word, None), |(name, value)| (name, Some(value.to_owned())));
        if let Some((name, _)) = VALUED.iter().find(|(long, _)| *long == name) {
            return Some(Self::Options { flags: Vec::new(), valued: Some((name, value)) });
        }
        let (name, _) = FLAGS.iter().find(|(long, _)| *long == name && value.is_none())?;
        Some(Self::Options { flags: vec![name], valued: None })
    }

    fn cluster(letters: &str) -> Option<Self> {
        let named = |options: &[(&'static str, Option<char>)], letter: char| {
            options.iter().find(|(_, short)| *short == Some(letter)).map(|(name, _)| *name)
        };
        let mut flags = Vec::new();
        for (at, letter) in letters.char_indices() {
            if let Some(name) = named(&VALUED, letter) {
                let value = &letters[at + letter.len_utf8()..];
                let value = (!value.is_empty()).then(|| value.to_owned());
                return Some(Self::Options { flags, valued: Some((name, value)) });
            }
            flags.push(named(&FLAGS, letter)?);
        }
        Some(Self::Options { flags, valued: None })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(line: &str) -> Vec<OsString> {
        line.split_whitespace().map(OsString::from).collect()
    }

    #[test]
    fn steps_follow_a_separator() {
        for (args, expected) in [
            ("-1", "-- -1"),
            ("-12 --sql", "--sql -- -12"),
            ("--tag -1 -1", "--tag -1 -- -1"),
            ("-d db -1 -x a=b", "-d db -x a=b -- -1"),
            ("-d -1", "-d -1"),
            ("-- -1", "-- -1"),
            ("-1 -- x", "-- -1 x"),
            ("a@-1", "a@-1"),
            ("head", "head"),
            ("-r -3:current", "-r -3:current"),
            ("-m -1", "-m -1"),
            ("-m-1", "-m-1"),
        ] {
            assert_eq!(ClickArguments::of(&words(args)).steps_last(&words(args)), words(expected), "{args}");
        }
    }

    #[test]
    fn revisions_are_found_where_click_finds_them() {
        for (args, expected) in [
            ("", Some("default")),
            ("head", Some("head")),
            ("--sql head", Some("head")),
            ("head --tag t -d db -x a=b", Some("head")),
            ("--tag --sql head", Some("head")),
            ("-x head", Some("default")),
            ("-xa head", Some("head")),
            ("--directory=db -- -1", Some("-1")),
            ("- ", Some("-")),
            ("a b", None),
            ("--sq head", None),
            ("--sql=1 head", None),
            ("--tag", None),
            ("-z head", None),
        ] {
            let found = ClickArguments::of(&words(args)).revision("default");
            assert_eq!(found.as_deref(), expected, "{args}");
        }
    }

    #[test]
    fn a_flag_is_no_value() {
        for (args, expected) in [("--sql", true), ("--tag --sql", false), ("-- --sql", false), ("-x --sql", false)] {
            assert_eq!(ClickArguments::of(&words(args)).has_flag("--sql"), expected, "{args}");
        }
    }

    #[test]
    fn options_of_every_command_precede_another_command() {
        let read = ClickArguments::of(&words("-d db --tag t head -xa=b --x-arg c --directory=e"));
        assert_eq!(read.of_every_command(), words("--directory=db --x-arg=a=b --x-arg=c --directory=e"));
    }
}
