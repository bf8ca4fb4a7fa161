//! The search for values that lback knows.

use std::ops::Range;
use std::sync::Arc;

use super::encodings::encodings;
use super::hits::Hit;
use super::search::Search;
use super::strength::Strength;
use super::view::TextView;

/// The shortest part of a strong value that is hidden where a text was cut: at its start and end,
/// at the ends of lines, beside quotes and ellipses.
const SHORTEST_AT_CUT: usize = 4;
/// The shortest part of a strong value that is hidden anywhere.
const SHORTEST_PART: usize = 6;
/// The longest pattern for parts of a value.
const LONGEST_PATTERN: usize = 48;
/// The values with at most this length have no part that is hidden away from cuts.
const UNDIVIDED: usize = 7;

/// The length from which a part of any value is hidden. A longer value may be wider than the window
/// in which it is searched for.
const LONGEST_PART: usize = 1024;

/// A value to search for. The type has no `Debug`, so that no log contains the value.
pub(super) struct Known {
    /// The value without spaces and line breaks.
    pub(super) value: Vec<u8>,
    pub(super) label: Option<Arc<str>>,
    pub(super) strength: Strength,
    /// The forms with spaces.
    pub(super) spaced: Vec<Vec<u8>>,
}

/// The known values and their encodings, compiled into one search.
pub(super) struct Vocabulary {
    known: Vec<Known>,
    patterns: Vec<Pattern>,
    search: Search,
}

/// A part of a known value.
#[derive(Clone, Copy)]
struct Pattern {
    known: usize,
    offset: usize,
}

impl Known {
    /// Returns the length from which a part of the value is hidden anywhere: half of it.
    fn threshold(&self) -> usize {
        let length = self.value.len();
        let part = if self.strength == Strength::Strong && length > UNDIVIDED {
            SHORTEST_PART.max(length / 2)
        } else {
            length
        };
        if length > 2 * LONGEST_PART && self.strength != Strength::Word { LONGEST_PART } else { part }
    }

    /// Returns offsets and lengths of patterns of which each sufficiently long part contains one.
    fn parts(&self) -> Vec<(usize, usize)> {
        let length = self.value.len();
        let threshold = self.threshold();
        let is_whole = self.strength != Strength::Strong && threshold == length;
        if is_whole || length < SHORTEST_PART {
            return vec![(0, length)];
        }
        let width = (threshold * 2 / 3).clamp(SHORTEST_AT_CUT, LONGEST_PATTERN);
        let stride = threshold - width + 1;
        let within = (0..=length - width).step_by(stride).map(|offset| (offset, width));
        let ends = [(0, SHORTEST_AT_CUT), (length - SHORTEST_AT_CUT, SHORTEST_AT_CUT)];
        within.chain(ends).collect()
    }

    /// Returns the encodings of a strong value, as values to search for.
    fn encoded(&self) -> Vec<Self> {
        if self.strength != Strength::Strong || self.value.len() < SHORTEST_PART {
            return Vec::new();
        }
        let mut texts: Vec<_> = self.spaced.iter().chain([&self.value]).flat_map(|form| encodings(form)).collect();
        texts.sort();
        texts.dedup();
        let encoded = |value| Self { value, label: self.label.clone(), strength: Strength::Whole, spaced: Vec::new() };
        texts.into_iter().map(encoded).collect()
    }
}

impl Vocabulary {
    /// Makes the search. The text is the reason why it is a slow one, if it is.
    pub(super) fn new(known: Vec<Known>) -> (Self, Option<String>) {
        Self::compiled_by(known, Search::new)
    }

    fn compiled_by(
        mut known: Vec<Known>,
        compile: impl FnOnce(Vec<Vec<u8>>) -> (Search, Option<String>),
    ) -> (Self, Option<String>) {
        let encoded: Vec<_> = known.iter().flat_map(Known::encoded).collect();
        known.extend(encoded);
        let mut patterns = Vec::new();
        let mut texts = Vec::new();
        for (number, each) in known.iter().enumerate() {
            for (offset, length) in each.parts() {
                patterns.push(Pattern { known: number, offset });
                texts.push(each.value[offset..offset + length].to_vec());
            }
        }
        let (search, failure) = compile(texts);
        (Self { known, patterns, search }, failure)
    }

    /// Returns whether there is nothing to search for.
    pub(super) fn is_empty(&self) -> bool {
        self.patterns.is_empty()
    }

    /// Adds the parts of `view` that hold a known value. `original` is the text of the view. Values
    /// like ordinary words count only if `free`.
    pub(super) fn find(&self, view: &TextView<'_>, original: &[u8], free: bool, hits: &mut Vec<Hit>) {
        let text = Text { view, original };
        // The last part of each value, and how it is aligned: most matches are within it.
        let mut last: Vec<(Range<usize>, usize)> = Vec::new();
        self.search.for_each(view.bytes(), &mut |number, found| {
            let pattern = self.patterns[number];
            let known = &self.known[pattern.known];
            if known.strength == Strength::Word && !(free && text.stands_alone(&found)) {
                return;
            }
            let alignment = (found.start + known.value.len()).wrapping_sub(pattern.offset);
            // Most texts have no match.
            last.resize(self.known.len(), (0..0, 0));
            let (seen, seen_alignment) = &mut last[pattern.known];
            if alignment == *seen_alignment && found.start >= seen.start && found.end <= seen.end {
                return;
            }
            let part = text.widest(&known.value, found, pattern.offset);
            (*seen, *seen_alignment) = (part.clone(), alignment);
            if text.is_secret(known, &part, alignment) {
                hits.push(Hit { place: view.source(part), label: known.label.clone() });
            }
        });
    }
}

struct Text<'v, 'a> {
    view: &'v TextView<'a>,
    original: &'v [u8],
}

impl Text<'_, '_> {
    /// Extends a match of a pattern to the widest part of the value around it.
    fn widest(&self, value: &[u8], found: Range<usize>, offset: usize) -> Range<usize> {
        let text = self.view.bytes();
        let same = |a: &u8, b: &u8| a.eq_ignore_ascii_case(b);
        let before = text[..found.start].iter().rev().zip(value[..offset].iter().rev());
        let before = before.take_while(|(a, b)| same(a, b)).count();
        let length = found.len();
        let after = text[found.end..].iter().zip(&value[(offset + length).min(value.len())..]);
        let after = after.take_while(|(a, b)| same(a, b)).count();
        found.start - before..found.end + after
    }

    /// Returns whether a part of a value is to be hidden: it is long, or the rest was cut off.
    fn is_secret(&self, known: &Known, part: &Range<usize>, alignment: usize) -> bool {
        if part.len() >= known.threshold() {
            return true;
        }
        let length = known.value.len();
        let is_start = part.start + length == alignment;
        let is_end = part.end == alignment;
        known.strength == Strength::Strong
            && part.len() >= SHORTEST_AT_CUT
            && ((is_start && self.is_cut_after(part)) || (is_end && self.is_cut_before(part)))
    }

    fn is_cut_after(&self, part: &Range<usize>) -> bool {
        let after = &self.original[self.view.source(part.clone()).end..];
        let next = after.iter().position(|byte| !matches!(byte, b' ' | b'\t')).map_or(&[][..], |at| &after[at..]);
        let is_cut = |byte: &u8| matches!(byte, b'\n' | b'\r' | b'\'' | b'"' | b'`' | b'\\' | 0x1b);
        next.first().is_none_or(is_cut) || next.starts_with(b"..") || next.starts_with("…".as_bytes())
    }

    fn is_cut_before(&self, part: &Range<usize>) -> bool {
        let before = &self.original[..self.view.source(part.clone()).start];
        let last = before.iter().rposition(|byte| !matches!(byte, b' ' | b'\t')).map_or(0, |at| at + 1);
        let previous = &before[..last];
        let is_cut = |byte: &u8| matches!(byte, b'\n' | b'\r' | b'\'' | b'"' | b'`' | b'%');
        previous.last().is_none_or(is_cut) || previous.ends_with(b"..") || previous.ends_with("…".as_bytes())
    }

    fn stands_alone(&self, part: &Range<usize>) -> bool {
        let Range { start, end } = self.view.source(part.clone());
        if end - start != part.len() {
            return false;
        }
        let in_word = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_' || !byte.is_ascii();
        let before = self.original[..start].last().is_none_or(|byte| !in_word(byte));
        before && self.original[end..].first().is_none_or(|byte| !in_word(byte))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_found_one_by_one_if_they_can_not_be_compiled() {
        let known =
            Known { value: b"Tr0ub4dor&3".to_vec(), label: None, strength: Strength::Strong, spaced: Vec::new() };
        let slow = |texts: Vec<Vec<u8>>| (Search::one_by_one(texts), Some("too many".to_owned()));
        let (vocabulary, failure) = Vocabulary::compiled_by(vec![known], slow);
        assert_eq!(failure.as_deref(), Some("too many"));
        for (text, place) in [("a tr0UB4dor&3 b", 2..13), ("VHIwdWI0ZG9yJjM=", 0..14), ("x0ub4dor&x", 1..9)] {
            let mut hits = Vec::new();
            vocabulary.find(&TextView::of(text.as_bytes()), text.as_bytes(), false, &mut hits);
            assert!(hits.iter().any(|hit| hit.place == place), "{text}: {hits:?}");
        }
    }
}
