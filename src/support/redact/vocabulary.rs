//! The search for values that lback knows.

use std::ops::Range;
use std::sync::Arc;

use aho_corasick::{AhoCorasick, AhoCorasickBuilder, MatchKind};

use super::encodings::encodings;
use super::hits::Hit;
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

/// A value to search for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Known {
    /// The value without spaces and line breaks.
    pub(super) value: Vec<u8>,
    pub(super) label: Option<Arc<str>>,
    pub(super) strength: Strength,
}

/// The known values, compiled into one search.
#[derive(Debug)]
pub(super) struct Vocabulary {
    known: Vec<Known>,
    patterns: Vec<Pattern>,
    search: Option<AhoCorasick>,
}

/// A part of a known value.
#[derive(Clone, Copy, Debug)]
struct Pattern {
    known: usize,
    offset: usize,
    /// True if the pattern is an encoding of the value, and not a part of it.
    encoded: bool,
}

impl Known {
    /// Returns the length from which a part of the value is hidden anywhere: half of it.
    fn threshold(&self) -> usize {
        let length = self.value.len();
        if self.strength == Strength::Strong && length > UNDIVIDED { SHORTEST_PART.max(length / 2) } else { length }
    }

    /// Returns offsets and lengths of patterns of which each sufficiently long part contains one.
    fn parts(&self) -> Vec<(usize, usize)> {
        let length = self.value.len();
        let threshold = self.threshold();
        if self.strength != Strength::Strong || length < SHORTEST_PART {
            return vec![(0, length)];
        }
        let width = (threshold * 2 / 3).clamp(SHORTEST_AT_CUT, LONGEST_PATTERN);
        let stride = threshold - width + 1;
        let within = (0..=length - width).step_by(stride).map(|offset| (offset, width));
        let ends = [(0, SHORTEST_AT_CUT), (length - SHORTEST_AT_CUT, SHORTEST_AT_CUT)];
        within.chain(ends).collect()
    }
}

impl Vocabulary {
    pub(super) fn new(known: Vec<Known>) -> Self {
        let mut patterns = Vec::new();
        let mut texts = Vec::new();
        for (number, each) in known.iter().enumerate() {
            for (offset, length) in each.parts() {
                patterns.push(Pattern { known: number, offset, encoded: false });
                texts.push(each.value[offset..offset + length].to_vec());
            }
            if each.strength == Strength::Strong && each.value.len() >= SHORTEST_PART {
                for encoded in encodings(&each.value) {
                    patterns.push(Pattern { known: number, offset: 0, encoded: true });
                    texts.push(encoded);
                }
            }
        }
        let search = (!texts.is_empty()).then(|| compile(&texts)).flatten();
        Self { known, patterns, search }
    }

    /// Returns whether there is nothing to search for.
    pub(super) fn is_empty(&self) -> bool {
        self.search.is_none()
    }

    /// Adds the parts of `view` that hold a known value. `original` is the text of the view. Values
    /// like ordinary words count only if `free`.
    pub(super) fn find(&self, view: &TextView<'_>, original: &[u8], free: bool, hits: &mut Vec<Hit>) {
        let Some(search) = &self.search else { return };
        let text = Text { view, original };
        // The last part of each value, and how it is aligned: most matches are within it.
        let mut last: Vec<(Range<usize>, usize)> = vec![(0..0, 0); self.known.len()];
        for found in search.find_overlapping_iter(view.bytes()) {
            let pattern = self.patterns[found.pattern().as_usize()];
            let known = &self.known[pattern.known];
            if known.strength == Strength::Word && !(free && text.stands_alone(&found.range())) {
                continue;
            }
            if pattern.encoded {
                hits.push(Hit { place: view.source(found.range()), label: known.label.clone() });
                continue;
            }
            let alignment = (found.start() + known.value.len()).wrapping_sub(pattern.offset);
            let (seen, seen_alignment) = &mut last[pattern.known];
            if alignment == *seen_alignment && found.start() >= seen.start && found.end() <= seen.end {
                continue;
            }
            let part = text.widest(&known.value, found.range(), pattern.offset);
            (*seen, *seen_alignment) = (part.clone(), alignment);
            if text.is_secret(known, &part, alignment) {
                hits.push(Hit { place: view.source(part), label: known.label.clone() });
            }
        }
    }
}

fn compile(texts: &[Vec<u8>]) -> Option<AhoCorasick> {
    AhoCorasickBuilder::new()
        .match_kind(MatchKind::Standard)
        // Digits of escapes, and texts in capitals.
        .ascii_case_insensitive(true)
        .build(texts)
        .inspect_err(|error| tracing::error!("values of secrets can't be searched for: {error}"))
        .ok()
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
