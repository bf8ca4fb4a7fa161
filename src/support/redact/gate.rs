//! The gate: what it has learned, and the redaction of texts.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, PoisonError, RwLock};

use super::hits::{Hit, replace, united};
use super::strength::{Strength, strength};
use super::view::TextView;
use super::vocabulary::{Known, Vocabulary};
use super::{names, shapes};

/// The most values that a gate learns. More of them are not secrets, but data.
const MOST_VALUES: usize = 512;
/// The longest value that a gate learns, in bytes.
const LONGEST_VALUE: usize = 64 * 1024;
/// The shortest line of a secret of several lines that is hidden alone. A shorter one may be a word
/// or a bracket.
const SHORTEST_LINE: usize = 8;
/// The shortest granted secret that is hidden.
const SHORTEST_GRANTED: usize = 4;

/// A gate, shared by its clones.
#[derive(Clone, Default)]
pub(crate) struct Gate(Arc<RwLock<Learned>>);

#[derive(Default)]
struct Learned {
    /// The values by their text, which ends a value that is learned twice.
    values: BTreeMap<Vec<u8>, (Strength, Option<Arc<str>>)>,
    /// The compiled search; none if values were learned since.
    vocabulary: Option<Arc<Vocabulary>>,
}

impl fmt::Debug for Gate {
    /// Writes the number of values, and none of them.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let learned = self.0.read().unwrap_or_else(PoisonError::into_inner);
        write!(f, "Gate({} values)", learned.values.len())
    }
}

impl Gate {
    /// Learns a secret that is granted to a plugin, and is shown by its name.
    pub(crate) fn learn_granted(&self, name: &str, value: &str) {
        let label: Arc<str> = format!("[secret {name}]").into();
        let value = value.trim();
        self.learn_lines(value, Some(&label));
        if value.len() >= SHORTEST_GRANTED {
            let strength = strength(value).unwrap_or(Strength::Whole).max(Strength::Whole);
            self.learn(value, strength, Some(&label));
        }
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
            self.learn(value, Strength::Word, None);
        }
        self.learn_text(argument);
    }

    /// Learns a password. Ordinary words are not searched for.
    pub(crate) fn learn_password(&self, value: &str) {
        let value = value.trim();
        if let Some(strength) = strength(value) {
            self.learn(value, strength, None);
        }
    }

    /// Learns the secrets that a text shows: passwords in URLs, values of parameters.
    pub(crate) fn learn_text(&self, text: &str) {
        let bytes = text.as_bytes();
        for found in found_by_shape(bytes) {
            for form in forms(&bytes[found.place]) {
                self.learn_password(&String::from_utf8_lossy(&form));
            }
        }
    }

    fn learn_lines(&self, value: &str, label: Option<&Arc<str>>) {
        if !value.contains('\n') {
            return;
        }
        for line in value.lines().map(str::trim).filter(|line| line.len() >= SHORTEST_LINE) {
            // The first and the last line of a key are the same for all keys.
            let strength = if line.starts_with("-----") { Strength::Whole } else { Strength::Strong };
            self.learn(line, strength, label);
        }
    }

    fn learn(&self, value: &str, strength: Strength, label: Option<&Arc<str>>) {
        if value.len() > LONGEST_VALUE {
            return;
        }
        // Half of a URL may be its host, which is no secret.
        let is_scheme = |text: &str| text.len() > 2 && text.bytes().all(|byte| byte.is_ascii_lowercase());
        let strength = match value.split_once("://") {
            Some((scheme, rest)) if strength == Strength::Strong && is_scheme(scheme) => {
                self.learn_path(rest, label);
                Strength::Whole
            }
            _ => strength,
        };
        let view = TextView::of(value.as_bytes());
        let visible = view.visible();
        let visible = visible.as_ref().unwrap_or(&view);
        let compact = visible.compact();
        let value = compact.as_ref().unwrap_or(visible).bytes().to_vec();
        let mut learned = self.0.write().unwrap_or_else(PoisonError::into_inner);
        if value.is_empty() || learned.values.len() >= MOST_VALUES {
            return;
        }
        let known = learned.values.get(&value).cloned();
        let (old, old_label) = known.clone().unwrap_or((strength, None));
        let new = (old.max(strength), label.cloned().or(old_label));
        if known.as_ref() != Some(&new) {
            learned.values.insert(value, new);
            learned.vocabulary = None;
        }
    }

    /// Learns the path of a URL, as of a webhook.
    fn learn_path(&self, after_scheme: &str, label: Option<&Arc<str>>) {
        let path = after_scheme.split_once('/').map_or("", |(_, path)| path);
        if strength(path) == Some(Strength::Strong) && !path.contains("://") {
            self.learn(path, Strength::Whole, label);
        }
        // `services` in the path of a webhook is an ordinary word.
        for part in path.split(['/', '?', '&', '=']).filter(|part| strength(part) == Some(Strength::Strong)) {
            self.learn(part, Strength::Strong, label);
        }
    }

    /// Returns the search for all that is known now.
    fn vocabulary(&self) -> Arc<Vocabulary> {
        if let Some(vocabulary) = &self.0.read().unwrap_or_else(PoisonError::into_inner).vocabulary {
            return Arc::clone(vocabulary);
        }
        let mut learned = self.0.write().unwrap_or_else(PoisonError::into_inner);
        let Learned { values, vocabulary } = &mut *learned;
        let known = values.iter().map(|(value, (strength, label))| Known {
            value: value.clone(),
            label: label.clone(),
            strength: *strength,
        });
        Arc::clone(vocabulary.get_or_insert_with(|| Arc::new(Vocabulary::new(known.collect()))))
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
        let raw = TextView::of(text);
        // The raw text too: what a terminal takes for an escape sequence may hold a URL.
        let visible = raw.visible();
        // A line break may be within an escape.
        let unbroken = visible.as_ref().unwrap_or(&raw).compact();
        for view in [Some(raw), visible, unbroken].into_iter().flatten().flat_map(TextView::readings) {
            let compact = view.compact().unwrap_or(view);
            for view in compact.with_single_signs() {
                vocabulary.find(&view, text, free, hits);
            }
        }
    }
}

/// Returns the secrets that are recognised by what surrounds them.
fn found_by_shape(text: &[u8]) -> Vec<Hit> {
    let mut hits = Vec::new();
    if !shapes::may_have_some(text) {
        return hits;
    }
    let raw = TextView::of(text);
    let visible = raw.visible();
    for view in [Some(raw), visible].into_iter().flatten().flat_map(TextView::readings) {
        hits.extend(shapes::find(view.bytes()).into_iter().map(|found| Hit::hidden(view.source(found))));
    }
    hits
}

/// Returns a value as it is written, and with its escapes and doubled quotes decoded.
fn forms(written: &[u8]) -> Vec<Vec<u8>> {
    let forms = TextView::of(written).readings().into_iter().flat_map(TextView::with_single_signs);
    forms.map(|view| view.bytes().to_vec()).collect()
}

fn shown<'a>(text: &'a str, hits: &[Hit]) -> Cow<'a, str> {
    if hits.is_empty() {
        return Cow::Borrowed(text);
    }
    let bytes = replace(text.as_bytes(), hits);
    Cow::Owned(String::from_utf8(bytes).unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned()))
}
