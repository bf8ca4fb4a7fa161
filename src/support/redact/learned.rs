//! The values that a gate has learned, and the limits of their number.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::strength::Strength;
use super::vocabulary::{Known, Vocabulary};

/// The most values that a gate learns from texts, and the most lines that it learns of values. More
/// of them are not secrets, but data.
const MOST_GUESSED: usize = 512;
/// The longest value that a gate learns from a text, in bytes.
const LONGEST_GUESSED: usize = 64 * 1024;
/// The most passwords of engines that a gate learns. The project's code reports them, and their
/// number must not exhaust the memory.
const MOST_REPORTED: usize = 16 * 1024;
/// The most forms with spaces of one value.
const MOST_SPACED: usize = 8;

/// The origin of a value, which decides whether the number of such values is limited.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum LearnedFrom {
    /// A granted secret, a variable of the environment, a word of the command line.
    Known,
    /// A password of one of the project's engines.
    Reported,
    /// A line of a value of several lines.
    Line,
    /// A part of a text that looks like a secret.
    Text,
}

impl LearnedFrom {
    /// Returns the most values of this origin, and their greatest length.
    fn limits(self) -> (usize, usize) {
        match self {
            Self::Known => (usize::MAX, usize::MAX),
            Self::Reported => (MOST_REPORTED, 1024 * 1024),
            Self::Line | Self::Text => (MOST_GUESSED, LONGEST_GUESSED),
        }
    }
}

#[derive(Default)]
pub(super) struct Learned {
    /// The values by their text without spaces, which ends a value that is learned twice.
    pub(super) values: BTreeMap<Vec<u8>, LearnedValue>,
    /// The number of values of each origin.
    counts: [usize; 4],
    /// The compiled search; none if values were learned since.
    pub(super) vocabulary: Option<Arc<Vocabulary>>,
    /// Increases with each change of `values`.
    pub(super) version: u64,
    /// True if a value was not learned, which is not reported yet.
    pub(super) has_dropped: bool,
    /// True if a warning about values that were not learned was shown.
    pub(super) has_warned: bool,
}

#[derive(Clone, PartialEq, Eq)]
pub(super) struct LearnedValue {
    pub(super) strength: Strength,
    pub(super) label: Option<Arc<str>>,
    /// The forms with spaces, whose encodings differ from those of the value.
    pub(super) spaced: BTreeSet<Vec<u8>>,
}

impl Learned {
    /// Adds a value, or what is new about a known one. Returns false if there are too many values
    /// of this origin, or the value is too long for it.
    pub(super) fn learn(&mut self, text: Vec<u8>, value: LearnedValue, origin: LearnedFrom) -> bool {
        let count = &mut self.counts[origin as usize];
        let known = self.values.get(&text);
        let new = match known {
            None => {
                let (most, longest) = origin.limits();
                if *count >= most || text.len() > longest {
                    self.has_dropped = true;
                    return false;
                }
                *count += 1;
                value
            }
            Some(old) => LearnedValue {
                strength: old.strength.max(value.strength),
                label: value.label.or_else(|| old.label.clone()),
                spaced: old.spaced.union(&value.spaced).take(MOST_SPACED).cloned().collect(),
            },
        };
        if known != Some(&new) {
            self.values.insert(text, new);
            self.vocabulary = None;
            self.version += 1;
        }
        true
    }

    pub(super) fn known(&self) -> Vec<Known> {
        let known = self.values.iter().map(|(value, LearnedValue { strength, label, spaced })| Known {
            value: value.clone(),
            label: label.clone(),
            strength: *strength,
            spaced: spaced.iter().cloned().collect(),
        });
        known.collect()
    }
}
