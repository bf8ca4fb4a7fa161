//! lback's side: starts the compiler's process, feeds it, and reads its answer.

use std::ffi::OsString;
use std::io;
use std::os::unix::process::ExitStatusExt as _;
use std::path::PathBuf;
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use rustix::process::{Resource, Signal, getrlimit};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::process::{Child, Command};
use tokio::sync::Semaphore;

use super::answer::{CompilerAnswer, MAX_CODE_BYTES};
use super::compiled_code::CompiledCode;
use super::error::CompileError;
use super::worker::CompileOrder;
use crate::plugin::host::limits;

/// The hidden command of lback that compiles.
pub(crate) const COMPILE_COMMAND: &str = "__compile";

/// The number of processes that compile at a time. Each one uses several threads.
const PROCESSES: usize = 2;
/// The number of threads of a process. Each function in work takes memory of its own.
const THREADS: usize = 8;
/// Bytes of the compiler's stderr that are kept, for the log.
const STDERR_BYTES: u64 = 16 * 1024;
/// The words for a failed allocation, after which the process ends: those of Rust's standard
/// library, of wasmtime, and of the system.
const OUT_OF_MEMORY: [&str; 3] = ["memory allocation of", "out of memory", "Cannot allocate memory"];

/// The words of Rust's standard library for a stack overflow, after which the process ends.
const STACK_OVERFLOW: &str = "has overflowed its stack";

/// The reason to compile a plugin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::plugin) enum Trust {
    /// The digest is in `lback.lock`: a person has accepted the plugin.
    Locked,
    /// The plugin is inspected, installed or tested.
    NotLocked,
}

/// Compiles components, each in a process of its own.
pub(in crate::plugin) struct Compiler {
    slots: Semaphore,
}

/// The output of a process that has ended.
struct Ended {
    status: ExitStatus,
    output: Vec<u8>,
    stderr: String,
}

impl Compiler {
    pub(in crate::plugin) fn new() -> Self {
        Self { slots: Semaphore::new(PROCESSES) }
    }

    /// Returns the compiled code of a component. Dropping the future kills the process.
    pub(in crate::plugin) async fn compile(
        &self,
        component: &[u8],
        trust: Trust,
    ) -> Result<CompiledCode, CompileError> {
        // It is never closed.
        let _slot = self.slots.acquire().await;
        let limits = CompileLimits::of(component.len() as u64, trust);
        let child = start(limits.order).map_err(CompileError::NotStarted)?;
        tracing::debug!("process {} compiles a plugin of {} bytes", child.id().unwrap_or_default(), component.len());
        let ended = tokio::time::timeout(limits::COMPILE_TIMEOUT, finish(child, component));
        let ended = ended.await.map_err(|_| limits.timed_out(limits::COMPILE_TIMEOUT))?;
        let ended = ended.map_err(|error| CompileError::Crashed(error.to_string()))?;
        if !ended.stderr.is_empty() {
            tracing::debug!("the compiler printed: {}", ended.stderr.trim_end().escape_debug());
        }
        limits.code(ended).map(CompiledCode)
    }
}

/// The limits for one component.
struct CompileLimits {
    order: CompileOrder,
    trust: Trust,
}

impl CompileLimits {
    fn of(bytes: u64, trust: Trust) -> Self {
        let processor = match trust {
            Trust::Locked => limits::COMPILE_PROCESSOR_LOCKED,
            Trust::NotLocked => limits::COMPILE_PROCESSOR_NOT_LOCKED,
        };
        let memory = limits::COMPILE_MEMORY + limits::COMPILE_MEMORY_PER_BYTE * bytes;
        // A lower limit of the user's shell stays in force.
        let memory = getrlimit(Resource::Data).maximum.map_or(memory, |maximum| maximum.min(memory));
        Self { order: CompileOrder { bytes, memory, processor: processor.as_secs() }, trust }
    }

    fn timed_out(&self, limit: Duration) -> CompileError {
        CompileError::TimedOut { limit, is_locked: self.trust == Trust::Locked }
    }

    fn code(&self, Ended { status, mut output, stderr }: Ended) -> Result<Vec<u8>, CompileError> {
        let answer = CompilerAnswer::read(&output).map(|(answer, code)| (answer, output.len() - code.len()));
        let Some((answer, code_at)) = answer.filter(|_| status.success()) else {
            return Err(self.broke_off(status, &stderr));
        };
        match answer {
            CompilerAnswer::Compiled { .. } => Ok(output.split_off(code_at)),
            CompilerAnswer::TooLarge { what, found, limit } => Err(CompileError::TooLarge { what, found, limit }),
            CompilerAnswer::Invalid(why) => Err(CompileError::Invalid(why)),
            CompilerAnswer::TooMuchCode { bytes } => Err(CompileError::TooMuchCode { bytes, limit: MAX_CODE_BYTES }),
            CompilerAnswer::OutOfMemory => Err(CompileError::OutOfMemory { limit: self.order.memory }),
            CompilerAnswer::NotReady(why) => Err(CompileError::NotReady(why)),
        }
    }

    fn broke_off(&self, status: ExitStatus, stderr: &str) -> CompileError {
        if OUT_OF_MEMORY.iter().any(|words| stderr.contains(words)) {
            return CompileError::OutOfMemory { limit: self.order.memory };
        }
        if stderr.contains(STACK_OVERFLOW) {
            return CompileError::Crashed("stack overflow".into());
        }
        match status.signal() {
            Some(signal) if signal == Signal::XCPU.as_raw() => {
                self.timed_out(Duration::from_secs(self.order.processor))
            }
            Some(signal) if signal == Signal::KILL.as_raw() || signal == Signal::TERM.as_raw() => {
                CompileError::Killed(signal)
            }
            Some(signal) => CompileError::Crashed(format!("signal {signal}")),
            None => CompileError::Crashed(status.to_string()),
        }
    }
}

fn start(order: CompileOrder) -> io::Result<Child> {
    let CompileOrder { bytes, memory, processor } = order;
    let threads = std::thread::available_parallelism().map_or(1, usize::from).min(THREADS);
    let mut command = Command::new(this_program()?);
    command
        .arg(COMPILE_COMMAND)
        .args([bytes, memory, processor].map(|number| number.to_string()))
        // Neither secrets nor settings of lback are the compiler's business.
        .env_clear()
        .envs(std::env::var_os("LD_LIBRARY_PATH").map(|value| (OsString::from("LD_LIBRARY_PATH"), value)))
        .env("RAYON_NUM_THREADS", threads.to_string())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        // Ctrl-C on a terminal is lback's to hear. It ends the process when it ends itself.
        .process_group(0)
        .kill_on_drop(true);
    command.spawn()
}

/// Returns this program's file. On Linux the link is the running program itself, even if a file of
/// another version has taken its place.
fn this_program() -> io::Result<PathBuf> {
    let link = PathBuf::from("/proc/self/exe");
    if cfg!(target_os = "linux") && link.exists() { Ok(link) } else { std::env::current_exe() }
}

async fn finish(mut child: Child, component: &[u8]) -> io::Result<Ended> {
    let (stdin, stdout, stderr) = (child.stdin.take(), child.stdout.take(), child.stderr.take());
    let (Some(mut stdin), Some(stdout), Some(stderr)) = (stdin, stdout, stderr) else {
        return Err(io::ErrorKind::BrokenPipe.into());
    };
    let feed = async {
        // A process that ends early doesn't read everything; its status says why.
        let _ = stdin.write_all(component).await;
    };
    let (mut output, mut said) = (Vec::new(), Vec::new());
    let read = async {
        let mut stdout = stdout.take(MAX_CODE_BYTES + (1 << 20));
        stdout.read_to_end(&mut output).await
    };
    let hear = async {
        let mut stderr = stderr;
        (&mut stderr).take(STDERR_BYTES).read_to_end(&mut said).await?;
        tokio::io::copy(&mut stderr, &mut tokio::io::sink()).await
    };
    let ((), read, heard) = tokio::join!(feed, read, hear);
    read?;
    heard?;
    let status = child.wait().await?;
    // The process ends when its stdin does.
    drop(stdin);
    Ok(Ended { status, output, stderr: String::from_utf8_lossy(&said).into_owned() })
}
