//! What one handler did not hear in earlier runs: told again, in order, before what is new.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;

use super::handlers::CurrentEvent;
use super::member::Member;
use crate::journal::{Outbox, PendingDelivery};
use crate::model::notice::Notice;
use crate::model::reporter::Reporter;

/// How long a handler is spared after it has failed at its backlog.
const PAUSE: Duration = Duration::from_secs(30);

/// The backlog of one handler. A failure holds up the rest of it, but never what is new.
pub(super) struct Backlog {
    member: Arc<Member>,
    outbox: Outbox,
    reporter: Arc<dyn Reporter>,
    /// None before it is asked for.
    waiting: Option<VecDeque<PendingDelivery>>,
    /// When it last failed.
    held_up: Option<Instant>,
    told: usize,
    complained: bool,
}

impl Backlog {
    pub(super) fn new(member: Arc<Member>, outbox: Outbox, reporter: Arc<dyn Reporter>) -> Self {
        let (waiting, held_up) = (None, None);
        Self { member, outbox, reporter, waiting, held_up, told: 0, complained: false }
    }

    /// Tells what waits, up to the first failure. `current` names what is being told.
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

    /// Once is enough: whoever reads it knows that the rest waits, too.
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

/// What came of telling a handler something that it had missed.
pub(super) enum RetryOutcome {
    Delivered,
    Failed {
        failure: String,
    },
    /// It is no longer tried by itself.
    Parked {
        failure: String,
    },
    /// The journal doesn't say what it is.
    Unknown,
}

pub(super) async fn tell(member: &Member, outbox: &Outbox, waiting: &PendingDelivery) -> RetryOutcome {
    let PendingDelivery { event: id, .. } = waiting;
    let name = &member.name;
    let Some(event) = outbox.event(*id).await else { return RetryOutcome::Unknown };
    outbox.attempt(*id, name);
    let result = match (event, &member.loaded) {
        (Ok(event), Ok(plugin)) => plugin.handle(&event).await.map_err(|failure| failure.to_string()),
        (Err(unreadable), _) => Err(format!("its message can't be read: {unreadable}")),
        (_, Err(failure)) => Err(failure.to_string()),
    };
    match result {
        Ok(()) => {
            outbox.done(*id, name);
            RetryOutcome::Delivered
        }
        Err(failure) => match outbox.failed(*id, name, &failure).await {
            Some(failed) if failed.parked => RetryOutcome::Parked { failure },
            _ => RetryOutcome::Failed { failure },
        },
    }
}
