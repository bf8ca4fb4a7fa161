//! The facts of a run that its owner records: plain data.

use std::fmt::Display;

use crate::model::event::{Context, Sender};
use crate::model::finding::AcceptedFinding;
use crate::model::signal::SignalName;
use crate::model::verdict::{Decision, Denial, Verdict, Warning};

/// The facts known at the start of a run.
#[derive(Clone, Debug)]
pub(crate) struct RunStart {
    pub(crate) sender: Sender,
    pub(crate) context: Context,
    /// The folder in which Alembic runs.
    pub(crate) root: String,
    /// The scope, usually the root. Runs of one scope share their handlers and the outbox.
    pub(crate) scope: String,
}

/// The versions of the tools of a run, as far as they are known.
#[derive(Clone, Debug, Default)]
pub(crate) struct ToolVersions {
    pub(crate) alembic: Option<String>,
    pub(crate) sqlalchemy: Option<String>,
    pub(crate) python: Option<String>,
}

/// The result of a call to a policy, or of loading a plugin.
#[derive(Clone, Debug)]
pub(crate) struct VerdictRecord {
    /// The signal; `None` if the plugin could not be loaded.
    pub(super) signal: Option<SignalName>,
    pub(super) plugin: String,
    /// `allow`, `deny`, or `failed`.
    pub(super) decision: &'static str,
    /// True if it stopped the run.
    pub(super) blocked: bool,
    pub(super) denials: Vec<Denial>,
    pub(super) warnings: Vec<Warning>,
    /// The findings that comments in the scripts set aside.
    pub(super) accepted: Vec<AcceptedFinding>,
    /// The reason why there is no answer.
    pub(super) failure: Option<String>,
}

impl VerdictRecord {
    /// Records the answer of a policy.
    pub(crate) fn answered(signal: SignalName, plugin: &str, verdict: Verdict, blocked: bool) -> Self {
        let (decision, denials) = match verdict.decision.clone() {
            Decision::Allow => ("allow", Vec::new()),
            Decision::Deny(denials) => ("deny", denials),
        };
        let Verdict { warnings, accepted, .. } = verdict;
        let (signal, plugin) = (Some(signal), plugin.to_owned());
        Self { signal, plugin, decision, blocked, denials, warnings, accepted, failure: None }
    }

    /// Records a failed call at this signal, or a plugin that could not be loaded if the signal is
    /// `None`.
    pub(crate) fn failed(signal: Option<SignalName>, plugin: &str, failure: &dyn Display, blocked: bool) -> Self {
        Self {
            signal,
            plugin: plugin.to_owned(),
            decision: "failed",
            blocked,
            denials: Vec::new(),
            warnings: Vec::new(),
            accepted: Vec::new(),
            failure: Some(failure.to_string()),
        }
    }
}

/// The facts known at the end of a run; its last event has the others.
#[derive(Clone, Copy, Debug)]
pub(crate) struct End {
    /// lback's own exit code.
    pub(crate) exit_code: u8,
}
