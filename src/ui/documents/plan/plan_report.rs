//! The report of a plan: the model of every form.

use schemars::JsonSchema;
use serde::Serialize;

use super::policy_result::PolicyResult;
use super::summary::Summary;
use super::unused_comment::UnusedComment;
use crate::model::plan::Plan;

/// The version of the JSON document. It changes when a field is removed or changes its meaning. New
/// fields may be added at any time.
pub(super) const FORMAT: u32 = 1;

/// The effects of one command, and the answers of the policies.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(title = "lback plan --json")]
pub(crate) struct PlanReport {
    /// The version of this document's format. Within a version, no field is removed and none
    /// changes its meaning.
    #[schemars(extend("const" = FORMAT))]
    pub(super) format: u32,
    pub(super) command: PlannedCommand,
    /// The command that lback would run, without passwords.
    pub(super) alembic: Vec<String>,
    /// The environment, if one is named.
    pub(super) environment: Option<String>,
    pub(super) plan: Plan,
    /// The plan in numbers.
    pub(super) summary: Summary,
    /// True if a policy would stop the command.
    pub(super) blocked: bool,
    /// The answers of the policies, in the order in which they are asked.
    pub(super) policies: Vec<PolicyResult>,
    /// The comments `# lback: allow CODE` in the scripts that set no finding of these policies
    /// aside.
    pub(super) unused_comments: Vec<UnusedComment>,
}

/// The lback command that the plan is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum PlannedCommand {
    Migrate,
    Rollback,
}

impl PlanReport {
    /// Makes a report. `alembic` is the command that would run, as `["alembic", "downgrade",
    /// "a1b2@c3d4"]`. It must not contain passwords, because it is shown.
    pub(crate) fn new(
        command: PlannedCommand,
        alembic: Vec<String>,
        environment: Option<String>,
        plan: Plan,
        policies: Vec<PolicyResult>,
    ) -> Self {
        Self {
            format: FORMAT,
            command,
            alembic,
            environment,
            summary: Summary::of(&plan),
            unused_comments: UnusedComment::of(&plan, &policies),
            plan,
            blocked: policies.iter().any(PolicyResult::blocks),
            policies,
        }
    }

    /// Returns whether a policy would stop the command.
    pub(crate) fn is_blocked(&self) -> bool {
        self.blocked
    }
}
