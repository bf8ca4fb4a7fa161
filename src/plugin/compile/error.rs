//! The reasons why a plugin was not compiled.

use std::io;
use std::time::Duration;

/// The reason why a plugin was not compiled. It completes the sentence "the plugin can't be loaded:
/// …".
#[derive(Debug, thiserror::Error)]
pub(crate) enum CompileError {
    #[error("it is not a WebAssembly component: {0}")]
    Invalid(String),
    #[error("it is too large to compile in one respect: {found} {what} (limit: {limit})")]
    TooLarge { what: String, found: u64, limit: u64 },
    #[error("its compiled code has {} (limit: {})", bytesize::ByteSize(*.bytes), bytesize::ByteSize(*.limit))]
    TooMuchCode { bytes: u64, limit: u64 },
    #[error("compiling it took more memory than {}, the limit", bytesize::ByteSize(*.limit))]
    OutOfMemory { limit: u64 },
    #[error("compiling it took longer than {}, the limit{}", humantime::format_duration(*.limit), if *.is_locked { "" } else { " for a plugin that is not locked" })]
    TimedOut { limit: Duration, is_locked: bool },
    #[error("the compiler was killed while it compiled the plugin (signal {0})")]
    Killed(i32),
    #[error("the compiler crashed while it compiled the plugin ({0})")]
    Crashed(String),
    #[error("the compiler can't be started: {0}")]
    NotStarted(io::Error),
    #[error("the compiler can't work: {0}")]
    NotReady(String),
}

impl CompileError {
    /// Returns the next step for the user.
    pub(crate) fn hint(&self) -> &'static str {
        match self {
            Self::Invalid(_) => "`source` must name a WebAssembly component, usually a `.wasm` file",
            Self::TooLarge { .. } => {
                "no known toolchain makes such a component: ask its author; `docs/reference/sandbox.md` lists the limits"
            }
            Self::TooMuchCode { .. } | Self::OutOfMemory { .. } | Self::TimedOut { .. } => {
                "a smaller plugin compiles faster: build it optimised for size; if it isn't yours, ask its author"
            }
            Self::Killed(_) => {
                "a kill by the system means lack of memory in most cases: give the machine or container more, or compile the plugin elsewhere"
            }
            Self::Crashed(_) => "ask the plugin's author; `--log lback=debug` shows what the compiler printed",
            Self::NotStarted(_) | Self::NotReady(_) => {
                "compiling needs one more process with some threads: see `ulimit -a`, and the limits of the container"
            }
        }
    }
}
