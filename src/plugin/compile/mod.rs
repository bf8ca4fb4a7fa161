//! Compiling a component: in a process of its own, within limits of size, memory and time.
//!
//! `shape` refuses what no toolchain makes, before the compiler sees it. `compiler` starts lback
//! again as a compiler; `worker` is what runs there. The compiled code comes back through a pipe,
//! so the worker needs no file and can write none.

mod answer;
mod compiled_code;
mod compiler;
mod dimension;
mod error;
mod shape;
mod survey;
#[cfg(test)]
mod tests;
mod worker;

pub(super) use compiled_code::CompiledCode;
pub(crate) use compiler::COMPILE_COMMAND;
pub(super) use compiler::{Compiler, Trust};
pub(super) use error::CompileError;
pub(crate) use worker::{CompileOrder, compile_stdin};
