//! What one call of a plugin did, written down for those who try plugins out. In a run nobody looks, and nothing is kept.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use crate::plugin::host::guest_log::Level;

/// An account of one call.
#[derive(Clone, Debug, Default)]
pub(crate) struct Account {
    pub(crate) logs: Vec<(Level, String)>,
    /// In the order in which they were made. Values of secrets are replaced.
    pub(crate) requests: Vec<Requested>,
    /// Each once, in the order in which they were first asked for.
    pub(crate) secrets: Vec<AskedSecret>,
    /// From instantiation to the answer.
    pub(crate) duration: Duration,
    /// Bytes of linear memory that it had in the end, of all its memories together.
    pub(crate) memory: usize,
}

/// A request that a plugin made, or would have made.
#[derive(Clone, Debug)]
pub(crate) struct Requested {
    pub(crate) method: String,
    pub(crate) url: String,
    pub(crate) outcome: RequestOutcome,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum RequestOutcome {
    /// The status of the answer.
    Answered(u16),
    /// Not sent: a rule of lback is against it.
    Refused(String),
    /// Sent, or it would have been, and there was no answer.
    Failed(String),
    /// It is not in the recording; this is how it differs from the nearest one there.
    Unexpected(String),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct AskedSecret {
    pub(crate) name: String,
    pub(crate) outcome: SecretOutcome,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SecretOutcome {
    Handed,
    NotGranted,
    NotSet,
}

/// Where the parts of the host write down what a call does.
#[derive(Clone, Default)]
pub(super) struct Witness(Option<Arc<Mutex<Account>>>);

impl Witness {
    /// One that keeps what it sees.
    pub(super) fn watching() -> Self {
        Self(Some(Arc::default()))
    }

    pub(super) fn is_watching(&self) -> bool {
        self.0.is_some()
    }

    pub(super) fn note(&self, write: impl FnOnce(&mut Account)) {
        if let Some(account) = &self.0 {
            write(&mut account.lock().unwrap_or_else(PoisonError::into_inner));
        }
    }

    pub(super) fn secret(&self, name: &str, outcome: SecretOutcome) {
        self.note(|account| {
            if !account.secrets.iter().any(|asked| asked.name == name) {
                account.secrets.push(AskedSecret { name: crate::plugin::host::guest_text::printable(name), outcome });
            }
        });
    }

    pub(super) fn account(&self) -> Account {
        let mut account = Account::default();
        self.note(|kept| account = kept.clone());
        account
    }
}
