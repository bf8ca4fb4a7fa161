//! Policies: all that want a signal are asked, side by side, and each answer is weighed.

use std::sync::Arc;

use super::failure_policy::Consequence;
use super::member::Member;
use crate::model::event::{Event, SignalName};
use crate::model::notice::Toothless;
use crate::model::plan::PlanSource;
use crate::model::verdict::{Decision, Verdict};
use crate::plugin::{Failure, Role};

/// Those who are asked, and the plan that they may ask for.
pub(crate) struct Policies {
    members: Vec<Arc<Member>>,
    plan: PlanSource,
}

/// What one policy says of one signal, and what follows from it.
#[derive(Clone, Debug)]
pub(crate) struct Opinion {
    /// The plugin's name in `lback.toml`.
    pub(crate) plugin: String,
    pub(crate) signal: SignalName,
    /// An error: it could not be loaded, or gave no answer.
    pub(crate) answer: Result<Verdict, Arc<Failure>>,
    pub(crate) weight: Weight,
}

/// What follows from an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Weight {
    /// Nothing against it.
    Allows,
    /// The run does not go on.
    Blocks,
    /// It denies, or failed, and its word doesn't count.
    Spared(Toothless),
    /// It failed, and `on-error = "warn"` lets the run go on.
    Warns,
}

impl Policies {
    pub(super) fn of(members: &[Arc<Member>], plan: PlanSource) -> Self {
        Self { members: members.to_vec(), plan }
    }

    /// For whoever only wants to know what they say. `members` are in the order of `lback.toml`.
    pub(crate) fn new(members: Vec<Member>, plan: PlanSource) -> Self {
        Self { members: members.into_iter().map(Arc::new).collect(), plan }
    }

    /// What they say of each of these events, whatever they say of those before: nothing happens, no handler is told, and nothing is written down. Must be called within
    /// a tokio runtime.
    pub(crate) async fn consult(&self, events: Vec<Event>) -> Vec<Opinion> {
        let mut opinions = Vec::new();
        for event in events {
            let signal = event.signal.name();
            let unloaded = |member: &Member| member.may_be_policy(signal);
            self.ask(&Arc::new(event), unloaded, |opinion| opinions.push(opinion)).await;
        }
        opinions
    }

    /// The answers of all who want the event, in the order of `lback.toml`, each as soon as it may be told. Of those that could not be loaded, the ones that stop a run at it,
    /// and nobody else.
    pub(super) async fn opinions(&self, event: &Arc<Event>, told: impl FnMut(Opinion)) {
        self.ask(event, |_| false, told).await;
    }

    /// `counts`: does a member count that could not be loaded, and stops nothing?
    async fn ask(&self, event: &Arc<Event>, counts: impl Fn(&Member) -> bool, mut told: impl FnMut(Opinion)) {
        let signal = event.signal.name();
        let asked: Vec<_> = self
            .members
            .iter()
            .filter_map(|member| match &member.loaded {
                Ok(_) => {
                    member.for_signal(Role::Policy, signal)?;
                    let (asked, event, plan) = (Arc::clone(member), Arc::clone(event), self.plan.clone());
                    let task = tokio::spawn(async move { evaluate(&asked, &event, &plan).await });
                    Some((member, Asked::Task(task)))
                }
                Err(failure) => {
                    let is_heard = member.blocks_unloaded(signal).is_some() || counts(member);
                    is_heard.then(|| (member, Asked::InVain(Arc::clone(failure))))
                }
            })
            .collect();

        for (member, asked) in asked {
            let answer = match asked {
                Asked::Task(task) => {
                    task.await.unwrap_or_else(|panic| Err(Failure::Host(panic.to_string()))).map_err(Arc::new)
                }
                Asked::InVain(failure) => Err(failure),
            };
            let weight = weigh(member, signal, &answer);
            told(Opinion { plugin: member.name.clone(), signal, answer, weight });
        }
    }
}

enum Asked {
    Task(tokio::task::JoinHandle<Result<Verdict, Failure>>),
    /// It could not be loaded.
    InVain(Arc<Failure>),
}

/// What follows from the answer of one policy.
fn weigh(member: &Member, signal: SignalName, answer: &Result<Verdict, Arc<Failure>>) -> Weight {
    match (answer, member.toothless()) {
        (Ok(Verdict { decision: Decision::Allow, .. }), _) => Weight::Allows,
        (Ok(Verdict { decision: Decision::Deny(_), .. }), None) => Weight::Blocks,
        (Ok(Verdict { decision: Decision::Deny(_), .. }), Some(because)) => Weight::Spared(because),
        (Err(failure), toothless) => {
            let role = if member.loaded.is_ok() { Some(Role::Policy) } else { failure.role() };
            match (member.consequence(role, signal), toothless) {
                (Consequence::Block, _) => Weight::Blocks,
                (Consequence::Warn, Some(because)) => Weight::Spared(because),
                (Consequence::Warn, None) => Weight::Warns,
            }
        }
    }
}

async fn evaluate(member: &Member, event: &Event, plan: &PlanSource) -> Result<Verdict, Failure> {
    match member.for_signal(Role::Policy, event.signal.name()) {
        Some(plugin) => plugin.evaluate(event, plan).await,
        None => Err(Failure::Host(format!("`{}` was asked in vain", member.name))),
    }
}
