//! The backlog of a handler: messages of earlier runs, delivered again in order before new ones.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;

use super::current_event::CurrentEvent;
use super::member::Member;
use crate::journal::{Outbox, PendingDelivery};
use crate::model::notice::Notice;
use crate::model::reporter::Reporter;
use crate::support::fault::fault_point;

/// The pause before the next retry after a handler has failed at its backlog.
const PAUSE: Duration = Duration::from_secs(30);

/// The backlog of one handler. A failure holds up the rest of the backlog, but never new messages.
pub(super) struct Backlog {
    member: Arc<Member>,
    outbox: Outbox,
    reporter: Arc<dyn Reporter>,
    /// The claimed messages; `None` until the journal has been asked.
    waiting: Option<VecDeque<PendingDelivery>>,
    /// The time of the last failure.
    held_up: Option<Instant>,
    told: usize,
    complained: bool,
}

impl Backlog {
    pub(super) fn new(member: Arc<Member>, outbox: Outbox, reporter: Arc<dyn Reporter>) -> Self {
        let (waiting, held_up) = (None, None);
        Self { member, outbox, reporter, waiting, held_up, told: 0, complained: false }
    }

    /// Delivers the waiting messages, up to the first failure. `current` holds the message in
    /// delivery.
    pub(super) async fn catch_up(&mut self, current: &CurrentEvent) {
        if self.held_up.is_some_and(|since| since.elapsed() < PAUSE) {
            return;
        }
        if self.waiting.is_none() {
            let claimed = self.outbox.claim(vec![self.member.name.clone()], false).await;
            self.waiting = Some(claimed.unwrap_or_default().into());
        }
        self.held_up = None;
        while let Some(next) = self.waiting.as_ref().and_then(VecDeque::front).cloned() {
            current.set(Some(next.event));
            let told = tell(&self.member, &self.outbox, &next).await;
            current.set(None);
            match told {
                RetryOutcome::Delivered => self.told += 1,
                RetryOutcome::Parked { failure } => self.complain(&next, failure, true),
                RetryOutcome::Failed { failure } => {
                    self.held_up = Some(Instant::now());
                    self.complain(&next, failure, false);
                    return;
                }
                RetryOutcome::Unknown => {
                    self.held_up = Some(Instant::now());
                    return;
                }
            }
            self.waiting.as_mut().and_then(VecDeque::pop_front);
        }
        if self.told > 0 {
            tracing::info!("the handler `{}` has now heard {} earlier messages", self.member.name, self.told);
            self.told = 0;
        }
    }

    /// Reports the first failure only, since the rest of the backlog waits behind it. A parked
    /// message is always reported.
    fn complain(&mut self, waiting: &PendingDelivery, failure: String, parked: bool) {
        if self.complained && !parked {
            return;
        }
        self.complained = true;
        let others = self.waiting.as_ref().map_or(0, VecDeque::len).saturating_sub(1);
        self.reporter.notice(Notice::RetryFailed {
            plugin: self.member.name.clone(),
            signal: waiting.signal,
            time: waiting.time,
            failure,
            parked,
            others,
        });
    }
}

/// The outcome of delivering a waiting message again.
pub(super) enum RetryOutcome {
    Delivered,
    Failed {
        failure: String,
    },
    /// The message failed too often: later runs no longer retry it.
    Parked {
        failure: String,
    },
    /// The journal didn't return the message.
    Unknown,
}

pub(super) async fn tell(member: &Member, outbox: &Outbox, waiting: &PendingDelivery) -> RetryOutcome {
    let PendingDelivery { event: id, .. } = waiting;
    let name = &member.name;
    let Some(event) = outbox.event(*id).await else { return RetryOutcome::Unknown };
    outbox.attempt(*id, name);
    fault_point!("delivery-attempted");
    let result = match (event, &member.loaded) {
        (Ok(event), Ok(plugin)) => plugin.handle(&event).await.map_err(|failure| failure.to_string()),
        (Err(unreadable), _) => Err(format!("its message can't be read: {unreadable}")),
        (_, Err(failure)) => Err(failure.to_string()),
    };
    match result {
        Ok(()) => {
            fault_point!("delivery-accepted");
            outbox.done(*id, name);
            RetryOutcome::Delivered
        }
        Err(failure) => match outbox.failed(*id, name, &failure).await {
            Some(failed) if failed.parked => RetryOutcome::Parked { failure },
            _ => RetryOutcome::Failed { failure },
        },
    }
}
