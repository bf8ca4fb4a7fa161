//! The goals of comparisons.

use super::statistics::Summary;
use std::fmt;

#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Goal {
    /// The ratio of A to B.
    RatioAtMost(f64),
    RatioAtLeast(f64),
    /// The difference of A and B, in milliseconds.
    AddsAtMost(f64),
    /// The value of A alone, in MiB.
    MemoryAtMost(f64),
}

impl Goal {
    pub(super) fn is_met(self, summary: &Summary) -> bool {
        match self {
            Self::RatioAtMost(most) => summary.ratio <= most,
            Self::RatioAtLeast(least) => summary.ratio >= least,
            Self::AddsAtMost(most) => summary.difference * 1000.0 <= most,
            Self::MemoryAtMost(most) => summary.a <= most,
        }
    }
}

impl fmt::Display for Goal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::RatioAtMost(most) => write!(f, "≤ {most:.2}"),
            Self::RatioAtLeast(least) => write!(f, "≥ {least}"),
            Self::AddsAtMost(most) => write!(f, "+{most} ms"),
            Self::MemoryAtMost(most) => write!(f, "≤ {most} MiB"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bench::statistics::Round;

    #[test]
    fn each_looks_at_its_own_number() {
        let summary = Summary::of(&[Round { a: 0.012, b: 0.010 }]);
        for (goal, is_met) in [
            (Goal::RatioAtMost(1.3), true),
            (Goal::RatioAtMost(1.1), false),
            (Goal::RatioAtLeast(1.1), true),
            (Goal::RatioAtLeast(1.3), false),
            (Goal::AddsAtMost(3.0), true),
            (Goal::AddsAtMost(1.0), false),
            (Goal::MemoryAtMost(0.02), true),
            (Goal::MemoryAtMost(0.01), false),
        ] {
            assert_eq!(goal.is_met(&summary), is_met, "{goal}");
        }
    }
}
