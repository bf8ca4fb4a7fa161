//! The statistics of many rounds: medians, because single runs are noisy, and ratios of pairs,
//! because both runs of a pair had the same load.

/// A round: both sides, in one unit.
#[derive(Debug, Clone, Copy)]
pub(super) struct Round {
    pub(super) a: f64,
    pub(super) b: f64,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) struct Summary {
    pub(super) a: f64,
    pub(super) b: f64,
    /// The median of the differences of the pairs.
    pub(super) difference: f64,
    /// The ratio of the two medians.
    pub(super) ratio: f64,
    /// The first and the third quartile of the ratios of the pairs.
    pub(super) quartiles: (f64, f64),
    pub(super) rounds: usize,
}

impl Summary {
    /// Summarizes one or more rounds.
    pub(super) fn of(rounds: &[Round]) -> Self {
        let sorted = |value: fn(&Round) -> f64| {
            let mut values: Vec<f64> = rounds.iter().map(value).collect();
            values.sort_by(f64::total_cmp);
            values
        };
        let ratios = sorted(|round| round.a / round.b);
        let (a, b) = (middle(&sorted(|round| round.a)), middle(&sorted(|round| round.b)));
        Self {
            a,
            b,
            difference: middle(&sorted(|round| round.a - round.b)),
            ratio: a / b,
            quartiles: (between(&ratios, 1), between(&ratios, 3)),
            rounds: rounds.len(),
        }
    }
}

fn middle(sorted: &[f64]) -> f64 {
    between(sorted, 2)
}

/// Returns a quantile of sorted values, interpolated between neighbours.
fn between(sorted: &[f64], quarter: usize) -> f64 {
    let quarters = (sorted.len() - 1) * quarter;
    let (below, rest) = (quarters / 4, quarters % 4);
    let above = (below + 1).min(sorted.len() - 1);
    let share = [0.0, 0.25, 0.5, 0.75][rest];
    sorted[below] + (sorted[above] - sorted[below]) * share
}

#[cfg(test)]
mod tests {
    use super::*;

    fn summary(rounds: &[(f64, f64)]) -> Summary {
        Summary::of(&rounds.iter().map(|&(a, b)| Round { a, b }).collect::<Vec<_>>())
    }

    #[test]
    fn medians_of_an_odd_and_an_even_count() {
        assert_eq!(summary(&[(3.0, 1.0), (1.0, 1.0), (2.0, 1.0)]).a.to_string(), "2");
        assert_eq!(summary(&[(3.0, 1.0), (1.0, 1.0), (2.0, 1.0), (8.0, 1.0)]).a.to_string(), "2.5");
    }

    #[test]
    fn ratio_is_of_medians_and_quartiles_are_of_pairs() {
        let summary = summary(&[(10.0, 10.0), (30.0, 20.0), (20.0, 10.0), (25.0, 10.0), (60.0, 20.0)]);
        assert_eq!(
            summary,
            Summary { a: 25.0, b: 10.0, difference: 10.0, ratio: 2.5, quartiles: (1.5, 2.5), rounds: 5 }
        );
    }

    #[test]
    fn one_round_is_its_own_summary() {
        assert_eq!(
            summary(&[(6.0, 4.0)]),
            Summary { a: 6.0, b: 4.0, difference: 2.0, ratio: 1.5, quartiles: (1.5, 1.5), rounds: 1 }
        );
    }
}
