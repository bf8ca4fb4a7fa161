//! The compiler's side: lback, started again by itself, compiles the component on its stdin.

use std::io::{self, Read as _, Write as _};
use std::thread;

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use wasmtime::OutOfMemory;

use super::answer::{CompilerAnswer, MAX_CODE_BYTES};
use super::shape::{self, Unfit};
use crate::plugin::host::guest_text::printable;
use crate::plugin::load::engine::compiling_engine;

/// The stack of the thread that waits for the end of lback, in bytes.
const WATCH_STACK: usize = 128 * 1024;
/// The exit code if lback has ended. Nothing reads it.
const LBACK_HAS_ENDED: i32 = 1;

/// The size of the component, and the limits of the process.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct CompileOrder {
    /// Bytes of the component.
    pub(crate) bytes: u64,
    /// Bytes of memory.
    pub(crate) memory: u64,
    /// Seconds of processor time.
    pub(crate) processor: u64,
}

/// Compiles the component on stdin, and writes the answer to stdout.
pub(crate) fn compile_stdin(order: CompileOrder) -> io::Result<()> {
    let mut stdout = io::stdout().lock();
    let (answer, code) = match limit_this_process(order) {
        Err(error) => (CompilerAnswer::NotReady(format!("its limits can't be set: {error}")), Vec::new()),
        Ok(()) => compile_watched(&read(order.bytes)?),
    };
    stdout.write_all(&answer.line())?;
    stdout.write_all(&code)?;
    stdout.flush()
}

/// Limits memory and processor time, and forbids core dumps and files.
///
/// Files must have no bytes: the process writes to its pipes only, to which that limit doesn't
/// apply.
///
/// `Data` counts private memory that can be written, heap, stacks of threads and mappings alike,
/// and not the address space that an allocator reserves for a thread.
fn limit_this_process(order: CompileOrder) -> io::Result<()> {
    let limits = [
        (Resource::Data, order.memory, order.memory),
        // The system sends SIGXCPU at the first limit, by which lback knows the reason, and SIGKILL
        // at the second one.
        (Resource::Cpu, order.processor, order.processor.saturating_add(1)),
        (Resource::Core, 0, 0),
        (Resource::Fsize, 0, 0),
    ];
    for (resource, current, maximum) in limits {
        let lower = getrlimit(resource).maximum;
        let at_most = |wanted: u64| Some(lower.map_or(wanted, |lower| lower.min(wanted)));
        setrlimit(resource, Rlimit { current: at_most(current), maximum: at_most(maximum) })?;
    }
    Ok(())
}

fn read(bytes: u64) -> io::Result<Vec<u8>> {
    let mut component = Vec::with_capacity(usize::try_from(bytes).unwrap_or_default());
    io::stdin().lock().take(bytes).read_to_end(&mut component)?;
    if component.len() as u64 == bytes { Ok(component) } else { Err(io::ErrorKind::UnexpectedEof.into()) }
}

/// Ends this process when lback ends, however that happens: lback keeps its end of stdin open until
/// the answer is there, and no other process has it.
///
/// A signal at the death of the parent (`PR_SET_PDEATHSIG`) would not do: it is sent when the
/// thread ends that started this process, and lback's threads may end before lback.
fn end_with_lback() -> io::Result<()> {
    let wait = || {
        let _ = io::copy(&mut io::stdin().lock(), &mut io::sink());
        std::process::exit(LBACK_HAS_ENDED);
    };
    thread::Builder::new().name("stdin".to_owned()).stack_size(WATCH_STACK).spawn(wait).map(drop)
}

fn compile_watched(component: &[u8]) -> (CompilerAnswer, Vec<u8>) {
    match end_with_lback() {
        Err(error) => (CompilerAnswer::NotReady(format!("it can't start a thread: {error}")), Vec::new()),
        Ok(()) => compile(component),
    }
}

fn compile(component: &[u8]) -> (CompilerAnswer, Vec<u8>) {
    match shape::check(component) {
        Ok(()) => {}
        Err(Unfit::Unreadable(error)) => {
            return (CompilerAnswer::Invalid(printable(&error.to_string())), Vec::new());
        }
        Err(Unfit::TooLarge { dimension, found }) => {
            let limit = dimension.limit();
            let what = limit.what.to_owned();
            return (CompilerAnswer::TooLarge { what, found, limit: limit.most }, Vec::new());
        }
    }
    let engine = match compiling_engine() {
        Ok(engine) => engine,
        Err(error) => return (CompilerAnswer::NotReady(format!("{error:#}")), Vec::new()),
    };
    match engine.precompile_component(component) {
        Ok(code) if code.len() as u64 > MAX_CODE_BYTES => {
            (CompilerAnswer::TooMuchCode { bytes: code.len() as u64 }, Vec::new())
        }
        Ok(code) => (CompilerAnswer::Compiled { bytes: code.len() as u64 }, code),
        Err(error) if is_out_of_memory(&error) => (CompilerAnswer::OutOfMemory, Vec::new()),
        Err(error) => (CompilerAnswer::Invalid(printable(&format!("{error:#}"))), Vec::new()),
    }
}

fn is_out_of_memory(error: &wasmtime::Error) -> bool {
    let of_system = |cause: &io::Error| cause.kind() == io::ErrorKind::OutOfMemory;
    error.is::<OutOfMemory>() || error.chain().any(|cause| cause.downcast_ref().is_some_and(of_system))
}
