//! Calling a plugin to see what it does: the calls of a run, with an account of each.

use crate::model::plan::PlanSource;
use crate::model::verdict::Verdict;
use crate::plugin::bindings::lback::plugin::types as wit;
use crate::plugin::call_trace::{Account, Witness};
use crate::plugin::convert;
use crate::plugin::failure::Failure;
use crate::plugin::host::state::Role;
use crate::plugin::load::plugin::Plugin;
use crate::sample::{Extension, Sample};

/// One call, and what came of it.
#[derive(Debug)]
pub(crate) struct Trial {
    pub(crate) answer: Answer,
    pub(crate) account: Account,
}

#[derive(Debug)]
pub(crate) enum Answer {
    Verdict(Verdict),
    Handled,
    Failed(Failure),
}

impl Plugin {
    /// Does it play this role at all?
    pub(crate) fn plays(&self, role: Role) -> bool {
        match role {
            Role::Policy => self.policy.is_some(),
            Role::Handler => self.handler.is_some(),
        }
    }

    /// Calls it in this role, as a run would, and watches. The messages that it logs are in the account only.
    pub(crate) async fn try_out(&self, role: Role, sample: &Sample) -> Trial {
        let witness = Witness::watching();
        let event = event(sample);
        let plan = PlanSource::known(Ok(sample.plan.clone()));
        let answer = match role {
            Role::Policy => match &self.policy {
                Some(indices) => self.evaluate_as(indices, &event, &plan, &witness).await.map(Answer::Verdict),
                None => Err(Failure::Host("it is not a policy".into())),
            },
            Role::Handler => match &self.handler {
                Some(indices) => self.handle_as(indices, &event, &witness).await.map(|()| Answer::Handled),
                None => Err(Failure::Host("it is not a handler".into())),
            },
        };
        Trial { answer: answer.unwrap_or_else(Answer::Failed), account: witness.account() }
    }
}

fn event(sample: &Sample) -> wit::Event {
    let mut event = convert::event(&sample.event);
    if let Some(Extension { name, json }) = sample.extension.clone() {
        event.signal = wit::Signal::Extension(wit::Extension { name, json });
    }
    event
}
