//! The messages that handlers have not accepted yet, and their deliveries.
//!
//! A delivery waits until it is done. It belongs to a living process, or to the next one that
//! claims it, so that two processes never deliver the same message at once. A delivery that keeps
//! failing while the plugin accepts newer ones is parked: the message is at fault, and must not
//! block others. While nothing gets through, the receiver is at fault, and no delivery is parked
//! within a day.

use std::sync::Arc;

use rusqlite::{OptionalExtension as _, Transaction, params};
use uuid::Uuid;

use super::deliveries::{self, DeliveryFailure, PendingDelivery};
use super::error::StoredEventError;
use super::lock::LockOwner;
use super::queue::Journal;
use super::redaction::Hiding;
use super::statements::ATTEMPT_DELIVERY;
use super::{retention, stored_event};
use crate::model::event::Event;
use crate::support::clock;

/// The outbox of one process. Without a journal it is always empty.
#[derive(Clone)]
pub(crate) struct Outbox {
    place: Option<Arc<OutboxPlace>>,
}

/// The journal of an outbox, and the owner and scope of its deliveries.
pub(super) struct OutboxPlace {
    pub(super) journal: Journal,
    pub(super) owner: LockOwner,
    pub(super) scope: Arc<str>,
    pub(super) hiding: Hiding,
}

impl Outbox {
    pub(super) fn new(place: Option<OutboxPlace>) -> Self {
        Self { place: place.map(Arc::new) }
    }

    /// Claims the deliveries that wait for these plugins and have no living owner, oldest first;
    /// with `parked`, parked ones too. Returns `None` without a journal.
    pub(crate) async fn claim(&self, plugins: Vec<String>, parked: bool) -> Option<Vec<PendingDelivery>> {
        let place = self.place.clone()?;
        let (owner, scope) = (place.owner.id.to_string(), Arc::clone(&place.scope));
        let locks = place.journal.locks.clone();
        let claimed = place
            .journal
            .ask(move |transaction| deliveries::claim(transaction, &locks, &owner, &scope, &plugins, parked));
        claimed.await
    }

    /// Waits until the journal is open. Returns `false` if it can't be written, or not soon.
    pub(crate) async fn is_ready(&self) -> bool {
        match &self.place {
            Some(place) => place.journal.ask_at_last(|_| Ok(())).await.is_some(),
            None => false,
        }
    }

    /// Returns the event; `None` if the journal doesn't respond.
    pub(crate) async fn event(&self, id: Uuid) -> Option<Result<Event, StoredEventError>> {
        let place = self.place.as_ref()?;
        let id = id.to_string();
        let read = place.journal.ask(move |transaction| {
            transaction
                .query_row("select content from event where id = ?1", [&id], |row| row.get::<_, Option<String>>(0))
                .optional()
        });
        let content = read.await?;
        Some(content.flatten().ok_or(StoredEventError::Gone).and_then(|content| stored_event::read(&content)))
    }

    /// Records an attempt, before it is made.
    pub(crate) fn attempt(&self, event: Uuid, plugin: &str) {
        self.change(event, plugin, |transaction, event, plugin| {
            transaction.prepare_cached(ATTEMPT_DELIVERY)?.execute(params![event, plugin, clock::now().as_millisecond()])
        });
    }

    /// Records that the plugin accepted the message in the run that sent it. The end of that run
    /// deletes the content.
    pub(crate) fn heard(&self, event: Uuid, plugin: &str) {
        self.change(event, plugin, deliveries::set_done);
    }

    /// Records that the plugin accepted the message, in any run.
    pub(crate) fn done(&self, event: Uuid, plugin: &str) {
        self.change(event, plugin, |transaction, event, plugin| {
            deliveries::set_done(transaction, event, plugin)?;
            retention::lighten_heard(transaction, event)
        });
    }

    /// Records a failed attempt; the delivery waits. Returns `None` if the journal doesn't respond.
    pub(crate) async fn failed(&self, event: Uuid, plugin: &str, error: &str) -> Option<DeliveryFailure> {
        self.not_heard(event, plugin, error, false).await
    }

    /// Records an attempt that the end of the run interrupted. No other message was sent at the
    /// time, so this one may be at fault whatever other deliveries did.
    pub(crate) async fn cut_off(&self, event: Uuid, plugin: &str, error: &str) -> Option<DeliveryFailure> {
        self.not_heard(event, plugin, error, true).await
    }

    async fn not_heard(&self, event: Uuid, plugin: &str, error: &str, suspect: bool) -> Option<DeliveryFailure> {
        let place = self.place.as_ref()?;
        let (event, plugin, error) = (event.to_string(), plugin.to_owned(), place.hiding.free(error));
        place.journal.ask(move |transaction| deliveries::fail(transaction, &event, &plugin, &error, suspect)).await
    }

    /// Releases the remaining deliveries. Only for a redelivery without a run; a run does so at its
    /// end.
    pub(crate) async fn leave(self) {
        let Some(place) = self.place else { return };
        let owner = place.owner.id.to_string();
        place.journal.ask_at_last(move |transaction| deliveries::let_go(transaction, &owner)).await;
        place.owner.release();
    }

    /// Changes a delivery. If the process ends before the change is written, the message is
    /// delivered once more, which may happen anyway.
    fn change(
        &self,
        event: Uuid,
        plugin: &str,
        act: impl Fn(&Transaction<'_>, &str, &str) -> rusqlite::Result<usize> + Send + 'static,
    ) {
        let Some(place) = &self.place else { return };
        let (event, plugin) = (event.to_string(), plugin.to_owned());
        place.journal.put_soon(move |transaction| act(transaction, &event, &plugin).map(drop));
    }
}
