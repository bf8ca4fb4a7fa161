//! What one policy says to a plan.

use schemars::JsonSchema;
use serde::Serialize;

use crate::model::signal::SignalName;
use crate::model::verdict::{Decision, Denial, Verdict};

/// The answer of one policy to one signal.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct PolicyResult {
    /// The plugin's name in `lback.toml`.
    pub(crate) plugin: String,
    /// The signal that it was asked about; none where it could not be loaded.
    pub(crate) signal: Option<SignalName>,
    pub(crate) decision: PolicyDecision,
    /// Why it says no.
    pub(crate) denials: Vec<DenialReason>,
    /// Its remarks, whatever it says.
    pub(crate) warnings: Vec<String>,
    /// Why it could not answer.
    pub(crate) failure: Option<String>,
    /// What to do about that.
    pub(crate) failure_hint: Option<String>,
    /// Whether the command would be stopped by it.
    pub(crate) blocks: bool,
    /// Why it would not, although it says no or says nothing.
    #[serde(rename = "not_heeded_because")]
    pub(crate) not_enforced_because: Option<NotEnforcedReason>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum PolicyDecision {
    Allow,
    Deny,
    /// It could not be asked, or broke.
    Failed,
}

/// One reason why a policy says no.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub(crate) struct DenialReason {
    /// A short stable name of the rule, for scripts.
    pub(crate) code: String,
    /// What is denied and why, for a person.
    pub(crate) message: String,
    /// What to do instead.
    pub(crate) hint: Option<String>,
    /// A page that says more.
    pub(crate) url: Option<String>,
}

/// Why the answer of a policy doesn't count.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum NotEnforcedReason {
    /// `mode = "audit"`: it only watches.
    Audit,
    /// A person has set its veto aside for this run.
    Overridden,
    /// `on-error = "warn"`: runs go on when it fails.
    OnError,
}

/// What a policy answers.
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
            failure: None,
            failure_hint: None,
            blocks: false,
            not_enforced_because: None,
        };
        match answer {
            PolicyAnswer::Verdict(Verdict { decision, warnings }) => {
                result.warnings = warnings;
                if let Decision::Deny(denials) = decision {
                    result.decision = PolicyDecision::Deny;
                    result.denials = denials.into_iter().map(DenialReason::from).collect();
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

    /// Does it say what another one says, to another signal?
    pub(crate) fn repeats(&self, other: &Self) -> bool {
        self.plugin == other.plugin
            && self.decision == other.decision
            && self.denials == other.denials
            && self.warnings == other.warnings
            && self.failure == other.failure
            && self.not_enforced_because == other.not_enforced_because
    }
}

impl From<Denial> for DenialReason {
    fn from(Denial { code, message, hint, url }: Denial) -> Self {
        Self { code, message, hint, url }
    }
}
