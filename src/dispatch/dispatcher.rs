//! The order of a dispatch: policies first, all of them and side by side; then handlers, only if nothing was denied.

use std::sync::Arc;
use std::time::Duration;

use super::failure_policy::Consequence;
use super::handlers::Handlers;
use super::member::Member;
use super::notice::{Kept, Notice, Notices};
use crate::journal::{RunRecord, VerdictRecord};
use crate::plugin::{Failure, Role};
use crate::signal::{Event, SignalName};
use crate::verdict::{Decision, Denial, Verdict};

/// Why a run does not go on, in the order of `lback.toml`. Never empty.
#[derive(Debug)]
pub(crate) struct Blocked(pub(crate) Vec<Reason>);

/// One plugin's part in a block.
#[derive(Debug)]
pub(crate) enum Reason {
    Denied { plugin: String, denials: Vec<Denial> },
    Failed { plugin: String, failure: Arc<Failure> },
}

pub(crate) struct Dispatcher {
    members: Vec<Arc<Member>>,
    handlers: Handlers,
    notices: Notices,
    record: RunRecord,
}

impl Dispatcher {
    /// `members` are in the order of `lback.toml`. Must be called within a tokio runtime.
    pub(crate) fn new(members: Vec<Member>, notices: Notices, record: RunRecord) -> Self {
        let members: Vec<_> = members.into_iter().map(Arc::new).collect();
        for member in &members {
            if let Err(failure) = &member.loaded
                && !member.can_block_unloaded()
            {
                record.verdict(VerdictRecord::failed(None, &member.name, failure, false));
                notices(Notice::NotLoaded { plugin: member.name.clone(), failure: Arc::clone(failure) });
            }
        }
        let handlers = Handlers::start(&members, &notices, &record);
        Self { members, handlers, notices, record }
    }

    /// Asks the policies about what is to happen, and tells the handlers if it may.
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
        let reason = |(plugin, failure)| Reason::Failed { plugin, failure: Arc::new(failure) };
        Err(Blocked(failures.into_iter().map(reason).collect()))
    }

    /// Tells the handlers what has happened. Returns at once.
    pub(crate) async fn after(&self, event: Event) {
        let failures = self.handlers.tell(&Arc::new(event)).await;
        debug_assert!(failures.is_empty(), "after the fact nobody is waited for");
    }

    /// Waits for the handlers to hear what they were told, but no longer than `grace`.
    pub(crate) async fn finish(self, grace: Duration) {
        self.handlers.finish(grace).await;
    }

    async fn ask(&self, event: &Arc<Event>) -> Vec<Reason> {
        let signal = event.signal.name();
        let asked: Vec<_> = self
            .members
            .iter()
            .filter_map(|member| {
                if member.loaded.is_ok() {
                    member.for_signal(Role::Policy, signal)?;
                    let (member, event) = (Arc::clone(member), Arc::clone(event));
                    Some((Arc::clone(&member), Some(tokio::spawn(async move { evaluate(&member, &event).await }))))
                } else {
                    member.blocks_unloaded(signal)?;
                    Some((Arc::clone(member), None))
                }
            })
            .collect();

        let mut reasons = Vec::new();
        for (member, task) in asked {
            let answer = match (task, &member.loaded) {
                (Some(task), _) => {
                    task.await.unwrap_or_else(|panic| Err(Failure::Host(panic.to_string()))).map_err(Arc::new)
                }
                (None, Err(failure)) => Err(Arc::clone(failure)),
                (None, Ok(_)) => continue,
            };
            let reason = self.judge(&member, event, &answer);
            self.record.verdict(verdict(event.signal.name(), &member.name, answer, reason.is_some()));
            reasons.extend(reason);
        }
        reasons
    }

    /// What follows from the answer of one policy.
    fn judge(&self, member: &Member, event: &Event, answer: &Result<Verdict, Arc<Failure>>) -> Option<Reason> {
        let signal = event.signal.name();
        let plugin = || member.name.clone();
        match answer {
            Ok(Verdict { decision, warnings }) => {
                for text in warnings {
                    (self.notices)(Notice::Warning { plugin: plugin(), text: text.clone() });
                }
                match (decision, member.toothless()) {
                    (Decision::Allow, _) => None,
                    (Decision::Deny(denials), Some(because)) => {
                        (self.notices)(Notice::WouldDeny {
                            plugin: plugin(),
                            signal,
                            denials: denials.clone(),
                            because,
                        });
                        None
                    }
                    (Decision::Deny(denials), None) => {
                        Some(Reason::Denied { plugin: plugin(), denials: denials.clone() })
                    }
                }
            }
            Err(failure) => {
                let role = member.loaded.is_ok().then_some(Role::Policy);
                let failure = Arc::clone(failure);
                match member.consequence(role, signal) {
                    Consequence::Block => Some(Reason::Failed { plugin: plugin(), failure }),
                    Consequence::Warn => {
                        (self.notices)(Notice::CallFailed { plugin: plugin(), signal, failure, kept: Kept::No });
                        None
                    }
                }
            }
        }
    }
}

/// For the journal.
fn verdict(signal: SignalName, plugin: &str, answer: Result<Verdict, Arc<Failure>>, blocked: bool) -> VerdictRecord {
    match answer {
        Ok(verdict) => VerdictRecord::answered(signal, plugin, verdict, blocked),
        Err(failure) => VerdictRecord::failed(Some(signal), plugin, &failure, blocked),
    }
}

async fn evaluate(member: &Member, event: &Event) -> Result<Verdict, Failure> {
    match member.for_signal(Role::Policy, event.signal.name()) {
        Some(plugin) => plugin.evaluate(event).await,
        None => Err(Failure::Host(format!("`{}` was asked in vain", member.name))),
    }
}
