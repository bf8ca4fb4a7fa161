//! The result of one policy for a plan.

use schemars::JsonSchema;
use serde::Serialize;

use crate::model::finding::AcceptedFinding;
use crate::model::signal::SignalName;
use crate::model::verdict::{Decision, Denial, Verdict, Warning};

/// The answer of one policy to one signal.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct PolicyResult {
    /// The plugin's name in `lback.toml`.
    pub(crate) plugin: String,
    /// The signal that the policy was asked about; null if the policy could not be loaded.
    pub(crate) signal: Option<SignalName>,
    pub(crate) decision: PolicyDecision,
    /// The reasons of a denial.
    pub(crate) denials: Vec<Denial>,
    /// The policy's warnings, with any decision.
    pub(crate) warnings: Vec<Warning>,
    /// The denials and warnings that comments in the scripts set aside.
    pub(crate) accepted: Vec<AcceptedFinding>,
    /// The reason why the policy failed.
    pub(crate) failure: Option<String>,
    /// The next step after a failure.
    pub(crate) failure_hint: Option<String>,
    /// True if the policy would stop the command.
    pub(crate) blocks: bool,
    /// The reason why a denial or a failure would not stop the command.
    #[serde(rename = "not_heeded_because")]
    pub(crate) not_enforced_because: Option<NotEnforcedReason>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum PolicyDecision {
    Allow,
    Deny,
    /// The policy could not be loaded, or failed.
    Failed,
}

/// The reason why the answer of a policy is not enforced.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum NotEnforcedReason {
    /// `mode = "audit"`: the policy is in audit mode.
    Audit,
    /// `--override`: the policy is overridden in this run.
    Overridden,
    /// `on-error = "warn"`: runs continue when the policy fails.
    OnError,
}

/// The answer of a policy.
#[derive(Clone, Debug)]
pub(crate) enum PolicyAnswer {
    Verdict(Verdict),
    Failed { failure: String, hint: Option<String> },
}

impl PolicyResult {
    pub(crate) fn new(
        plugin: String,
        signal: Option<SignalName>,
        answer: PolicyAnswer,
        not_enforced: Option<NotEnforcedReason>,
    ) -> Self {
        let mut result = Self {
            plugin,
            signal,
            decision: PolicyDecision::Allow,
            denials: Vec::new(),
            warnings: Vec::new(),
            accepted: Vec::new(),
            failure: None,
            failure_hint: None,
            blocks: false,
            not_enforced_because: None,
        };
        match answer {
            PolicyAnswer::Verdict(Verdict { decision, warnings, accepted }) => {
                result.warnings = warnings;
                result.accepted = accepted;
                if let Decision::Deny(denials) = decision {
                    result.decision = PolicyDecision::Deny;
                    result.denials = denials;
                }
            }
            PolicyAnswer::Failed { failure, hint } => {
                result.decision = PolicyDecision::Failed;
                result.failure = Some(failure);
                result.failure_hint = hint;
            }
        }
        if result.decision != PolicyDecision::Allow {
            result.blocks = not_enforced.is_none();
            result.not_enforced_because = not_enforced;
        }
        result
    }

    pub(crate) fn blocks(&self) -> bool {
        self.blocks
    }

    /// Returns whether another result says the same about another signal.
    pub(crate) fn repeats(&self, other: &Self) -> bool {
        self.plugin == other.plugin
            && self.decision == other.decision
            && self.denials == other.denials
            && self.warnings == other.warnings
            && self.accepted == other.accepted
            && self.failure == other.failure
            && self.not_enforced_because == other.not_enforced_because
    }
}
