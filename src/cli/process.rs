//! The process that a command runs in: its stack, and the words for a panic.

use std::any::Any;
use std::backtrace::{Backtrace, BacktraceStatus};
use std::io;
use std::panic::{self, PanicHookInfo};
use std::thread;

use crate::support::exit::Exit;
use crate::support::refused_resource::{RAISE_LIMITS, is_refusal};
use crate::support::standard_stream::survive_file_size_limit;
use crate::support::user_error::{CommandError, UserError};
use crate::ui;

/// The stack of a command. That of the process itself may be as small as `ulimit -s` makes it.
const STACK: usize = 8 * 1024 * 1024;

/// Prepares the process for limits, and for panics.
pub(super) fn prepare() {
    survive_file_size_limit();
    panic::set_hook(Box::new(report));
}

/// Runs a command on a thread with a large stack. A panic has been reported when it returns.
pub(super) fn with_large_stack(command: fn() -> Exit) -> Result<Exit, CommandError> {
    let command = thread::Builder::new().name("lback".to_owned()).stack_size(STACK).spawn(command);
    let command = command.map_err(NoThread)?;
    Ok(command.join().unwrap_or_else(|panicked| exit_after(&said(&*panicked))))
}

/// The system refused a thread.
#[derive(Debug, thiserror::Error)]
#[error("cannot start a thread: {0}")]
struct NoThread(io::Error);

impl UserError for NoThread {
    fn exit(&self) -> Exit {
        Exit::Unavailable
    }

    fn hint(&self) -> Option<String> {
        Some(RAISE_LIMITS.to_owned())
    }
}

/// Reports a panic as an error of lback.
fn report(panicked: &PanicHookInfo<'_>) {
    let message = said(panicked.payload());
    if is_refusal(&message) {
        ui::error(&format!("the system refused a resource that lback needs: {message}"));
        ui::hint(RAISE_LIMITS);
        return;
    }
    let place = panicked.location().map(|place| format!(", at {place}")).unwrap_or_default();
    let backtrace = Backtrace::capture();
    let backtrace = match backtrace.status() {
        BacktraceStatus::Captured => format!("\n{backtrace}"),
        _ => String::new(),
    };
    ui::error(&format!("lback has a defect: {message}{place}{backtrace}"));
    ui::hint("please report it; `RUST_BACKTRACE=1` adds a backtrace");
}

fn said(payload: &(dyn Any + Send)) -> String {
    let text = payload.downcast_ref::<&str>().map(|text| (*text).to_owned());
    text.or_else(|| payload.downcast_ref::<String>().cloned()).unwrap_or_else(|| "a panic without a message".to_owned())
}

fn exit_after(message: &str) -> Exit {
    if is_refusal(message) { Exit::Unavailable } else { Exit::Bug }
}
