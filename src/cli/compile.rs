//! The hidden command with which lback compiles a plugin in a process of its own.

use clap::Args;

use crate::plugin::{CompileOrder, compile_stdin};
use crate::support::exit::Exit;
use crate::support::io_error::StdoutError;
use crate::support::user_error::CommandError;

/// Compile the component on stdin; lback starts this itself
#[derive(Args)]
pub(super) struct Compile {
    /// The size of the component, in bytes
    bytes: u64,
    /// The limit of memory, in bytes
    memory: u64,
    /// The limit of processor time, in seconds
    processor: u64,
}

impl Compile {
    pub(super) fn run(self) -> Result<Exit, CommandError> {
        let Self { bytes, memory, processor } = self;
        compile_stdin(CompileOrder { bytes, memory, processor }).map_err(StdoutError)?;
        Ok(Exit::Success)
    }
}
