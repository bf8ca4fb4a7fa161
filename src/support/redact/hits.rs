//! The parts of a text to replace.

use std::ops::Range;
use std::sync::Arc;

use super::HIDDEN;

/// A part of a text that holds a secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Hit {
    pub(super) place: Range<usize>,
    /// The text that replaces the part; none for `***`.
    pub(super) label: Option<Arc<str>>,
}

impl Hit {
    pub(super) fn hidden(place: Range<usize>) -> Self {
        Self { place, label: None }
    }

    /// Returns the hit of a part of a text that starts at `from`, as a hit of the text.
    pub(super) fn moved(self, from: usize) -> Self {
        Self { place: self.place.start + from..self.place.end + from, ..self }
    }

    fn replacement(&self) -> &[u8] {
        self.label.as_deref().unwrap_or(HIDDEN).as_bytes()
    }

    /// Returns whether this hit names the replacement of both: the longer one, or the one with a
    /// label.
    fn outranks(&self, other: &Self) -> bool {
        (self.place.len(), self.label.is_some()) > (other.place.len(), other.label.is_some())
    }
}

/// Returns the hits in order, with overlapping ones united and ends moved to the boundaries of
/// characters.
pub(super) fn united(text: &[u8], mut hits: Vec<Hit>) -> Vec<Hit> {
    hits.retain(|hit| !hit.place.is_empty());
    for hit in &mut hits {
        hit.place = whole_characters(text, &hit.place);
    }
    hits.sort_by_key(|hit| (hit.place.start, std::cmp::Reverse(hit.place.end)));
    let mut united: Vec<(Hit, usize)> = Vec::new();
    for hit in hits {
        match united.last_mut() {
            // `end` is the end of the union; the hit kept is the one whose label counts.
            Some((best, end)) if hit.place.start < *end => {
                let start = best.place.start;
                *end = (*end).max(hit.place.end);
                if hit.outranks(best) {
                    *best = Hit { place: start..hit.place.end, ..hit };
                }
            }
            _ => united.push((hit.clone(), hit.place.end)),
        }
    }
    united.into_iter().map(|(hit, end)| Hit { place: hit.place.start..end, ..hit }).collect()
}

fn whole_characters(text: &[u8], place: &Range<usize>) -> Range<usize> {
    let is_continuation = |at: usize| text.get(at).is_some_and(|byte| byte & 0b1100_0000 == 0b1000_0000);
    let mut whole = place.clone();
    // Text that isn't UTF-8 has no boundaries: a character has at most four bytes.
    for _ in 0..3 {
        whole.start -= usize::from(whole.start > 0 && is_continuation(whole.start));
        whole.end += usize::from(is_continuation(whole.end));
    }
    whole
}

/// Returns the text with each hit replaced. `hits` are united.
pub(super) fn replace(text: &[u8], hits: &[Hit]) -> Vec<u8> {
    let mut shown = Vec::with_capacity(text.len());
    let mut copied = 0;
    for hit in hits {
        shown.extend_from_slice(&text[copied..hit.place.start]);
        shown.extend_from_slice(hit.replacement());
        copied = hit.place.end;
    }
    shown.extend_from_slice(&text[copied..]);
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn overlapping_hits_are_one_with_the_label_of_the_longest() {
        let hit = |place: Range<usize>, label: Option<&str>| Hit { place, label: label.map(Into::into) };
        let text = "0123456789é".as_bytes();
        let hits = vec![hit(2..4, None), hit(3..7, Some("[a]")), hit(8..9, Some("[b]")), hit(11..12, None)];
        let united = united(text, hits);
        assert_eq!(String::from_utf8(replace(text, &united)).unwrap(), "01[a]7[b]9***");
    }
}
