//! An event: one signal of one run, with its sender and its context.

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::model::signal::Signal;
use crate::support::clock;
use crate::support::redact::{Gate, Treatment, process};

/// One signal, as the journal keeps it and as plugins receive it.
///
/// Other versions of lback read the JSON form from the journal. A new field needs a default, and a
/// change that an older lback would misread needs a new version in `journal/stored_event.rs`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Event {
    pub(crate) id: Uuid,
    pub(crate) time: Timestamp,
    pub(crate) sender: Sender,
    pub(crate) context: Context,
    pub(crate) signal: Signal,
}

impl Event {
    /// Makes an event of a signal that is sent now, without secrets. Every event passes through the
    /// gate here, before plugins, the journal or `--events` receive it.
    pub(crate) fn now(sender: &Sender, context: &Context, signal: Signal) -> Self {
        let event =
            Self { id: clock::new_id(), time: clock::now(), sender: sender.clone(), context: context.clone(), signal };
        event.redacted_by(process())
    }

    /// Returns the event without the secrets that a gate knows. The names of signals, outcomes and
    /// states stay, whatever the secrets are.
    pub(crate) fn redacted_by(mut self, gate: &Gate) -> Self {
        self.for_each_text(&mut |kind, text| kind.redact(gate, text));
        self
    }

    /// Calls `act` with each text of the event that lback didn't choose itself.
    fn for_each_text(&mut self, act: &mut impl FnMut(Treatment, &mut String)) {
        let Self { id: _, time: _, sender: Sender { run_id: _, project }, context, signal } = self;
        act(Treatment::Name, project);
        context.for_each_text(act);
        signal.for_each_text(act);
    }
}

/// The `MigrationCommands` instance that sends signals: one for each run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Sender {
    pub(crate) run_id: Uuid,
    pub(crate) project: String,
}

/// The circumstances of a run: its environment, its user and its revision in Git.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Context {
    pub(crate) environment: Option<String>,
    pub(crate) actor: Option<String>,
    pub(crate) host: Option<String>,
    pub(crate) git_commit: Option<String>,
    pub(crate) git_branch: Option<String>,
    pub(crate) ci_job_url: Option<String>,
    /// The policies that are overridden in this run.
    pub(crate) overrides: Vec<Override>,
    /// The target of a fleet run; null for every other run.
    pub(crate) target: Option<FleetTarget>,
}

/// One database or tenant of a fleet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct FleetTarget {
    pub(crate) name: String,
    /// The labels of the target, as `canary`.
    #[serde(default)]
    pub(crate) labels: Vec<String>,
}

impl Context {
    fn for_each_text(&mut self, act: &mut impl FnMut(Treatment, &mut String)) {
        let Self { environment, actor, host, git_commit, git_branch, ci_job_url, overrides, target } = self;
        for name in [environment, actor, host, git_commit, git_branch, ci_job_url].into_iter().flatten() {
            act(Treatment::Name, name);
        }
        for Override { plugin, reason } in overrides {
            act(Treatment::Name, plugin);
            act(Treatment::Free, reason);
        }
        if let Some(FleetTarget { name, labels }) = target {
            std::iter::once(name).chain(labels).for_each(|word| act(Treatment::Name, word));
        }
    }
}

/// A policy whose denials are not enforced in one run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Override {
    /// The plugin's name in `lback.toml`.
    pub(crate) plugin: String,
    /// The reason that was given with `--override`.
    pub(crate) reason: String,
}

#[cfg(test)]
#[path = "event_tests.rs"]
mod tests;
