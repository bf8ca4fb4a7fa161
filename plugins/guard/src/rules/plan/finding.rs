//! A finding in a plan: a clause about a step, and its place in a script.

use super::{Scene, is_downgrade};
use crate::bindings::lback::plugin::plan::Step;
use crate::bindings::lback::plugin::types::{Denial, Place};

/// The number of findings of one rule that are listed one by one.
pub(super) const TOLD: usize = 5;

/// A part of a step that a rule denies.
#[derive(Debug, PartialEq)]
pub(super) struct Finding {
    /// A clause without an end, such as "revision `a1` drops the table `users`".
    clause: String,
    place: Place,
    /// True if a comment in the script names the rule.
    has_comment: bool,
}

impl Finding {
    /// Returns a finding in the step's own script. `does` follows the step in the clause.
    pub(super) fn of(step: &Step, does: &str, line: Option<u32>) -> Self {
        Self::new(step, &format!("{} {does}", subject(step)), step.file.as_deref(), line)
    }

    /// Returns a finding with its own clause, in a file that belongs to the step.
    pub(super) fn new(step: &Step, clause: &str, file: Option<&str>, line: Option<u32>) -> Self {
        let place = Place { revision: step.revision.clone(), file: file.map(str::to_owned), line };
        Self { clause: format!("{clause} {}", shown(file, line)), place, has_comment: false }
    }

    /// Marks the finding if a comment of the step names the rule's code.
    pub(super) fn with_comments_of(mut self, step: &Step, code: &str) -> Self {
        self.has_comment = step.allow_comments.iter().any(|comment| comment.code == code);
        self
    }
}

/// Returns a denial for each of the first findings of a rule, and the number of those left out.
/// lback decides on a finding with a comment, so that all of these are listed.
pub(super) fn told(
    scene: &Scene,
    code: &str,
    hint: &str,
    acceptable: bool,
    found: impl Iterator<Item = Finding>,
) -> Vec<Denial> {
    let (mut listed, mut more) = (0, 0);
    let mut denials = Vec::new();
    for Finding { clause, place, has_comment } in found {
        if !has_comment {
            listed += 1;
        }
        if listed > TOLD && !has_comment {
            more += 1;
            continue;
        }
        let message = format!("{clause}, which is not allowed {}", scene.place());
        let denial = scene.denial(code, message, hint.to_owned());
        denials.push(Denial { place: Some(place), acceptable, ..denial });
    }
    if more > 0 {
        let message = format!("and {more} more of this kind: `lback plan` shows all that `{}` would do", scene.command);
        denials.push(scene.denial(code, message, hint.to_owned()));
    }
    denials
}

/// Returns the words for a step, at the beginning of a clause.
pub(super) fn subject(step: &Step) -> String {
    let what = if is_downgrade(step) { "reverting" } else { "revision" };
    format!("{what} `{}`", step.revision)
}

fn shown(file: Option<&str>, line: Option<u32>) -> String {
    match (file, line) {
        (Some(file), Some(line)) => format!("({file}:{line})"),
        (Some(file), None) => format!("({file})"),
        (None, _) => "(its file is not known)".to_owned(),
    }
}
