//! The asynchronous runtime of a command.

use crate::support::internal_error::InternalError;
/// The number of turns of other tasks before the run gets its turn. A busy plugin yields after 10
/// ms.
const TURNS: u32 = 4;

/// Runs a future on lback's runtime, and leaves no task behind that could keep the process alive.
///
/// One thread runs everything: plugins yield at each tick of the epoch, and several threads that
/// create and drop memories cost more in the kernel than they gain (ten handlers: 30 ms of
/// processor time with two threads, 18 with one). The run gets its turn after every few turns of
/// other tasks, so that Alembic does not wait for busy handlers.
pub(crate) fn with_runtime<T>(future: impl Future<Output = T>) -> Result<T, InternalError> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .event_interval(TURNS)
        .build()
        .map_err(InternalError::new)?;
    let result = runtime.block_on(future);
    // A task that is still running, such as an abandoned handler, must not delay the exit.
    runtime.shutdown_background();
    Ok(result)
}
