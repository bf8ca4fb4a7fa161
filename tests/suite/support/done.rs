//! A run that has ended: its output, checks of it, and its transcript for snapshots.

use std::ffi::OsStr;
use std::fmt::Display;
use std::path::Path;
use std::process::ExitStatus;

use super::{Project, shared_cache};

/// A run that has ended.
#[derive(Debug)]
pub(crate) struct Done {
    pub(super) line: CommandLine,
    pub(super) status: ExitStatus,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
    /// The bytes of stdout, which need not be UTF-8.
    pub(crate) stdout_bytes: Vec<u8>,
    /// The bytes of stderr, which need not be UTF-8.
    pub(crate) stderr_bytes: Vec<u8>,
}

/// A command line as a snapshot shows it, and the folders that snapshots name instead of printing.
#[derive(Clone, Debug, Default)]
pub(super) struct CommandLine {
    words: Vec<String>,
    variables: Vec<String>,
    places: Vec<(String, &'static str)>,
}

impl CommandLine {
    pub(super) fn new(program: &OsStr, args: &[&str], project: &Project) -> Self {
        let name = Path::new(program).file_stem().unwrap_or(program).to_string_lossy();
        let words = std::iter::once(&*name).chain(args.iter().copied()).map(quoted).collect();
        let mut places = vec![(text(project.root()), "[project]"), (text(shared_cache()), "[cache]")];
        places.push((env!("CARGO_BIN_EXE_lback").to_owned(), "lback"));
        if let Ok(real) = project.root().canonicalize() {
            places.push((text(&real), "[project]"));
        }
        places.extend(super::needs::places());
        Self { words, variables: Vec::new(), places }
    }

    pub(super) fn set(&mut self, name: &str, value: &str) {
        let beginning = format!("{name}=");
        self.variables.retain(|variable| !variable.starts_with(&beginning));
        self.variables.push(format!("{beginning}{}", quoted(value)));
    }

    /// Replaces the folders that differ from machine to machine.
    fn without_places(&self, text: &str) -> String {
        self.places.iter().fold(text.to_owned(), |text, (place, name)| text.replace(place, name))
    }
}

impl Display for CommandLine {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let words: Vec<_> = self.variables.iter().chain(&self.words).map(String::as_str).collect();
        write!(f, "{}", words.join(" "))
    }
}

/// Quotes a word where a shell would need it.
fn quoted(word: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_./:=,@+%".contains(&byte);
    if !word.is_empty() && word.bytes().all(plain) { word.to_owned() } else { format!("{word:?}") }
}

fn text(path: &Path) -> String {
    path.display().to_string()
}

impl Done {
    /// The command line, the exit code and both streams, for a snapshot. Folders that differ from
    /// machine to machine are replaced, nothing else.
    pub(crate) fn transcript(&self) -> String {
        let end = self.code().map_or_else(|| self.status.to_string(), |code| format!("exit code {code}"));
        let (stdout, stderr) = (marked(&self.stdout), marked(&self.stderr));
        let text = format!("$ {}\n{end}\n----- stdout\n{stdout}----- stderr\n{stderr}-----\n", self.line);
        self.line.without_places(&text)
    }

    pub(crate) fn status(&self) -> ExitStatus {
        self.status
    }

    pub(crate) fn code(&self) -> Option<i32> {
        self.status.code()
    }

    #[track_caller]
    pub(crate) fn exits(self, code: i32) -> Self {
        assert_eq!(self.code(), Some(code), "the exit code of {self}");
        self
    }

    /// Checks that stderr has every one of these texts.
    #[track_caller]
    pub(crate) fn stderr_has(self, texts: &[&str]) -> Self {
        for text in texts {
            assert!(self.stderr.contains(text), "stderr lacks {text:?}: {self}");
        }
        self
    }

    /// Checks that stdout has every one of these texts.
    #[track_caller]
    pub(crate) fn stdout_has(self, texts: &[&str]) -> Self {
        for text in texts {
            assert!(self.stdout.contains(text), "stdout lacks {text:?}: {self}");
        }
        self
    }

    /// Checks that neither stderr nor stdout has any of these texts.
    #[track_caller]
    pub(crate) fn output_lacks(self, texts: &[&str]) -> Self {
        for text in texts {
            assert!(!self.stderr.contains(text) && !self.stdout.contains(text), "{text:?} was said: {self}");
        }
        self
    }
}

impl Display for Done {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { line, status, stdout, stderr, .. } = self;
        write!(f, "`{line}`\n{status}\n--- stdout\n{stdout}\n--- stderr\n{stderr}")
    }
}

/// The beginnings of the line after a run that succeeded.
const SUCCESSES: [&str; 4] = ["applied ", "reverted ", "stamped ", "nothing to "];

/// Returns whether a line of stderr reports what a successful run did.
pub(crate) fn is_success_line(line: &str) -> bool {
    let has = |places: [&str; 3]| places.iter().any(|place| line.contains(place));
    SUCCESSES.iter().any(|beginning| line.starts_with(beginning)) && has([" is at ", "; all are at ", "; they are at "])
}

/// Returns a text without the lines that report what a successful run did.
pub(crate) fn without_success(stderr: &str) -> String {
    stderr.split_inclusive('\n').filter(|line| !is_success_line(line)).collect()
}

/// Marks a last line without a line break, so that a snapshot shows it.
fn marked(stream: &str) -> String {
    if stream.is_empty() || stream.ends_with('\n') { stream.to_owned() } else { format!("{stream}[no line break]\n") }
}
