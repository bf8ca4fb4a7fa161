//! A comparison and its measurement: A and B alternate, so that other load of the machine falls on
//! both.

use super::{
    goal::Goal,
    server::CountingServer,
    statistics::{Round, Summary},
    subject::{Quantity, Subject},
};
use crate::error::Error;

pub(super) struct Comparison {
    pub(super) group: &'static str,
    /// The description of A.
    pub(super) what: String,
    /// The description of B.
    pub(super) against: String,
    pub(super) a: Subject,
    pub(super) b: Subject,
    pub(super) quantity: Quantity,
    /// The demand that both print the same, byte for byte.
    pub(super) same_output: bool,
    /// The goal, if the comparison has one.
    pub(super) goal: Option<Goal>,
}

impl Comparison {
    /// Returns the comparison as a line of text.
    pub(super) fn line(&self) -> String {
        format!("{}, against {}", self.what, self.against)
    }

    pub(super) fn aims_at(self, goal: Goal) -> Self {
        Self { goal: Some(goal), ..self }
    }
}

/// Runs both once to warm up, then alternates for `rounds` rounds; each round begins with the side
/// that ended the round before.
pub(super) fn measure(
    comparison: &Comparison,
    rounds: u32,
    server: &CountingServer,
    at: &dyn Fn(u32),
) -> Result<Summary, Error> {
    let Comparison { a, b, quantity, .. } = comparison;
    at(0);
    let (printed_by_a, printed_by_b) = (a.warm_up(server)?, b.warm_up(server)?);
    if comparison.same_output && printed_by_a != printed_by_b {
        let text = format!(
            "`{}` and `{}` should print the same, and don't:\n{}{}\n--\n{}{}",
            comparison.what,
            comparison.against,
            printed_by_a.stdout,
            printed_by_a.stderr,
            printed_by_b.stdout,
            printed_by_b.stderr
        );
        return Err(Error::Lacking(text, "a warning of a plugin is one reason: what broke would be measured as fast"));
    }
    let mut samples = Vec::new();
    for round in 1..=rounds {
        at(round);
        samples.push(if round % 2 == 1 {
            let a = a.measure(quantity)?;
            Round { a, b: b.measure(quantity)? }
        } else {
            let b = b.measure(quantity)?;
            Round { a: a.measure(quantity)?, b }
        });
    }
    Ok(Summary::of(&samples))
}
