//! The messages of a guest: the `log` interface, stdout and stderr, forwarded to lback's log within
//! a limit.

use std::collections::VecDeque;
use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};

use tokio::io::AsyncWrite;
use wasmtime_wasi::cli::{IsTerminal, StdoutStream};

use super::guest_text::printable;
use super::limits;
use super::log_level::LogLevel;
use super::secrets::Redactor;
use crate::plugin::call_trace::CallTracer;
use crate::support::redact::{StreamRedactor, process};

/// Added to the length of each message, so that a flood of empty ones ends too.
const MESSAGE_COST: usize = 64;
/// A line that a guest prints without a line break is passed on when it gets this long, in bytes.
const LINE_BYTES: usize = 4096;
/// The number of stderr's last lines that are kept for the message about a trap.
const LAST_WORDS: usize = 4;

/// The stream to which a guest prints.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::plugin) enum GuestOutput {
    Stdout,
    Stderr,
}

/// The messages of one call of a plugin.
#[derive(Clone)]
pub(in crate::plugin) struct GuestLog(Arc<SharedLog>);

struct SharedLog {
    plugin: Arc<str>,
    redactor: Redactor,
    tracer: CallTracer,
    state: Mutex<LogState>,
}

struct LogState {
    left: usize,
    last_words: VecDeque<String>,
}

impl GuestLog {
    pub(in crate::plugin) fn new(plugin: Arc<str>, redactor: Redactor, tracer: CallTracer) -> Self {
        let state = Mutex::new(LogState { left: limits::LOG_BYTES, last_words: VecDeque::new() });
        Self(Arc::new(SharedLog { plugin, redactor, tracer, state }))
    }

    pub(in crate::plugin) fn write(&self, level: LogLevel, message: &str) {
        let cost = message.len().saturating_add(MESSAGE_COST);
        {
            let mut state = self.0.state.lock().unwrap_or_else(PoisonError::into_inner);
            if state.left == 0 {
                return;
            }
            if cost > state.left {
                state.left = 0;
                drop(state);
                self.emit(LogLevel::Warn, "it logged more than 64 KiB in one call; the rest is dropped");
                return;
            }
            state.left -= cost;
        }
        if self.is_heard(level) {
            self.emit(level, &printable_log(&self.0.redactor.redact(message)));
        }
    }

    /// The stream that becomes the guest's stdout or stderr.
    pub(in crate::plugin) fn stream(&self, output: GuestOutput) -> GuestStream {
        let line = StreamRedactor::with_limits(process().clone(), 2 * LINE_BYTES, LINE_BYTES);
        GuestStream { log: self.clone(), output, line: Arc::new(Mutex::new(line)) }
    }

    /// Returns the last lines that the guest wrote to stderr, where a panic leaves its message.
    pub(in crate::plugin) fn last_words(&self) -> String {
        let state = self.0.state.lock().unwrap_or_else(PoisonError::into_inner);
        printable(&Vec::from(state.last_words.clone()).join(" / "))
    }

    fn line(&self, output: GuestOutput, line: &[u8]) {
        let line = String::from_utf8_lossy(line);
        let line = line.trim_end();
        if line.is_empty() {
            return;
        }
        // Rust's standard library prints this advice below each panic; no guest can set the
        // variable.
        let is_advice = line.starts_with("note: run with `RUST_BACKTRACE");
        if output == GuestOutput::Stderr && !is_advice {
            let mut state = self.0.state.lock().unwrap_or_else(PoisonError::into_inner);
            if state.last_words.len() == LAST_WORDS {
                state.last_words.pop_front();
            }
            state.last_words.push_back(self.0.redactor.redact(line));
        }
        self.write(LogLevel::Info, line);
    }

    /// Returns whether messages of this level are shown or traced. Making messages printable takes
    /// longer than many a call.
    fn is_heard(&self, level: LogLevel) -> bool {
        self.0.tracer.is_recording()
            || match level {
                LogLevel::Trace => tracing::enabled!(target: "plugin", tracing::Level::TRACE, plugin),
                LogLevel::Debug => tracing::enabled!(target: "plugin", tracing::Level::DEBUG, plugin),
                LogLevel::Info => tracing::enabled!(target: "plugin", tracing::Level::INFO, plugin),
                LogLevel::Warn => tracing::enabled!(target: "plugin", tracing::Level::WARN, plugin),
                LogLevel::Error => tracing::enabled!(target: "plugin", tracing::Level::ERROR, plugin),
            }
    }

    fn emit(&self, level: LogLevel, message: &str) {
        let plugin = &*self.0.plugin;
        self.0.tracer.record(|trace| trace.logs.push((level, message.to_owned())));
        if self.0.tracer.is_recording() {
            return;
        }
        match level {
            LogLevel::Trace => tracing::trace!(target: "plugin", plugin, "{message}"),
            LogLevel::Debug => tracing::debug!(target: "plugin", plugin, "{message}"),
            LogLevel::Info => tracing::info!(target: "plugin", plugin, "{message}"),
            LogLevel::Warn => tracing::warn!(target: "plugin", plugin, "{message}"),
            LogLevel::Error => tracing::error!(target: "plugin", plugin, "{message}"),
        }
    }
}

/// A log message may be as long as the budget: only its characters are made harmless.
fn printable_log(message: &str) -> String {
    let characters: Vec<char> = message.chars().collect();
    characters.chunks(limits::TEXT_CHARS).map(|chunk| printable(&chunk.iter().collect::<String>())).collect()
}

/// A guest's stdout or stderr: what is printed becomes log messages, a line each.
#[derive(Clone)]
pub(in crate::plugin) struct GuestStream {
    log: GuestLog,
    output: GuestOutput,
    /// The line so far. It is redacted before it is cut, so that no cut divides a secret.
    line: Arc<Mutex<StreamRedactor>>,
}

impl GuestStream {
    /// Passes a redacted line on, in parts that are short enough.
    fn lines(&self, line: &[u8]) {
        line.chunks(LINE_BYTES).for_each(|part| self.log.line(self.output, part));
    }

    /// Passes on what was printed without a last line break.
    pub(in crate::plugin) fn finish(&self) {
        let line = self.line.lock().unwrap_or_else(PoisonError::into_inner).finish();
        self.lines(&line);
    }
}

impl IsTerminal for GuestStream {
    fn is_terminal(&self) -> bool {
        false
    }
}

impl StdoutStream for GuestStream {
    fn async_stream(&self) -> Box<dyn AsyncWrite + Send + Sync> {
        Box::new(self.clone())
    }
}

impl AsyncWrite for GuestStream {
    fn poll_write(self: Pin<&mut Self>, _: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let mut line = self.line.lock().unwrap_or_else(PoisonError::into_inner);
        for part in bytes.split_inclusive(|&byte| byte == b'\n') {
            let (part, ends) = part.strip_suffix(b"\n").map_or((part, false), |part| (part, true));
            let mut ready = line.push(part);
            if ends {
                ready.extend(line.finish());
            }
            self.lines(&ready);
        }
        Poll::Ready(Ok(bytes.len()))
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}
