//! Redelivers messages that handlers missed, on request and without a run.

use std::collections::VecDeque;
use std::sync::Arc;

use super::backlog::{self, RetryOutcome};
use super::member::Member;
use crate::journal::{Outbox, PendingDelivery};

/// The result of a redelivery for one plugin.
#[derive(Debug)]
pub(crate) struct RedeliveryResult {
    pub(crate) plugin: String,
    /// The number of messages delivered now.
    pub(crate) heard: usize,
    /// The failure that ended the redelivery, if any.
    pub(crate) error: Option<String>,
}

/// Redelivers the messages that each plugin missed, in order, all plugins concurrently. The first
/// failure of a plugin ends its redelivery. With `parked`, each parked message is tried once as
/// well. Returns `None` if the journal doesn't answer.
pub(crate) async fn redeliver(members: Vec<Member>, outbox: &Outbox, parked: bool) -> Option<Vec<RedeliveryResult>> {
    let loaded = members.iter().filter(|member| member.loaded.is_ok()).map(|member| member.name.clone());
    let claimed = outbox.claim(loaded.collect(), parked).await?;
    let tasks: Vec<_> = members
        .into_iter()
        .map(|member| {
            let waiting = claimed.iter().filter(|waiting| waiting.plugin == member.name).cloned().collect();
            let outbox = outbox.clone();
            let name = member.name.clone();
            (name, tokio::spawn(async move { catch_up(&member, &outbox, waiting).await }))
        })
        .collect();
    let mut done = Vec::new();
    for (plugin, task) in tasks {
        let (heard, error) = task.await.unwrap_or_else(|panic| (0, Some(panic.to_string())));
        done.push(RedeliveryResult { plugin, heard, error });
    }
    Some(done)
}

async fn catch_up(member: &Member, outbox: &Outbox, mut waiting: VecDeque<PendingDelivery>) -> (usize, Option<String>) {
    let mut error = member.loaded.as_ref().err().map(|failure| Arc::as_ref(failure).to_string());
    let mut heard = 0;
    while let Some(next) = waiting.pop_front() {
        match backlog::tell(member, outbox, &next).await {
            RetryOutcome::Delivered => heard += 1,
            RetryOutcome::Parked { failure } => error = Some(failure),
            RetryOutcome::Failed { failure } => return (heard, Some(failure)),
            RetryOutcome::Unknown => return (heard, Some("the journal doesn't answer".into())),
        }
    }
    (heard, error)
}
