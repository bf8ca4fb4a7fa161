//! The operating system's signals to lback, as stop requests.

use std::io;

use super::stop::{StopRequest, StopRequests};

/// Listens from its making on; what arrives while nobody asks is kept, one request for each signal.
///
/// The process keeps these signals for good: once this exists, they no longer end lback by themselves.
#[derive(Debug)]
pub(crate) struct StopSignals(platform::Listeners);

impl StopSignals {
    /// Must be called within a tokio runtime.
    pub(crate) fn install() -> io::Result<Self> {
        platform::Listeners::install().map(Self)
    }
}

impl StopRequests for StopSignals {
    async fn next(&mut self) -> StopRequest {
        self.0.next().await
    }
}

#[cfg(unix)]
mod platform {
    use std::future::pending;
    use std::io;

    use tokio::signal::unix::{Signal, SignalKind, signal};

    use super::StopRequest;

    #[derive(Debug)]
    pub(in crate::alembic) struct Listeners {
        interrupt: Option<Signal>,
        terminate: Option<Signal>,
        hangup: Option<Signal>,
    }

    impl Listeners {
        pub(in crate::alembic) fn install() -> io::Result<Self> {
            let ignored = ignored();
            // Who started lback under `nohup`, or in the background of a script, meant it not to hear the signal.
            let listen = |kind: SignalKind| {
                let is_ignored = ignored >> (kind.as_raw_value() - 1) & 1 == 1;
                (!is_ignored).then(|| signal(kind)).transpose()
            };
            Ok(Self {
                interrupt: listen(SignalKind::interrupt())?,
                terminate: listen(SignalKind::terminate())?,
                hangup: listen(SignalKind::hangup())?,
            })
        }

        pub(in crate::alembic) async fn next(&mut self) -> StopRequest {
            tokio::select! {
                () = received(&mut self.interrupt) => StopRequest::Interrupt,
                () = received(&mut self.terminate) => StopRequest::Terminate,
                () = received(&mut self.hangup) => StopRequest::Terminate,
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

    /// The signals that this process ignores, bit n-1 for signal n (proc(5)). None where there is no such file: the
    /// one safe call for it, outside Linux, would be `sigaction`.
    pub(in crate::alembic) fn ignored() -> u64 {
        let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
        super::mask(&status).unwrap_or(0)
    }
}

#[cfg(unix)]
fn mask(status: &str) -> Option<u64> {
    let line = status.lines().find_map(|line| line.strip_prefix("SigIgn:"))?;
    u64::from_str_radix(line.trim(), 16).ok()
}

#[cfg(not(unix))]
mod platform {
    use std::future::pending;
    use std::io;

    use super::StopRequest;

    #[derive(Debug)]
    pub(in crate::alembic) struct Listeners;

    impl Listeners {
        #[expect(clippy::unnecessary_wraps, reason = "can fail on other platforms")]
        pub(in crate::alembic) fn install() -> io::Result<Self> {
            Ok(Self)
        }

        pub(in crate::alembic) async fn next(&mut self) -> StopRequest {
            match tokio::signal::ctrl_c().await {
                Ok(()) => StopRequest::Interrupt,
                Err(_) => pending().await,
            }
        }
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use rustix::process::{Signal, getpid, kill_process};

    #[tokio::test]
    async fn signals_become_requests() {
        let ignored = platform::ignored();
        let mut signals = StopSignals::install().expect("listeners");
        for (signal, request) in [
            (Signal::TERM, StopRequest::Terminate),
            (Signal::HUP, StopRequest::Terminate),
            (Signal::INT, StopRequest::Interrupt),
        ] {
            // The tests may be run under `nohup`, or in the background.
            if ignored >> (signal.as_raw() - 1) & 1 == 0 {
                kill_process(getpid(), signal).expect("a signal to oneself");
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
