//! One call of a component: a fresh store with every limit set, the call, and its result.

use std::sync::Arc;
use std::time::{Duration, Instant};

use wasmtime::component::{Instance, InstancePre, ResourceTableError};
use wasmtime::{Store, Trap};
use wasmtime_wasi::I32Exit;
use wasmtime_wasi_http::FieldMapError;

use super::deadline::Deadline;
use crate::plugin::failure::Failure;
use crate::plugin::host::guest_log::GuestLog;
use crate::plugin::host::guest_text::printable;
use crate::plugin::host::limits::{self, Limiter};
use crate::plugin::host::secrets::Redactor;
use crate::plugin::host::state::{CallCapabilities, HostState};
use crate::support::refused_resource::is_refusal;

/// The time and memory limits of a call.
#[derive(Clone, Copy, Debug)]
pub(in crate::plugin) struct CallLimits {
    /// Wall-clock time for instantiation, guest code and host calls together, without the time in
    /// which the plan is made.
    pub(in crate::plugin) timeout: Duration,
    /// Bytes of linear memory.
    pub(in crate::plugin) memory: usize,
}

/// An exported function whose type isn't that of the package.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(in crate::plugin) struct WrongShape(String);

/// Wraps an error of looking up exported functions, for `map_err`.
#[expect(clippy::needless_pass_by_value, reason = "for `map_err`")]
pub(in crate::plugin) fn wrong_shape(error: wasmtime::Error) -> wasmtime::Error {
    wasmtime::Error::new(WrongShape(printable(&format!("{error:#}"))))
}

/// Calls a component on a fresh instance, which is dropped after the call.
pub(in crate::plugin) async fn call<R>(
    instance: &InstancePre<HostState>,
    plugin: &Arc<str>,
    reach: CallCapabilities,
    redactor: &Redactor,
    budget: CallLimits,
    act: impl AsyncFnOnce(&mut Store<HostState>, Instance) -> wasmtime::Result<R>,
) -> Result<R, Failure> {
    let tracer = reach.tracer.clone();
    let log = GuestLog::new(Arc::clone(plugin), redactor.clone(), tracer.clone());
    let deadline = Deadline::new(budget.timeout);
    let state = HostState::new(reach, Limiter::new(budget.memory), log, deadline.clone());
    let mut store = Store::new(instance.engine(), state);
    store.limiter(|state| &mut state.limiter);
    store.set_hostcall_fuel(limits::HOST_CALL_BYTES);
    // At every tick of the epoch the guest yields, so that the time-out below is noticed.
    store.set_epoch_deadline(1);
    store.epoch_deadline_async_yield_and_update(1);

    let begun = Instant::now();
    let called = deadline
        .limit(async {
            let instance = instance.instantiate_async(&mut store).await?;
            act(&mut store, instance).await
        })
        .await;
    store.data().finish();
    tracer.record(|trace| {
        trace.duration = begun.elapsed();
        trace.memory = store.data().limiter.memory();
    });
    match called {
        Some(Ok(result)) => Ok(result),
        Some(Err(error)) => Err(explain(&error, store.data(), budget)),
        None => Err(Failure::TimedOut(budget.timeout)),
    }
}

/// Returns the limit that a guest hit, or else the reason of the trap.
fn explain(error: &wasmtime::Error, state: &HostState, budget: CallLimits) -> Failure {
    if let Some(I32Exit(status)) = error.downcast_ref() {
        return Failure::Exited(*status);
    }
    if let Some(WrongShape(what)) = error.downcast_ref() {
        return Failure::Exports(what.clone());
    }
    match state.limiter.hit() {
        Some("memory") => {
            return Failure::OutOf { what: "memory", limit: format!("{}", bytesize::ByteSize(budget.memory as u64)) };
        }
        Some(what) => return Failure::OutOf { what, limit: limits::TABLE_ELEMENTS.to_string() },
        None => {}
    }
    let trap = error.downcast_ref::<Trap>();
    if trap == Some(&Trap::StackOverflow) {
        return Failure::OutOf { what: "stack", limit: format!("{} KiB", limits::WASM_STACK / 1024) };
    }
    if let Some(ResourceTableError::Full) = error.downcast_ref() {
        return Failure::OutOf { what: "resource handles", limit: limits::RESOURCES.to_string() };
    }
    if let Some(FieldMapError::TotalSizeTooBig | FieldMapError::TooManyFields) = error.downcast_ref() {
        return Failure::OutOf {
            what: "room for HTTP headers",
            limit: format!("{} KiB", limits::HTTP_HEADER_BYTES / 1024),
        };
    }
    let reason = match trap {
        Some(trap) => trap.to_string(),
        None => printable(&error.root_cause().to_string()),
    };
    if trap.is_none() && is_refusal(&reason) {
        return Failure::Host(reason);
    }
    // wasmtime has no types for these two.
    if reason.contains("exceeds limit") && reason.starts_with("requested len") {
        let limit = format!("{} KiB for one request", limits::RANDOM_BYTES / 1024);
        return Failure::OutOf { what: "random bytes", limit };
    }
    if reason.contains("fuel allocated for hostcalls") {
        let limit = format!("{} MiB", limits::HOST_CALL_BYTES / (1024 * 1024));
        return Failure::OutOf { what: "room for the data of one call between guest and host", limit };
    }
    Failure::Trapped { reason, stderr: state.log.last_words() }
}
