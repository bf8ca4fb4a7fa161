//! The asynchronous runtime of a command.

use crate::support::internal_error::InternalError;
/// Turns of other tasks before the run is looked after. A busy plugin gives its turn back after 10 ms.
const TURNS: u32 = 4;

/// Runs a future on lback's runtime, and leaves nothing behind that could keep the process.
///
/// One thread runs it all: plugins yield at every tick of the epoch, and several threads that make and drop their memories
/// cost more in the kernel than they gain (ten handlers: 30 ms of processor time with two threads, 18 with one).
/// The run itself is looked after between every few turns of others: Alembic shall not wait for handlers that are busy.
pub(crate) fn with_runtime<T>(future: impl Future<Output = T>) -> Result<T, InternalError> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .event_interval(TURNS)
        .build()
        .map_err(InternalError::new)?;
    let result = runtime.block_on(future);
    // What still runs (a handler that was given up, a store that waits) must not hold up the exit.
    runtime.shutdown_background();
    Ok(result)
}
