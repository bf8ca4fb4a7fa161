//! Handlers: each has its own queue and task, so that it receives its signals in order and delays
//! no other handler.
//!
//! An event is in the journal before any handler is notified, and stays there until the handler has
//! processed it. None of this delays Alembic: messages of earlier runs are delivered while Alembic
//! runs, and a handler that the run waits for receives new events first.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{mpsc, oneshot, watch};
use tokio::task::JoinHandle;

use super::backlog::Backlog;
use super::current_event::CurrentEvent;
use super::failure_policy::Consequence;
use super::member::Member;
use crate::journal::{DeliveryFailure, Outbox, RunRecord};
use crate::model::event::Event;
use crate::model::notice::{Notice, Retry};
use crate::model::reporter::Reporter;
use crate::model::signal::SignalName;
use crate::plugin::{Failure, Role};
use crate::support::fault::fault_point;

/// One event on its way to one handler.
struct Delivery {
    event: Arc<Event>,
    journal_write: JournalWrite,
    /// The channel for the result, if the run waits for it (`on-error = "block"`).
    result: Option<oneshot::Sender<Failure>>,
}

/// A pending write to the journal, which resolves to whether the event is stored.
#[derive(Clone)]
struct JournalWrite(watch::Receiver<Option<bool>>);

impl JournalWrite {
    fn when(known: impl Future<Output = bool> + Send + 'static) -> Self {
        let (sender, receiver) = watch::channel(None);
        tokio::spawn(async move { sender.send(Some(known.await)) });
        Self(receiver)
    }

    async fn known(mut self) -> bool {
        self.0.wait_for(Option::is_some).await.is_ok_and(|known| *known == Some(true))
    }
}

/// The queues of all handlers.
pub(super) struct Handlers {
    queues: Vec<HandlerQueue>,
    reporter: Arc<dyn Reporter>,
    record: RunRecord,
}

struct HandlerQueue {
    member: Arc<Member>,
    sender: mpsc::UnboundedSender<Delivery>,
    task: JoinHandle<()>,
    current: CurrentEvent,
}

impl Handlers {
    pub(super) fn start(members: &[Arc<Member>], reporter: &Arc<dyn Reporter>, record: &RunRecord) -> Self {
        let queues: Vec<_> = members
            .iter()
            .filter(|member| member.loaded.as_ref().is_ok_and(|plugin| plugin.inspected().contract.handler))
            .map(|member| {
                let (sender, receiver) = mpsc::unbounded_channel();
                let worker = HandlerWorker {
                    member: Arc::clone(member),
                    outbox: record.outbox(),
                    reporter: Arc::clone(reporter),
                    current: CurrentEvent::default(),
                };
                let current = worker.current.clone();
                let task = tokio::spawn(worker.deliver(receiver));
                HandlerQueue { member: Arc::clone(member), sender, task, current }
            })
            .collect();
        let handlers = Self { queues, reporter: Arc::clone(reporter), record: record.clone() };
        record.heirs(&handlers.names(SignalName::AlembicCommandFailed));
        handlers
    }

    fn subscribers(&self, signal: SignalName) -> impl Iterator<Item = &HandlerQueue> {
        self.queues.iter().filter(move |queue| queue.member.for_signal(Role::Handler, signal).is_some())
    }

    fn names(&self, signal: SignalName) -> Vec<String> {
        self.subscribers(signal).map(|queue| queue.member.name.clone()).collect()
    }

    /// Notifies every handler that subscribes to the event. Waits only for handlers whose failure
    /// would stop the run, and returns their failures.
    pub(super) async fn tell(&self, event: &Arc<Event>) -> Vec<(String, Failure)> {
        let signal = event.signal.name();
        let names = self.names(signal);
        // Every handler has the event in its queue before the first wait, so a caller that stops
        // waiting takes it from no handler.
        let journal_write = JournalWrite::when(self.record.event(event, names));
        let mut awaited = Vec::new();
        for HandlerQueue { member, sender, .. } in self.subscribers(signal) {
            let mut delivery =
                Delivery { event: Arc::clone(event), journal_write: journal_write.clone(), result: None };
            if member.consequence(Some(Role::Handler), signal) == Consequence::Block {
                let (result, failed) = oneshot::channel();
                delivery.result = Some(result);
                awaited.push((member.name.clone(), failed));
            }
            // The task ends only with the queue or by a panic; the channel below reports a panic.
            let _ = sender.send(delivery);
        }
        if signal == SignalName::AlembicCommandStarted {
            // Alembic never starts before the journal has the event.
            journal_write.known().await;
        }
        let mut failures = Vec::new();
        for (name, failed) in awaited {
            // A handler that succeeds closes its channel without a message.
            if let Ok(failure) = failed.await {
                failures.push((name, failure));
            }
        }
        failures
    }

    /// Waits until every handler has processed its queue, but no longer than `grace` in all.
    pub(super) async fn finish(self, grace: Duration) {
        let deadline = tokio::time::Instant::now() + grace;
        let outbox = self.record.outbox();
        // Every queue is closed before the first wait, because the handlers run concurrently.
        let tasks: Vec<_> =
            self.queues.into_iter().map(|HandlerQueue { member, task, current, .. }| (member, task, current)).collect();
        for (member, mut task, current) in tasks {
            match tokio::time::timeout_at(deadline, &mut task).await {
                Ok(Ok(())) => {}
                Ok(Err(panicked)) => tracing::error!("the handler `{}` could not be run: {panicked}", member.name),
                Err(_) => {
                    task.abort();
                    let retry = match current.get() {
                        Some(event) => {
                            let grace = humantime::format_duration(grace);
                            let error = format!("it was not done {grace} after the end of the run");
                            retry_after(outbox.cut_off(event, &member.name, &error).await)
                        }
                        None => Retry::Never,
                    };
                    self.reporter.notice(Notice::Undelivered { plugin: member.name.clone(), grace, retry });
                }
            }
        }
    }
}

/// The task of one handler, which delivers its messages one at a time.
struct HandlerWorker {
    member: Arc<Member>,
    outbox: Outbox,
    reporter: Arc<dyn Reporter>,
    current: CurrentEvent,
}

impl HandlerWorker {
    async fn deliver(self, mut queue: mpsc::UnboundedReceiver<Delivery>) {
        let (member, outbox) = (Arc::clone(&self.member), self.outbox.clone());
        let mut backlog = Backlog::new(member, outbox, Arc::clone(&self.reporter));
        // A run that waits for this handler must not wait for its backlog.
        let awaited = SignalName::ALL
            .into_iter()
            .any(|signal| self.member.consequence(Some(Role::Handler), signal) == Consequence::Block);
        if !awaited {
            backlog.catch_up(&self.current).await;
        }
        while let Some(delivery) = queue.recv().await {
            if delivery.result.is_none() {
                backlog.catch_up(&self.current).await;
            }
            self.tell(delivery).await;
        }
        backlog.catch_up(&self.current).await;
    }

    async fn tell(&self, Delivery { event, journal_write, result }: Delivery) {
        let Self { member, outbox, .. } = self;
        let signal = event.signal.name();
        let Some(plugin) = member.for_signal(Role::Handler, signal) else { return };
        // The journal has the event before the handler: otherwise a crash would lose it.
        let journaled = journal_write.known().await;
        if journaled {
            outbox.attempt(event.id, &member.name);
            self.current.set(Some(event.id));
        }
        fault_point!("delivery-attempted");
        let handled = plugin.handle(&event).await;
        fault_point!("delivery-accepted");
        self.current.set(None);
        let Err(failure) = handled else {
            if journaled {
                outbox.heard(event.id, &member.name);
            }
            return;
        };
        let failed = if journaled { outbox.failed(event.id, &member.name, &failure.to_string()).await } else { None };
        match result {
            Some(result) => drop(result.send(failure)),
            None => self.reporter.notice(Notice::CallFailed {
                plugin: member.name.clone(),
                signal,
                failure: Arc::new(failure),
                retry: retry_after(failed),
            }),
        }
    }
}

/// Returns how the outbox will retry a failed message.
fn retry_after(failed: Option<DeliveryFailure>) -> Retry {
    match failed {
        None => Retry::Never,
        Some(DeliveryFailure { parked: false, .. }) => Retry::NextRun,
        Some(DeliveryFailure { parked: true, .. }) => Retry::Parked,
    }
}
