//! Handlers: each has a queue and a task of its own, so that it hears its signals in order and keeps nobody waiting.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;

use super::failure_policy::Consequence;
use super::member::Member;
use super::notice::{Notice, Notices};
use crate::plugin::{Failure, Role};
use crate::signal::Event;

/// One event on its way to one handler.
struct Delivery {
    event: Arc<Event>,
    /// Where somebody waits for the result: a handler with `on-error = "block"`.
    result: Option<oneshot::Sender<Failure>>,
}

/// The queues of all handlers.
pub(super) struct Handlers {
    queues: Vec<Queue>,
    notices: Notices,
}

struct Queue {
    member: Arc<Member>,
    sender: mpsc::UnboundedSender<Delivery>,
    task: JoinHandle<()>,
}

impl Handlers {
    pub(super) fn start(members: &[Arc<Member>], notices: &Notices) -> Self {
        let queues = members
            .iter()
            .filter(|member| member.loaded.as_ref().is_ok_and(|plugin| plugin.inspected().contract.handler))
            .map(|member| {
                let (sender, receiver) = mpsc::unbounded_channel();
                let task = tokio::spawn(deliver(Arc::clone(member), receiver, Arc::clone(notices)));
                Queue { member: Arc::clone(member), sender, task }
            })
            .collect();
        Self { queues, notices: Arc::clone(notices) }
    }

    /// Tells every handler that wants the event, and waits only for those whose failure would stop the run. Returns their failures.
    pub(super) async fn tell(&self, event: &Arc<Event>) -> Vec<(String, Failure)> {
        let signal = event.signal.name();
        let mut awaited = Vec::new();
        for Queue { member, sender, .. } in &self.queues {
            if member.for_signal(Role::Handler, signal).is_none() {
                continue;
            }
            let mut delivery = Delivery { event: Arc::clone(event), result: None };
            if member.consequence(Some(Role::Handler), signal) == Consequence::Block {
                let (result, failed) = oneshot::channel();
                delivery.result = Some(result);
                awaited.push((member.name.clone(), failed));
            }
            // The task ends only with the queue, or when it panicked: then the channel below says so.
            let _ = sender.send(delivery);
        }
        let mut failures = Vec::new();
        for (name, failed) in awaited {
            // The channel is closed without a word where all went well.
            if let Ok(failure) = failed.await {
                failures.push((name, failure));
            }
        }
        failures
    }

    /// Waits until every handler has heard everything, but no longer than `grace` in all.
    pub(super) async fn finish(self, grace: Duration) {
        let deadline = tokio::time::Instant::now() + grace;
        // Every queue is closed before the first is waited for: they run side by side.
        let tasks: Vec<_> = self.queues.into_iter().map(|Queue { member, task, .. }| (member, task)).collect();
        for (member, mut task) in tasks {
            match tokio::time::timeout_at(deadline, &mut task).await {
                Ok(Ok(())) => {}
                Ok(Err(panicked)) => tracing::error!("the handler `{}` could not be run: {panicked}", member.name),
                Err(_) => {
                    task.abort();
                    (self.notices)(Notice::Undelivered { plugin: member.name.clone(), grace });
                }
            }
        }
    }
}

async fn deliver(member: Arc<Member>, mut queue: mpsc::UnboundedReceiver<Delivery>, notices: Notices) {
    while let Some(Delivery { event, result }) = queue.recv().await {
        let signal = event.signal.name();
        let Some(plugin) = member.for_signal(Role::Handler, signal) else { continue };
        if let Err(failure) = plugin.handle(&event).await {
            match result {
                Some(result) => drop(result.send(failure)),
                None => notices(Notice::CallFailed { plugin: member.name.clone(), signal, failure: Arc::new(failure) }),
            }
        }
    }
}
