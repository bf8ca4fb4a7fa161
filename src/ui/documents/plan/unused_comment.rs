//! Comments of the plan's scripts that set no finding aside.

use schemars::JsonSchema;
use serde::Serialize;

use super::phrase::Phrase;
use super::policy_result::PolicyResult;
use crate::model::plan::Plan;

/// A comment that sets no finding of a policy aside.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub(crate) struct UnusedComment {
    pub(super) revision: String,
    /// The script, relative to the project's root.
    pub(super) file: Option<String>,
    /// The line of the comment, from 1.
    pub(super) line: u32,
    /// The code that it allows.
    pub(super) code: String,
}

impl UnusedComment {
    /// Returns the comments of a plan that no policy's answer needed; none if no policy was asked.
    pub(super) fn of(plan: &Plan, policies: &[PolicyResult]) -> Vec<Self> {
        let accepted = || policies.iter().flat_map(|result| &result.accepted);
        let mut unused = Vec::new();
        for step in plan.steps().filter(|_| !policies.is_empty()) {
            for comment in &step.allow_comments {
                let is_used =
                    accepted().any(|finding| finding.place.revision == step.revision && finding.comment == *comment);
                let found = Self {
                    revision: step.revision.clone(),
                    file: step.file.clone(),
                    line: comment.line,
                    code: comment.code.clone(),
                };
                if !is_used && !unused.contains(&found) {
                    unused.push(found);
                }
            }
        }
        unused
    }

    /// Returns the warning.
    pub(super) fn phrase(&self) -> Phrase {
        let Self { revision, file, line, code } = self;
        let script = file.as_ref().unwrap_or(revision);
        Phrase::new("the comment in ")
            .prose(format!("{script}:{line}"))
            .say(" allows ")
            .name(code)
            .say(", which no policy reports here")
    }
}
