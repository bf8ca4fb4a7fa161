//! Handlers: each has a queue and a task of its own, so that it hears its signals in order and keeps nobody waiting.
//!
//! An event is in the journal before anybody is told of it, and stays there until it was heard. Nothing of this delays Alembic: what was
//! missed in earlier runs is told beside it, and a handler that the run waits for hears what is new first.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::{mpsc, oneshot, watch};
use tokio::task::JoinHandle;
use uuid::Uuid;

use super::backlog::Backlog;
use super::failure_policy::Consequence;
use super::member::Member;
use crate::journal::{DeliveryFailure, Outbox, RunRecord};
use crate::model::event::{Event, SignalName};
use crate::model::notice::{Notice, Retry};
use crate::model::reporter::Reporter;
use crate::plugin::{Failure, Role};

/// One event on its way to one handler.
struct Delivery {
    event: Arc<Event>,
    journal_write: JournalWrite,
    /// Where somebody waits for the result: a handler with `on-error = "block"`.
    result: Option<oneshot::Sender<Failure>>,
}

/// Whether an event is in the journal, once that is known.
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

/// What a handler is being told, if anything that is in the journal.
#[derive(Clone, Default)]
pub(super) struct CurrentEvent(Arc<Mutex<Option<Uuid>>>);

impl CurrentEvent {
    pub(super) fn set(&self, event: Option<Uuid>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = event;
    }

    fn get(&self) -> Option<Uuid> {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
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

    /// Tells every handler that wants the event, and waits only for those whose failure would stop the run. Returns their failures.
    pub(super) async fn tell(&self, event: &Arc<Event>) -> Vec<(String, Failure)> {
        let signal = event.signal.name();
        let names = self.names(signal);
        // Whoever stops waiting here stops nobody from hearing of it: all of them have it in their queues before anything is waited for.
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
            // The task ends only with the queue, or when it panicked: then the channel below says so.
            let _ = sender.send(delivery);
        }
        if signal == SignalName::AlembicCommandStarted {
            // Alembic never starts without a trace.
            journal_write.known().await;
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
        let outbox = self.record.outbox();
        // Every queue is closed before the first is waited for: they run side by side.
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

/// Tells one handler, one thing after the other.
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
        // A run that waits for this handler must not wait for what earlier runs left.
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
        // Not before it is kept: or it would be lost with this process.
        let journaled = journal_write.known().await;
        if journaled {
            outbox.attempt(event.id, &member.name);
            self.current.set(Some(event.id));
        }
        let handled = plugin.handle(&event).await;
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

/// Returns whether the outbox keeps a message that failed.
fn retry_after(failed: Option<DeliveryFailure>) -> Retry {
    match failed {
        None => Retry::Never,
        Some(DeliveryFailure { parked: false, .. }) => Retry::NextRun,
        Some(DeliveryFailure { parked: true, .. }) => Retry::Parked,
    }
}
