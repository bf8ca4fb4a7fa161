//! The order of a dispatch: all policies first, concurrently; then the handlers, unless a policy
//! denied.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::handlers::Handlers;
use super::member::Member;
use super::policies::{Effect, Policies, PolicyEvaluation};
use crate::journal::{RunRecord, VerdictRecord};
use crate::model::event::Event;
use crate::model::finding::AcceptedFinding;
use crate::model::notice::{Notice, Retry};
use crate::model::plan::PlanSource;
use crate::model::reporter::Reporter;
use crate::model::signal::SignalName;
use crate::model::verdict::{Decision, Denial, Verdict};
use crate::plugin::Failure;

/// The reasons why a run doesn't go on, in the order of `lback.toml`. Never empty.
#[derive(Debug)]
pub(crate) struct Blocked(pub(crate) Vec<BlockReason>);

/// A plugin that blocks a run, and its reason.
#[derive(Debug)]
pub(crate) enum BlockReason {
    Denied { plugin: String, denials: Vec<Denial> },
    Failed { plugin: String, failure: Arc<Failure> },
}

pub(crate) struct Dispatcher {
    policies: Policies,
    handlers: Handlers,
    reporter: Arc<dyn Reporter>,
    record: RunRecord,
    /// The findings of this run that comments in the scripts set aside.
    accepted: Mutex<Vec<AcceptedFinding>>,
}

impl Dispatcher {
    /// Creates a dispatcher and starts the handlers' tasks. `members` are in the order of
    /// `lback.toml`; `plan` is the run's plan. Must be called within a tokio runtime.
    pub(crate) fn new(members: Vec<Member>, plan: PlanSource, reporter: Arc<dyn Reporter>, record: RunRecord) -> Self {
        let members: Vec<_> = members.into_iter().map(Arc::new).collect();
        for member in &members {
            if let Err(failure) = &member.loaded
                && !member.can_block_unloaded()
            {
                record.verdict(VerdictRecord::failed(None, &member.name, failure, false));
                reporter.notice(Notice::NotLoaded { plugin: member.name.clone(), failure: Arc::clone(failure) as _ });
            }
        }
        let handlers = Handlers::start(&members, &reporter, &record);
        let policies = Policies::of(&members, plan);
        Self { policies, handlers, reporter, record, accepted: Mutex::default() }
    }

    /// Asks the policies about an event before Alembic runs, and notifies the handlers unless a
    /// policy blocks.
    pub(crate) async fn before(&self, event: Event) -> Result<(), Blocked> {
        let event = Arc::new(event);
        let reasons = self.ask(&event).await;
        if !reasons.is_empty() {
            return Err(Blocked(reasons));
        }
        let failures = self.handlers.tell(&event).await;
        if failures.is_empty() {
            return Ok(());
        }
        let reason = |(plugin, failure)| BlockReason::Failed { plugin, failure: Arc::new(failure) };
        Err(Blocked(failures.into_iter().map(reason).collect()))
    }

    /// Notifies the handlers of an event after Alembic has run. Returns at once.
    pub(crate) async fn after(&self, event: Event) {
        let failures = self.handlers.tell(&Arc::new(event)).await;
        debug_assert!(failures.is_empty(), "no handler blocks after Alembic has run");
    }

    /// Returns the findings that comments in the scripts set aside, once.
    pub(crate) fn take_accepted(&self) -> Vec<AcceptedFinding> {
        std::mem::take(&mut self.accepted())
    }

    fn accepted(&self) -> MutexGuard<'_, Vec<AcceptedFinding>> {
        self.accepted.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits until the handlers have processed their messages, but no longer than `grace`.
    pub(crate) async fn finish(self, grace: Duration) {
        self.handlers.finish(grace).await;
        // The process ends soon, so dropping the plugins would only cost time.
        std::mem::forget(self.policies);
    }

    async fn ask(&self, event: &Arc<Event>) -> Vec<BlockReason> {
        let mut reasons = Vec::new();
        self.policies.answers(event, |answer| reasons.extend(self.apply(answer))).await;
        reasons
    }

    /// Records and reports an evaluation. Returns the reason if it blocks the run.
    fn apply(&self, evaluation: PolicyEvaluation) -> Option<BlockReason> {
        let PolicyEvaluation { plugin, signal, answer, effect } = evaluation;
        self.record.verdict(verdict(signal, &plugin, answer.clone(), effect == Effect::Blocks));
        match answer {
            Ok(Verdict { decision, warnings, accepted }) => {
                for warning in warnings {
                    self.reporter.notice(Notice::Warning { plugin: plugin.clone(), warning });
                }
                for finding in accepted {
                    self.reporter.notice(Notice::Accepted(finding.clone()));
                    self.accepted().push(finding);
                }
                match (decision, effect) {
                    (Decision::Deny(denials), Effect::Ignored(because)) => {
                        self.reporter.notice(Notice::WouldDeny { plugin, signal, denials, because });
                        None
                    }
                    (Decision::Deny(denials), _) => Some(BlockReason::Denied { plugin, denials }),
                    (Decision::Allow, _) => None,
                }
            }
            Err(failure) if effect == Effect::Blocks => Some(BlockReason::Failed { plugin, failure }),
            Err(failure) => {
                self.reporter.notice(Notice::CallFailed { plugin, signal, failure, retry: Retry::Never });
                None
            }
        }
    }
}

/// Returns the journal's record of an evaluation.
fn verdict(signal: SignalName, plugin: &str, answer: Result<Verdict, Arc<Failure>>, blocked: bool) -> VerdictRecord {
    match answer {
        Ok(verdict) => VerdictRecord::answered(signal, plugin, verdict, blocked),
        Err(failure) => VerdictRecord::failed(Some(signal), plugin, &failure, blocked),
    }
}
