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
use crate::model::notice::{Kept, Notice};
use crate::model::reporter::Reporter;
use crate::plugin::{Failure, Role};

/// One event on its way to one handler.
struct Delivery {
    event: Arc<Event>,
    written: Written,
    /// Where somebody waits for the result: a handler with `on-error = "block"`.
    result: Option<oneshot::Sender<Failure>>,
}

/// Whether an event is in the journal, once that is known.
#[derive(Clone)]
struct Written(watch::Receiver<Option<bool>>);

impl Written {
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
    queues: Vec<Queue>,
    reporter: Arc<dyn Reporter>,
    record: RunRecord,
}

struct Queue {
    member: Arc<Member>,
    sender: mpsc::UnboundedSender<Delivery>,
    task: JoinHandle<()>,
    current: Current,
}

/// What a handler is being told, if anything that is in the journal.
#[derive(Clone, Default)]
pub(super) struct Current(Arc<Mutex<Option<Uuid>>>);

impl Current {
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
                let teller = Teller {
                    member: Arc::clone(member),
                    outbox: record.outbox(),
                    reporter: Arc::clone(reporter),
                    current: Current::default(),
                };
                let current = teller.current.clone();
                let task = tokio::spawn(teller.deliver(receiver));
                Queue { member: Arc::clone(member), sender, task, current }
            })
            .collect();
        let handlers = Self { queues, reporter: Arc::clone(reporter), record: record.clone() };
        record.heirs(&handlers.names(SignalName::AlembicCommandFailed));
        handlers
    }

    fn who_wants(&self, signal: SignalName) -> impl Iterator<Item = &Queue> {
        self.queues.iter().filter(move |queue| queue.member.for_signal(Role::Handler, signal).is_some())
    }

    fn names(&self, signal: SignalName) -> Vec<String> {
        self.who_wants(signal).map(|queue| queue.member.name.clone()).collect()
    }

    /// Tells every handler that wants the event, and waits only for those whose failure would stop the run. Returns their failures.
    pub(super) async fn tell(&self, event: &Arc<Event>) -> Vec<(String, Failure)> {
        let signal = event.signal.name();
        let names = self.names(signal);
        // Whoever stops waiting here stops nobody from hearing of it: all of them have it in their queues before anything is waited for.
        let written = Written::when(self.record.event(event, names));
        let mut awaited = Vec::new();
        for Queue { member, sender, .. } in self.who_wants(signal) {
            let mut delivery = Delivery { event: Arc::clone(event), written: written.clone(), result: None };
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
            written.known().await;
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
            self.queues.into_iter().map(|Queue { member, task, current, .. }| (member, task, current)).collect();
        for (member, mut task, current) in tasks {
            match tokio::time::timeout_at(deadline, &mut task).await {
                Ok(Ok(())) => {}
                Ok(Err(panicked)) => tracing::error!("the handler `{}` could not be run: {panicked}", member.name),
                Err(_) => {
                    task.abort();
                    let kept = match current.get() {
                        Some(event) => {
                            let grace = humantime::format_duration(grace);
                            let error = format!("it was not done {grace} after the end of the run");
                            kept_as(outbox.cut_off(event, &member.name, &error).await)
                        }
                        None => Kept::No,
                    };
                    self.reporter.notice(Notice::Undelivered { plugin: member.name.clone(), grace, kept });
                }
            }
        }
    }
}

/// Tells one handler, one thing after the other.
struct Teller {
    member: Arc<Member>,
    outbox: Outbox,
    reporter: Arc<dyn Reporter>,
    current: Current,
}

impl Teller {
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

    async fn tell(&self, Delivery { event, written, result }: Delivery) {
        let Self { member, outbox, .. } = self;
        let signal = event.signal.name();
        let Some(plugin) = member.for_signal(Role::Handler, signal) else { return };
        // Not before it is kept: or it would be lost with this process.
        let kept = written.known().await;
        if kept {
            outbox.attempt(event.id, &member.name);
            self.current.set(Some(event.id));
        }
        let handled = plugin.handle(&event).await;
        self.current.set(None);
        let Err(failure) = handled else {
            if kept {
                outbox.heard(event.id, &member.name);
            }
            return;
        };
        let failed = if kept { outbox.failed(event.id, &member.name, &failure.to_string()).await } else { None };
        match result {
            Some(result) => drop(result.send(failure)),
            None => self.reporter.notice(Notice::CallFailed {
                plugin: member.name.clone(),
                signal,
                failure: Arc::new(failure),
                kept: kept_as(failed),
            }),
        }
    }
}

/// Returns whether the outbox keeps a message that failed.
fn kept_as(failed: Option<DeliveryFailure>) -> Kept {
    match failed {
        None => Kept::No,
        Some(DeliveryFailure { parked: false, .. }) => Kept::Waiting,
        Some(DeliveryFailure { parked: true, .. }) => Kept::Parked,
    }
}
