//! The gate: what it has learned, and the redaction of texts.

use std::borrow::Cow;
use std::fmt;
use std::sync::{Arc, Once, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use super::hits::{Hit, replace, united};
use super::learned::{Learned, LearnedFrom, LearnedValue};
use super::strength::{Strength, strength};
use super::view::TextView;
use super::vocabulary::Vocabulary;
use super::windows::for_each_window;
use super::{names, shapes};

/// The shortest line of a secret of several lines that is hidden alone. A shorter one may be a word
/// or a bracket.
const SHORTEST_LINE: usize = 8;
/// The warning about values that were not learned.
const DROPPED: &str = "texts of the configuration or the project have more secrets than lback can look for; \
    some of them are hidden only beside a name such as `password`, or in a URL";
/// The shortest granted secret that is hidden.
const SHORTEST_GRANTED: usize = 4;

/// A gate, shared by its clones.
#[derive(Clone, Default)]
pub(crate) struct Gate(Arc<RwLock<Learned>>);

impl fmt::Debug for Gate {
    /// Writes the number of values, and none of them.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let learned = self.read();
        write!(f, "Gate({} values)", learned.values.len())
    }
}

impl Gate {
    /// Learns a secret that is granted to a plugin, and is shown by its name.
    pub(crate) fn learn_granted(&self, name: &str, value: &str) {
        let label: Arc<str> = format!("[secret {name}]").into();
        let value = value.trim();
        if value.len() >= SHORTEST_GRANTED {
            let strength = strength(value).unwrap_or(Strength::Whole).max(Strength::Whole);
            self.learn(value, strength, Some(&label), LearnedFrom::Known);
        }
        self.learn_lines(value, Some(&label));
        self.learn_text(value);
    }

    /// Learns a variable of the environment, if its name or its value says that it is secret.
    pub(crate) fn learn_variable(&self, name: &str, value: &str) {
        if names::is_secret(name) {
            self.learn_password(value);
            self.learn_lines(value.trim(), None);
        }
        self.learn_text(value);
    }

    /// Learns an argument for env.py, `NAME=VALUE` or another text, which the command line hides.
    pub(crate) fn learn_argument(&self, argument: &str) {
        let (name, value) = argument.split_once('=').unwrap_or(("", argument));
        if name.is_empty() || names::is_secret(name) {
            self.learn_password(value);
        } else if strength(value).is_some() {
            self.learn(value, Strength::Word, None, LearnedFrom::Known);
        }
        self.learn_text(argument);
    }

    /// Learns a password. Ordinary words are not searched for.
    pub(crate) fn learn_password(&self, value: &str) {
        self.learn_password_of(value, LearnedFrom::Known);
    }

    /// Learns a password that the project's engines have.
    pub(crate) fn learn_reported(&self, value: &str) {
        self.learn_password_of(value, LearnedFrom::Reported);
    }

    /// Learns the secrets that a text shows: passwords in URLs, values of parameters.
    pub(crate) fn learn_text(&self, text: &str) {
        let bytes = text.as_bytes();
        for found in found_by_shape(bytes) {
            for form in forms(&bytes[found.place]) {
                self.learn_password_of(&String::from_utf8_lossy(&form), LearnedFrom::Text);
            }
        }
    }

    fn learn_password_of(&self, value: &str, origin: LearnedFrom) {
        let value = value.trim();
        if let Some(strength) = strength(value) {
            self.learn(value, strength, None, origin);
        }
    }

    fn learn_lines(&self, value: &str, label: Option<&Arc<str>>) {
        if !value.contains('\n') {
            return;
        }
        for line in value.lines().map(str::trim).filter(|line| line.len() >= SHORTEST_LINE) {
            // The first and the last line of a key are the same for all keys.
            let strength = if line.starts_with("-----") { Strength::Whole } else { Strength::Strong };
            self.learn(line, strength, label, LearnedFrom::Line);
        }
    }

    fn learn(&self, value: &str, strength: Strength, label: Option<&Arc<str>>, origin: LearnedFrom) {
        // Half of a URL may be its host, which is no secret.
        let is_scheme = |text: &str| text.len() > 2 && text.bytes().all(|byte| byte.is_ascii_lowercase());
        let strength = match value.split_once("://") {
            Some((scheme, rest)) if strength == Strength::Strong && is_scheme(scheme) => {
                self.learn_path(rest, label, origin);
                Strength::Whole
            }
            _ => strength,
        };
        let compact = compacted(value.as_bytes());
        if compact.is_empty() {
            return;
        }
        let spaced = Some(value.as_bytes()).filter(|value| *value != compact);
        let spaced = spaced.map(<[u8]>::to_vec).into_iter().collect();
        let is_learned = self.write().learn(compact, LearnedValue { strength, label: label.cloned(), spaced }, origin);
        if !is_learned {
            self.warn_of_dropped();
        }
    }

    /// Warns once if secrets were not learned. Does nothing before there is a log, so it is called
    /// again once there is one.
    pub(crate) fn warn_of_dropped(&self) {
        let is_new = {
            let mut learned = self.write();
            let is_new = learned.has_dropped && !learned.has_warned && tracing::dispatcher::has_been_set();
            learned.has_warned |= is_new;
            is_new
        };
        // The log reads the gate.
        if is_new {
            tracing::warn!("{DROPPED}");
        }
    }

    /// Learns the path of a URL, as of a webhook.
    fn learn_path(&self, after_scheme: &str, label: Option<&Arc<str>>, origin: LearnedFrom) {
        let path = after_scheme.split_once('/').map_or("", |(_, path)| path);
        if strength(path) == Some(Strength::Strong) && !path.contains("://") {
            self.learn(path, Strength::Whole, label, origin);
        }
        // `services` in the path of a webhook is an ordinary word.
        for part in path.split(['/', '?', '&', '=']).filter(|part| strength(part) == Some(Strength::Strong)) {
            self.learn(part, Strength::Strong, label, origin);
        }
    }

    /// Returns the search for all that is known now.
    fn vocabulary(&self) -> Arc<Vocabulary> {
        let (version, known) = {
            let learned = self.read();
            if let Some(vocabulary) = &learned.vocabulary {
                return Arc::clone(vocabulary);
            }
            (learned.version, learned.known())
        };
        // No lock is held: this takes time, and its failure is logged through this gate.
        let (vocabulary, failure) = Vocabulary::new(known);
        let vocabulary = Arc::new(vocabulary);
        {
            let mut learned = self.write();
            if learned.version == version {
                learned.vocabulary = Some(Arc::clone(&vocabulary));
            }
        }
        if let Some(failure) = failure {
            report_once(&failure);
        }
        vocabulary
    }

    fn read(&self) -> RwLockReadGuard<'_, Learned> {
        self.0.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, Learned> {
        self.0.write().unwrap_or_else(PoisonError::into_inner)
    }

    /// Hides the secrets of a text with identifiers or statements. Known values that are like
    /// ordinary words stay, since they may be names of tables.
    pub(crate) fn redact<'t>(&self, text: &'t str) -> Cow<'t, str> {
        shown(text, &self.find(text.as_bytes(), false))
    }

    /// Hides the secrets of a free text, including known values that are like ordinary words.
    pub(crate) fn redact_free<'t>(&self, text: &'t str) -> Cow<'t, str> {
        shown(text, &self.find(text.as_bytes(), true))
    }

    /// Hides known values only, for data that other programs read.
    pub(crate) fn redact_values<'t>(&self, text: &'t str) -> Cow<'t, str> {
        let mut hits = Vec::new();
        self.find_known(text.as_bytes(), true, &mut hits);
        shown(text, &united(text.as_bytes(), hits))
    }

    /// Returns the secrets of a text, united and in order.
    pub(super) fn find(&self, text: &[u8], free: bool) -> Vec<Hit> {
        let mut hits = found_by_shape(text);
        self.find_known(text, free, &mut hits);
        united(text, hits)
    }

    fn find_known(&self, text: &[u8], free: bool, hits: &mut Vec<Hit>) {
        let vocabulary = self.vocabulary();
        if vocabulary.is_empty() {
            return;
        }
        for_each_window(text, hits, |window, hits| {
            let raw = TextView::of(window);
            let mut search = |view: &TextView<'_>| {
                let compact = view.compact();
                compact.as_ref().unwrap_or(view).for_each_single(&mut |view| {
                    vocabulary.find(view, window, free, hits);
                });
            };
            // The raw text too: what a terminal takes for an escape sequence may hold a URL.
            let visible = raw.visible();
            raw.for_each_reading(&mut search);
            if let Some(visible) = &visible {
                visible.for_each_reading(&mut search);
            }
            // A line break may be within an escape. Without its spaces, the text itself was
            // searched above.
            let unbroken = visible.as_ref().unwrap_or(&raw).compact();
            if let Some(unbroken) = unbroken {
                unbroken.for_each_decoded(&mut search);
            }
        });
    }
}

/// Reports once that the search for values is slow.
fn report_once(failure: &str) {
    static REPORTED: Once = Once::new();
    REPORTED.call_once(|| tracing::warn!("values of secrets are searched for one by one: {failure}"));
}

/// Returns a value without invisible characters, spaces and line breaks.
fn compacted(value: &[u8]) -> Vec<u8> {
    let view = TextView::of(value);
    let visible = view.visible();
    let visible = visible.as_ref().unwrap_or(&view);
    visible.compact().as_ref().unwrap_or(visible).bytes().to_vec()
}

/// Returns the secrets that are recognised by what surrounds them.
fn found_by_shape(text: &[u8]) -> Vec<Hit> {
    let mut hits = Vec::new();
    if !shapes::may_have_some(text) {
        return hits;
    }
    // The text itself takes no memory.
    let search = |view: &TextView<'_>, hits: &mut Vec<Hit>| {
        hits.extend(shapes::find(view.bytes()).into_iter().map(|found| Hit::hidden(view.source(found))));
    };
    search(&TextView::of(text), &mut hits);
    for_each_window(text, &mut hits, |window, hits| {
        let raw = TextView::of(window);
        raw.for_each_decoded(&mut |view| search(view, hits));
        if let Some(visible) = raw.visible() {
            visible.for_each_reading(&mut |view| search(view, hits));
        }
    });
    hits
}

/// Returns a value as it is written, and with its escapes and doubled quotes decoded.
fn forms(written: &[u8]) -> Vec<Vec<u8>> {
    let mut forms = Vec::new();
    TextView::of(written).for_each_reading(&mut |view| {
        view.for_each_single(&mut |view| forms.push(view.bytes().to_vec()));
    });
    forms.sort();
    forms.dedup();
    forms
}

fn shown<'a>(text: &'a str, hits: &[Hit]) -> Cow<'a, str> {
    if hits.is_empty() {
        return Cow::Borrowed(text);
    }
    let bytes = replace(text.as_bytes(), hits);
    Cow::Owned(String::from_utf8(bytes).unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned()))
}
