//! The last redaction before the file: values that the command line hides are hidden in all later
//! text.
//!
//! Events reach the journal without the passwords of URLs and the values of secrets. Alembic may
//! print values of `-x`, however; handlers receive them, but they must not stay on a disk for a
//! year.

use std::ffi::OsString;
use std::sync::{Arc, PoisonError, RwLock};

/// Hides the values of granted secrets.
pub(crate) type Redact = Arc<dyn Fn(&str) -> String + Send + Sync>;

/// The replacement of a hidden value.
const HIDDEN: &str = "***";
/// The shortest value to hide. Replacing a shorter one would damage ordinary words; no secret is
/// that short.
const SHORTEST: usize = 4;

/// The fields that describe what was run, by whom and where. They are redacted at their source, and
/// a value of `-x` may be an ordinary word.
const KNOWN: [&str; 20] = [
    "id",
    "time",
    "run_id",
    "project",
    "environment",
    "actor",
    "host",
    "git_commit",
    "git_branch",
    "ci_job_url",
    "name",
    "command",
    "args",
    "full_command",
    "version",
    "table",
    "error_type",
    "kind",
    "plugin",
    "code",
];

/// The redaction of one run.
#[derive(Clone)]
pub(super) struct Hiding {
    redact: Redact,
    values: Vec<String>,
}

/// The redaction of one run, shared by its record and its outbox.
#[derive(Clone)]
pub(super) struct SharedRedaction(Arc<RwLock<Hiding>>);

impl SharedRedaction {
    pub(super) fn new(redact: Redact) -> Self {
        Self(Arc::new(RwLock::new(Hiding::new(redact))))
    }

    /// Learns the values that the shown form of a command line hides.
    pub(super) fn learn(&self, argv: &[OsString], shown: &[String]) {
        self.0.write().unwrap_or_else(PoisonError::into_inner).learn(argv, shown);
    }

    /// Returns the redaction as it is now.
    pub(super) fn get(&self) -> Hiding {
        self.0.read().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Hiding {
    pub(super) fn new(redact: Redact) -> Self {
        Self { redact, values: Vec::new() }
    }

    /// Learns the values that the shown form of a command line hides. Both forms have the same
    /// words, from the end.
    pub(super) fn learn(&mut self, argv: &[OsString], shown: &[String]) {
        for (word, shown) in argv.iter().rev().zip(shown.iter().rev()) {
            let word = word.to_string_lossy();
            if let Some(value) = hidden(&word, shown) {
                // env.py may print the value of `-x password=hunter2` alone.
                let after = value.split_once('=').map(|(_, after)| after);
                self.values.extend([Some(value), after].into_iter().flatten().map(str::to_owned));
            }
        }
        self.values.retain(|value| value.len() >= SHORTEST);
        // A longer value is replaced before a shorter one that it contains, so that no part of it
        // remains.
        self.values.sort_by_key(|value| std::cmp::Reverse(value.len()));
    }

    /// Redacts free text from any source.
    pub(super) fn free(&self, text: &str) -> String {
        self.values.iter().fold(self.known(text), |text, value| text.replace(value, HIDDEN))
    }

    /// Redacts text of the command line or the surroundings.
    pub(super) fn known(&self, text: &str) -> String {
        (self.redact)(text)
    }

    /// Redacts a text of an event, by its key.
    pub(super) fn by_key(&self, key: Option<&str>, text: &str) -> String {
        if key.is_some_and(|key| KNOWN.contains(&key)) { self.known(text) } else { self.free(text) }
    }
}

/// Returns the part of `word` that `***` replaces in `shown`.
fn hidden<'a>(word: &'a str, shown: &str) -> Option<&'a str> {
    let (before, after) = shown.split_once(HIDDEN)?;
    if word == shown {
        return None;
    }
    Some(word.strip_prefix(before)?.strip_suffix(after).unwrap_or(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hiding(pairs: &[(&str, &str)]) -> Hiding {
        let mut hiding = Hiding::new(Arc::new(|text: &str| text.replace("s3cr3t", "[secret S]")));
        let argv: Vec<_> = pairs.iter().map(|(word, _)| OsString::from(word)).collect();
        let shown: Vec<_> = pairs.iter().map(|(_, shown)| (*shown).to_owned()).collect();
        hiding.learn(&argv, &shown);
        hiding
    }

    #[test]
    fn what_the_command_line_hides_is_hidden_everywhere() {
        let hiding = hiding(&[
            ("alembic", "alembic"),
            ("-x", "-x"),
            ("password=hunter2", "***"),
            ("-xtoken=abcd=efgh", "-x***"),
            ("postgresql://app:pa55word@db/shop", "postgresql://app:***@db/shop"),
            ("upgrade", "upgrade"),
        ]);
        assert_eq!(hiding.free("hunter2, abcd=efgh, pa55word, s3cr3t"), "***, ***, ***, [secret S]");
        assert_eq!(hiding.free("alembic upgrade"), "alembic upgrade");
        assert_eq!(hiding.known("hunter2 s3cr3t"), "hunter2 [secret S]");
    }

    #[test]
    fn short_values_and_fields_that_are_known_stay() {
        let hiding = hiding(&[("tenant=a", "***"), ("upgrade", "***")]);
        assert_eq!(hiding.free("a cat upgrades, tenant=a"), "a cat ***s, ***");
        assert_eq!(hiding.by_key(Some("command"), "upgrade"), "upgrade");
        assert_eq!(hiding.by_key(Some("stdout"), "upgrade"), "***");
        assert_eq!(hiding.by_key(None, "upgrade"), "***");
    }
}
