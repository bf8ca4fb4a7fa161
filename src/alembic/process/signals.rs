//! The operating system's signals to lback, as stop requests.

use std::future::pending;
use std::io;
use std::path::Path;

use tokio::signal::unix::{Signal, SignalKind, signal};

use super::stop::{StopRequest, StopRequests};
use super::suspend;
use crate::support::read_file;

/// A listener for SIGINT, SIGTERM, SIGHUP and SIGQUIT. Signals that arrive between two calls of
/// `next` are kept, one request for each signal.
///
/// The process handles these signals from then on: they no longer end lback by themselves.
#[derive(Debug)]
pub(crate) struct StopSignals {
    interrupt: Option<Signal>,
    terminate: Option<Signal>,
    hangup: Option<Signal>,
    /// Ctrl-\\. Its default would end lback alone, and leave Alembic behind.
    quit: Option<Signal>,
}

impl StopSignals {
    /// Starts to listen. Must be called within a tokio runtime.
    pub(crate) fn install() -> io::Result<Self> {
        let ignored = ignored();
        // A parent such as `nohup`, or a shell that runs lback in the background, sets signals to
        // be ignored on purpose.
        let is_ignored = |kind: SignalKind| ignored >> (kind.as_raw_value() - 1) & 1 == 1;
        let listen = |kind: SignalKind| (!is_ignored(kind)).then(|| signal(kind)).transpose();
        if !is_ignored(suspend::kind()) {
            suspend::install()?;
        }
        Ok(Self {
            interrupt: listen(SignalKind::interrupt())?,
            terminate: listen(SignalKind::terminate())?,
            hangup: listen(SignalKind::hangup())?,
            quit: listen(SignalKind::quit())?,
        })
    }
}

impl StopRequests for StopSignals {
    async fn next(&mut self) -> StopRequest {
        tokio::select! {
            () = received(&mut self.interrupt) => StopRequest::Interrupt,
            () = received(&mut self.terminate) => StopRequest::Terminate,
            () = received(&mut self.hangup) => StopRequest::Terminate,
            () = received(&mut self.quit) => StopRequest::Terminate,
        }
    }
}

async fn received(listener: &mut Option<Signal>) {
    let received = match listener {
        Some(listener) => listener.recv().await,
        None => None,
    };
    if received.is_none() {
        pending::<()>().await;
    }
}

/// Returns the signals that this process ignores: bit n-1 stands for signal n (proc(5)). Returns no
/// signal on systems without `/proc`, where only an unsafe call (`sigaction`) could tell.
fn ignored() -> u64 {
    let status = read_file::read_text(Path::new("/proc/self/status"), read_file::SMALL).unwrap_or_default();
    mask(&status).unwrap_or(0)
}

fn mask(status: &str) -> Option<u64> {
    let line = status.lines().find_map(|line| line.strip_prefix("SigIgn:"))?;
    u64::from_str_radix(line.trim(), 16).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use rustix::process::{Signal, getpid, kill_process};

    #[tokio::test]
    async fn signals_become_requests() {
        let ignored = ignored();
        let mut signals = StopSignals::install().expect("listeners");
        for (signal, request) in [
            (Signal::TERM, StopRequest::Terminate),
            (Signal::HUP, StopRequest::Terminate),
            (Signal::QUIT, StopRequest::Terminate),
            (Signal::INT, StopRequest::Interrupt),
        ] {
            // The tests may run under `nohup`, or in the background.
            if ignored >> (signal.as_raw() - 1) & 1 == 0 {
                kill_process(getpid(), signal).expect("a signal to this process");
                assert_eq!(signals.next().await, request);
            }
        }
    }

    #[test]
    fn ignored_signals_are_read_from_the_mask() {
        assert_eq!(mask("Name:\tx\nSigIgn:\t0000000000001001\nSigCgt:\t0\n"), Some(0x1001));
        assert_eq!(mask("Name:\tx\n"), None);
    }
}
