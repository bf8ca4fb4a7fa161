//! Long lists, folded: what matters is shown, what is left out is counted.

use std::ops::Range;

/// How long a list may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fold {
    /// Everything is shown.
    None,
    /// So many that a person reads them.
    Long,
    /// The same, but never without what matters, however long it gets.
    KeepMarked,
    /// So many revisions, and operations of each.
    To(usize),
}

/// Revisions that are shown of a long plan.
const STEPS: usize = 20;
/// Operations that are shown of a long revision.
const OPERATIONS: usize = 40;
/// Places that defeat the analysis of one revision.
const DOUBTS: usize = 10;
/// Tables that are named in one line.
const NAMES: usize = 12;

/// A part of a folded list, by the places of its items.
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

    /// How many names one line has.
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

/// As many as `limit`: the marked ones first, then from the beginning.
fn folded(count: usize, limit: usize, is_marked: impl Fn(usize) -> bool) -> Vec<FoldedPart> {
    // A line that says that one item is left out is as long as the item.
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
