//! The journaled event that a handler is processing.

use std::sync::{Arc, Mutex, PoisonError};

use uuid::Uuid;

/// The journaled event that a handler is processing, if any.
#[derive(Clone, Default)]
pub(super) struct CurrentEvent(Arc<Mutex<Option<Uuid>>>);

impl CurrentEvent {
    pub(super) fn set(&self, event: Option<Uuid>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = event;
    }

    pub(super) fn get(&self) -> Option<Uuid> {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
