//! Long lists, folded: important items are shown, omitted items are counted.

use std::ops::Range;

/// A limit for the length of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fold {
    /// Shows every item.
    None,
    /// Shows as many items as a person reads.
    Long,
    /// Shows as many items as a person reads, and every important one.
    KeepMarked,
    /// Shows at most this many revisions, and operations of each.
    To(usize),
}

/// The number of revisions that are shown of a long plan.
const STEPS: usize = 20;
/// The number of operations that are shown of a long revision.
const OPERATIONS: usize = 40;
/// The number of doubts that are shown of one revision.
const DOUBTS: usize = 10;
/// The number of tables that are named in one line.
const NAMES: usize = 12;

/// A part of a folded list, as indexes of its items.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum FoldedPart {
    Shown(usize),
    LeftOut(Range<usize>),
}

impl Fold {
    pub(crate) fn steps(self, count: usize, is_marked: impl Fn(usize) -> bool) -> Vec<FoldedPart> {
        self.fold(count, STEPS, is_marked)
    }

    pub(crate) fn operations(self, count: usize, is_marked: impl Fn(usize) -> bool) -> Vec<FoldedPart> {
        self.fold(count, OPERATIONS, is_marked)
    }

    pub(crate) fn doubts(self, count: usize) -> Vec<FoldedPart> {
        self.fold(count, DOUBTS, |_| false)
    }

    /// Returns the number of names in one line.
    pub(crate) fn names(self) -> usize {
        match self {
            Self::None => usize::MAX,
            Self::Long | Self::KeepMarked => NAMES,
            Self::To(limit) => limit.clamp(1, NAMES),
        }
    }

    fn fold(self, count: usize, usual: usize, is_marked: impl Fn(usize) -> bool) -> Vec<FoldedPart> {
        let limit = match self {
            Self::None => count,
            Self::Long => usual,
            Self::KeepMarked => usual.max((0..count).filter(|place| is_marked(*place)).count()),
            Self::To(limit) => limit,
        };
        folded(count, limit, is_marked)
    }
}

/// Shows `limit` items: the marked ones first, then others from the beginning.
fn folded(count: usize, limit: usize, is_marked: impl Fn(usize) -> bool) -> Vec<FoldedPart> {
    // A line about one omitted item would be as long as the item.
    if count <= limit.saturating_add(1) {
        return (0..count).map(FoldedPart::Shown).collect();
    }
    let mut shown = vec![false; count];
    let others = (0..count).filter(|place| !is_marked(*place));
    for place in (0..count).filter(|place| is_marked(*place)).chain(others).take(limit) {
        shown[place] = true;
    }
    let mut runs = Vec::new();
    for (place, shown) in shown.into_iter().enumerate() {
        match (shown, runs.last_mut()) {
            (true, _) => runs.push(FoldedPart::Shown(place)),
            (false, Some(FoldedPart::LeftOut(range))) => range.end = place + 1,
            (false, _) => runs.push(FoldedPart::LeftOut(place..place + 1)),
        }
    }
    runs
}

#[cfg(test)]
mod tests {
    use super::FoldedPart::{LeftOut, Shown};
    use super::*;

    #[test]
    fn what_is_marked_is_shown_before_the_rest() {
        assert_eq!(folded(6, 3, |place| place == 4), [Shown(0), Shown(1), LeftOut(2..4), Shown(4), LeftOut(5..6)]);
        assert_eq!(folded(4, 1, |_| true), [Shown(0), LeftOut(1..4)]);
        assert_eq!(folded(3, 0, |_| false), [LeftOut(0..3)]);
        assert_eq!(folded(0, 0, |_| false), []);
    }

    #[test]
    fn one_item_is_never_left_out_alone() {
        assert_eq!(folded(3, 2, |_| false), [Shown(0), Shown(1), Shown(2)]);
    }

    #[test]
    fn who_is_asked_sees_all_that_matters() {
        let left_out = |fold: Fold| {
            fold.steps(3000, |place| place % 2 == 0).iter().any(|run| matches!(run, LeftOut(range) if range.len() > 1))
        };
        assert!(left_out(Fold::Long));
        assert!(!left_out(Fold::KeepMarked));
        assert_eq!(Fold::None.steps(3000, |_| false).len(), 3000);
    }
}
