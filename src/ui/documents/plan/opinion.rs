//! What one policy says to a plan.

use schemars::JsonSchema;
use serde::Serialize;

use crate::model::event::SignalName;
use crate::model::verdict::{Decision, Denial, Verdict};

/// The answer of one policy to one signal.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct Opinion {
    /// The plugin's name in `lback.toml`.
    pub(crate) plugin: String,
    /// The signal that it was asked about; none where it could not be loaded.
    pub(crate) signal: Option<SignalName>,
    pub(crate) decision: Said,
    /// Why it says no.
    pub(crate) denials: Vec<Reason>,
    /// Its remarks, whatever it says.
    pub(crate) warnings: Vec<String>,
    /// Why it could not answer.
    pub(crate) failure: Option<String>,
    /// What to do about that.
    pub(crate) failure_hint: Option<String>,
    /// Whether the command would be stopped by it.
    pub(crate) blocks: bool,
    /// Why it would not, although it says no or says nothing.
    pub(crate) not_heeded_because: Option<NotHeeded>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Said {
    Allow,
    Deny,
    /// It could not be asked, or broke.
    Failed,
}

/// One reason why a policy says no.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub(crate) struct Reason {
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
pub(crate) enum NotHeeded {
    /// `mode = "audit"`: it only watches.
    Audit,
    /// A person has set its veto aside for this run.
    Overridden,
    /// `on-error = "warn"`: runs go on when it fails.
    OnError,
}

/// What a policy answers.
#[derive(Clone, Debug)]
pub(crate) enum Answer {
    Verdict(Verdict),
    Failed { failure: String, hint: Option<String> },
}

/// Whether the answer counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Heeded {
    Yes,
    /// It is in audit mode.
    Audit,
    /// It was overridden.
    Overridden,
    /// `lback.toml` lets runs go on when it fails.
    OnError,
}

impl Opinion {
    pub(crate) fn new(plugin: String, signal: Option<SignalName>, answer: Answer, heeded: Heeded) -> Self {
        let mut opinion = Self {
            plugin,
            signal,
            decision: Said::Allow,
            denials: Vec::new(),
            warnings: Vec::new(),
            failure: None,
            failure_hint: None,
            blocks: false,
            not_heeded_because: None,
        };
        match answer {
            Answer::Verdict(Verdict { decision, warnings }) => {
                opinion.warnings = warnings;
                if let Decision::Deny(denials) = decision {
                    opinion.decision = Said::Deny;
                    opinion.denials = denials.into_iter().map(Reason::from).collect();
                }
            }
            Answer::Failed { failure, hint } => {
                opinion.decision = Said::Failed;
                opinion.failure = Some(failure);
                opinion.failure_hint = hint;
            }
        }
        if opinion.decision != Said::Allow {
            opinion.blocks = heeded == Heeded::Yes;
            opinion.not_heeded_because = match heeded {
                Heeded::Yes => None,
                Heeded::Audit => Some(NotHeeded::Audit),
                Heeded::Overridden => Some(NotHeeded::Overridden),
                Heeded::OnError => Some(NotHeeded::OnError),
            };
        }
        opinion
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
            && self.not_heeded_because == other.not_heeded_because
    }
}

impl From<Denial> for Reason {
    fn from(Denial { code, message, hint, url }: Denial) -> Self {
        Self { code, message, hint, url }
    }
}
