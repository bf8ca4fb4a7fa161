//! Policies: those that subscribe to a signal are asked concurrently, and each answer has an effect
//! on the run.

use std::sync::Arc;

use super::acceptance;
use super::failure_policy::Consequence;
use super::member::Member;
use crate::model::event::Event;
use crate::model::notice::NotEnforced;
use crate::model::plan::PlanSource;
use crate::model::signal::SignalName;
use crate::model::verdict::{Decision, Verdict};
use crate::plugin::{Failure, Role};

/// The policies of a run, and the plan that they may request.
pub(crate) struct Policies {
    members: Vec<Arc<Member>>,
    plan: PlanSource,
}

/// A policy's answer to one signal, and its effect on the run.
#[derive(Clone, Debug)]
pub(crate) struct PolicyEvaluation {
    /// The plugin's name in `lback.toml`.
    pub(crate) plugin: String,
    pub(crate) signal: SignalName,
    /// The verdict, or the failure to load the policy or to get its answer.
    pub(crate) answer: Result<Verdict, Arc<Failure>>,
    pub(crate) effect: Effect,
}

/// The effect of a policy's answer on the run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Effect {
    /// The policy allows the run.
    Allows,
    /// The policy stops the run.
    Blocks,
    /// The policy denied or failed, but is not enforced.
    Ignored(NotEnforced),
    /// The policy failed, and `on-error = "warn"` lets the run go on.
    Warns,
}

impl Policies {
    pub(super) fn of(members: &[Arc<Member>], plan: PlanSource) -> Self {
        Self { members: members.to_vec(), plan }
    }

    /// Creates policies to consult without a run. `members` are in the order of `lback.toml`.
    pub(crate) fn new(members: Vec<Member>, plan: PlanSource) -> Self {
        Self { members: members.into_iter().map(Arc::new).collect(), plan }
    }

    /// Evaluates each event, even after a denial. No handler is notified, and nothing is recorded.
    /// Must be called within a tokio runtime.
    pub(crate) async fn consult(&self, events: Vec<Event>) -> Vec<PolicyEvaluation> {
        let mut answers = Vec::new();
        for event in events {
            let signal = event.signal.name();
            let unloaded = |member: &Member| member.may_be_policy(signal);
            self.ask(&Arc::new(event), unloaded, |answer| answers.push(answer)).await;
        }
        answers
    }

    /// Passes each evaluation to `told`, in the order of `lback.toml`, as soon as it is available.
    /// Of the policies that failed to load, only those that stop the run are included.
    pub(super) async fn answers(&self, event: &Arc<Event>, told: impl FnMut(PolicyEvaluation)) {
        self.ask(event, |_| false, told).await;
    }

    /// Asks the policies. `counts` selects the members that failed to load without stopping the
    /// run.
    async fn ask(&self, event: &Arc<Event>, counts: impl Fn(&Member) -> bool, mut told: impl FnMut(PolicyEvaluation)) {
        let signal = event.signal.name();
        let asked: Vec<_> = self
            .members
            .iter()
            .filter_map(|member| match &member.loaded {
                Ok(_) => {
                    member.for_signal(Role::Policy, signal)?;
                    let (asked, event, plan) = (Arc::clone(member), Arc::clone(event), self.plan.clone());
                    let task = tokio::spawn(async move { evaluate(&asked, &event, &plan).await });
                    Some((member, PendingAnswer::Task(task)))
                }
                Err(failure) => {
                    let is_heard = member.blocks_unloaded(signal).is_some() || counts(member);
                    is_heard.then(|| (member, PendingAnswer::Unavailable(Arc::clone(failure))))
                }
            })
            .collect();

        for (member, asked) in asked {
            let answer = match asked {
                PendingAnswer::Task(task) => {
                    let answer = task.await.unwrap_or_else(|panic| Err(Failure::Host(panic.to_string())));
                    answer.map(|verdict| self.with_accepted(verdict, &member.name, event)).map_err(Arc::new)
                }
                PendingAnswer::Unavailable(failure) => Err(failure),
            };
            let effect = effect_of(member, signal, &answer);
            told(PolicyEvaluation { plugin: member.name.clone(), signal, answer, effect });
        }
    }

    /// Sets aside the findings that comments in the scripts accept. A policy that didn't request
    /// the plan knows no script.
    fn with_accepted(&self, mut verdict: Verdict, plugin: &str, event: &Event) -> Verdict {
        if let Some(plan) = self.plan.asked() {
            acceptance::accept(&mut verdict, plugin, &plan, event.time);
        }
        verdict
    }
}

enum PendingAnswer {
    Task(tokio::task::JoinHandle<Result<Verdict, Failure>>),
    /// The policy failed to load.
    Unavailable(Arc<Failure>),
}

/// Returns the effect of one policy's answer.
fn effect_of(member: &Member, signal: SignalName, answer: &Result<Verdict, Arc<Failure>>) -> Effect {
    match (answer, member.not_enforced()) {
        (Ok(Verdict { decision: Decision::Allow, .. }), _) => Effect::Allows,
        (Ok(Verdict { decision: Decision::Deny(_), .. }), None) => Effect::Blocks,
        (Ok(Verdict { decision: Decision::Deny(_), .. }), Some(because)) => Effect::Ignored(because),
        (Err(failure), not_enforced) => {
            let role = if member.loaded.is_ok() { Some(Role::Policy) } else { failure.role() };
            match (member.consequence(role, signal), not_enforced) {
                (Consequence::Block, _) => Effect::Blocks,
                (Consequence::Warn, Some(because)) => Effect::Ignored(because),
                (Consequence::Warn, None) => Effect::Warns,
            }
        }
    }
}

async fn evaluate(member: &Member, event: &Event, plan: &PlanSource) -> Result<Verdict, Failure> {
    match member.for_signal(Role::Policy, event.signal.name()) {
        Some(plugin) => plugin.evaluate(event, plan).await,
        None => Err(Failure::Host(format!("`{}` has no policy for this signal", member.name))),
    }
}
