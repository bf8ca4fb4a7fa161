//! The state that all calls of a run share: the engine, the slots, the store and the secrets.

use std::sync::{Arc, Once};

use tokio::sync::{Semaphore, SemaphorePermit};
use wasmtime::Engine;

use super::engine::start_epochs;
use crate::plugin::call::plan_view::PlanView;
use crate::plugin::call_trace::CallTracer;
use crate::plugin::host::secrets::{Redactor, Secrets};
use crate::plugin::host::state::CallCapabilities;
use crate::plugin::host::store::{KeyValue, KeyValueFile};
use crate::plugin::http::{HttpClients, HttpMode, Outbound};
use crate::plugin::permissions::Permissions;
use crate::plugin::role::Role;

/// The state that all calls of a run share.
pub(in crate::plugin) struct CallHost {
    pub(super) engine: Engine,
    pub(super) epochs: Once,
    pub(super) slots: Semaphore,
    pub(super) clients: Arc<HttpClients>,
    pub(super) store: Arc<KeyValueFile>,
    /// The key of the project in the store.
    pub(super) project: Arc<str>,
    pub(in crate::plugin) secrets: Secrets,
    pub(super) redactor: Redactor,
    pub(super) sending: HttpMode,
}

impl CallHost {
    /// Returns a redactor for the values of all secrets.
    pub(in crate::plugin) fn redactor(&self) -> Redactor {
        self.redactor.clone()
    }

    /// Returns a permit for a call. A caller waits only while abandoned calls are still ending.
    pub(in crate::plugin) async fn slot(&self) -> Option<SemaphorePermit<'_>> {
        start_epochs(&self.engine, &self.epochs);
        // It is never closed.
        self.slots.acquire().await.ok()
    }

    pub(in crate::plugin) fn reach(
        &self,
        role: Role,
        plugin: &Arc<str>,
        permissions: Arc<Permissions>,
        plan: PlanView,
        tracer: CallTracer,
    ) -> CallCapabilities {
        // A component may be policy and handler. Its policy is called without the handler's
        // permissions.
        let permissions = if role == Role::Policy { Arc::default() } else { permissions };
        CallCapabilities {
            role,
            plan,
            secrets: self.secrets.clone(),
            store: KeyValue {
                file: Arc::clone(&self.store),
                project: Arc::clone(&self.project),
                plugin: Arc::clone(plugin),
            },
            outbound: Outbound::new(
                Arc::clone(&self.clients),
                Arc::clone(&permissions),
                self.sending.clone(),
                self.redactor.clone(),
                tracer.clone(),
            ),
            tracer,
            permissions,
        }
    }
}
