//! Trial calls of a plugin: the calls of a run, with a trace of each.

use crate::model::plan::PlanSource;
use crate::model::signal::Extension;
use crate::model::verdict::Verdict;
use crate::plugin::bindings::lback::plugin::types as wit;
use crate::plugin::call_trace::{CallTrace, CallTracer};
use crate::plugin::convert;
use crate::plugin::failure::Failure;
use crate::plugin::load::plugin::Plugin;
use crate::plugin::role::Role;
use crate::sample::Sample;

/// A trial call: its outcome and its trace.
#[derive(Debug)]
pub(crate) struct Trial {
    pub(crate) outcome: TrialOutcome,
    pub(crate) trace: CallTrace,
}

#[derive(Debug)]
pub(crate) enum TrialOutcome {
    Verdict(Verdict),
    Handled,
    Failed(Failure),
}

impl Plugin {
    /// Returns whether the plugin has this role.
    pub(crate) fn plays(&self, role: Role) -> bool {
        match role {
            Role::Policy => self.policy.is_some(),
            Role::Handler => self.handler.is_some(),
        }
    }

    /// Calls the plugin in this role, as a run would, and records a trace. Log messages are in the
    /// trace only.
    pub(crate) async fn try_out(&self, role: Role, sample: &Sample) -> Trial {
        let tracer = CallTracer::recording();
        let event = event(sample);
        let plan = PlanSource::known(Ok(sample.plan.clone()));
        let outcome = match role {
            Role::Policy => match &self.policy {
                Some(indices) => self.evaluate_as(indices, &event, &plan, &tracer).await.map(TrialOutcome::Verdict),
                None => Err(Failure::Host("it is not a policy".into())),
            },
            Role::Handler => match &self.handler {
                Some(indices) => self.handle_as(indices, &event, &tracer).await.map(|()| TrialOutcome::Handled),
                None => Err(Failure::Host("it is not a handler".into())),
            },
        };
        Trial { outcome: outcome.unwrap_or_else(TrialOutcome::Failed), trace: tracer.trace() }
    }
}

fn event(sample: &Sample) -> wit::Event {
    let mut event = convert::event(&sample.event);
    if let Some(Extension { name, json }) = sample.extension.clone() {
        event.signal = wit::Signal::Extension(wit::Extension { name, json });
    }
    event
}
