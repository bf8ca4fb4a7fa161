//! The one writer to stdout and stderr.
//!
//! It differs from the standard library's in what it reports: a stream that was closed before lback
//! started is an error, and a stream that is full for now (`EAGAIN`) is waited for.

use std::io::{self, Write};
use std::os::fd::BorrowedFd;
use std::sync::atomic::{AtomicBool, Ordering};

use rustix::event::{PollFd, PollFlags, poll};
use rustix::io::Errno;

/// A stream that lback was started with. Nothing is buffered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum StandardStream {
    Stdout,
    Stderr,
}

impl StandardStream {
    fn descriptor(self) -> BorrowedFd<'static> {
        match self {
            Self::Stdout => rustix::stdio::stdout(),
            Self::Stderr => rustix::stdio::stderr(),
        }
    }

    fn was_closed(self) -> bool {
        match self {
            Self::Stdout => STDOUT_WAS_CLOSED.load(Ordering::Relaxed),
            Self::Stderr => STDERR_WAS_CLOSED.load(Ordering::Relaxed),
        }
    }
}

impl Write for StandardStream {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.was_closed() && !bytes.is_empty() {
            return Err(Errno::BADF.into());
        }
        write_when_ready(self.descriptor(), bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Writes as much as the descriptor takes, and waits while it takes nothing.
fn write_when_ready(descriptor: BorrowedFd<'_>, bytes: &[u8]) -> io::Result<usize> {
    loop {
        match rustix::io::write(descriptor, bytes) {
            Err(Errno::AGAIN) => wait_until_writable(descriptor)?,
            Err(Errno::INTR) => {}
            written => return Ok(written?),
        }
    }
}

fn wait_until_writable(descriptor: BorrowedFd<'_>) -> io::Result<()> {
    match poll(&mut [PollFd::from_borrowed_fd(descriptor, PollFlags::OUT)], None) {
        Ok(_) | Err(Errno::INTR) => Ok(()),
        Err(error) => Err(error.into()),
    }
}

static STDOUT_WAS_CLOSED: AtomicBool = AtomicBool::new(false);
static STDERR_WAS_CLOSED: AtomicBool = AtomicBool::new(false);

/// Runs before the standard library's start, which replaces closed streams by `/dev/null`. Output
/// would be lost without an error.
#[used]
#[cfg_attr(target_vendor = "apple", unsafe(link_section = "__DATA,__mod_init_func"))]
#[cfg_attr(not(target_vendor = "apple"), unsafe(link_section = ".init_array"))]
static BEFORE_MAIN: extern "C" fn() = note_closed_streams;

extern "C" fn note_closed_streams() {
    for (stream, was_closed) in
        [(StandardStream::Stdout, &STDOUT_WAS_CLOSED), (StandardStream::Stderr, &STDERR_WAS_CLOSED)]
    {
        let is_closed = rustix::io::fcntl_getfd(stream.descriptor()) == Err(Errno::BADF);
        was_closed.store(is_closed, Ordering::Relaxed);
    }
}

/// Makes a write beyond the limit of a file's size (`ulimit -f`) an error. Without a handler, its
/// signal would kill lback in the middle of a run.
pub(crate) fn survive_file_size_limit() {
    let seen = std::sync::Arc::<AtomicBool>::default();
    if let Err(error) = signal_hook::flag::register(signal_hook::consts::SIGXFSZ, seen) {
        tracing::debug!("SIGXFSZ keeps its default action: {error}");
    }
}
