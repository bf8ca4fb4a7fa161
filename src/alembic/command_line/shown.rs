//! Words of a command line as they may be shown, and the values that they hide.

use std::ffi::OsString;

use crate::support::redact::{Gate, HIDDEN, is_secret_option, redact};

/// A value that the shown form of a command line hides.
#[derive(Clone, PartialEq, Eq)]
pub(super) enum HiddenWord {
    /// The value of `-x`: `NAME=VALUE`, or another text.
    Argument(String),
    /// The word after an option such as `--password`.
    Password(String),
    /// A word that has a secret by its shape: a URL, `--password=…`.
    Shape(String),
}

impl HiddenWord {
    pub(super) fn teach(&self, gate: &Gate) {
        match self {
            Self::Argument(value) => gate.learn_argument(value),
            Self::Password(value) => gate.learn_password(value),
            Self::Shape(word) => gate.learn_text(word),
        }
    }
}

/// Words as they may be shown, and the values that they hide.
#[derive(Default)]
pub(super) struct ShownWords {
    pub(super) words: Vec<String>,
    pub(super) hidden: Vec<HiddenWord>,
    /// The values of `-x` that are no secrets, as `tenant=acme`.
    pub(super) declared: Vec<String>,
    /// The keys of `-x` whose values are no secrets.
    keys: Vec<String>,
}

impl ShownWords {
    /// Returns no words yet. `keys` are those of `-x` whose values are no secrets.
    pub(super) fn with(keys: &[String]) -> Self {
        Self { keys: keys.to_vec(), ..Self::default() }
    }

    /// Adds a word, with passwords of URLs and values of parameters hidden.
    pub(super) fn push(&mut self, word: &str) {
        let shown = redact(word);
        if shown != word {
            self.hidden.push(HiddenWord::Shape(word.to_owned()));
        }
        self.words.push(shown.into_owned());
    }

    /// Adds a word with the value of `-x` from a place on, which is hidden unless its key says that
    /// it is no secret.
    fn push_argument(&mut self, word: &str, from: usize) {
        let key = word[from..].split_once('=').map(|(key, _)| key);
        if key.is_some_and(|key| self.keys.iter().any(|declared| declared == key)) {
            self.declared.push(redact(&word[from..]).into_owned());
            return self.push(word);
        }
        self.hidden.push(HiddenWord::Argument(word[from..].to_owned()));
        self.words.push(format!("{}{HIDDEN}", &word[..from]));
    }

    /// Adds the word after an option such as `--password`.
    fn push_password(&mut self, word: &str) {
        self.hidden.push(HiddenWord::Password(word.to_owned()));
        self.words.push(HIDDEN.to_owned());
    }

    pub(super) fn push_if(&mut self, is_argument: bool, word: &str, from: usize) {
        if is_argument { self.push_argument(word, from) } else { self.push(word) }
    }
}

/// Hides every `-x` value among words whose other options are unknown: those of a configured
/// command, and those after Alembic's command, where Flask-Migrate accepts `-x` and `--x-arg`.
pub(super) fn hide_anywhere(words: &[OsString], keys: &[String]) -> ShownWords {
    let mut shown = ShownWords::with(keys);
    let mut words = words.iter().map(|word| word.to_string_lossy());
    while let Some(word) = words.next() {
        let attached = word.strip_prefix("--x-arg").or_else(|| {
            let cluster = word.strip_prefix('-')?;
            cluster.trim_start_matches(['q', 'v', 'i', 'h']).strip_prefix('x')
        });
        match attached {
            None => shown.push(&word),
            Some("") => shown.words.push(word.to_string()),
            Some(value) => shown.push_argument(&word, word.len() - value.strip_prefix('=').unwrap_or(value).len()),
        }
        match attached {
            None if is_secret_option(&word) => words.next().iter().for_each(|value| shown.push_password(value)),
            Some("") => words.next().iter().for_each(|value| shown.push_argument(value, 0)),
            _ => {}
        }
    }
    shown
}
