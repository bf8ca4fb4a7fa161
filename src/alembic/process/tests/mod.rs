//! Runs of small scripts. Bounds of time are generous: they tell a wait that ends from one that
//! doesn't.

mod output;
mod start;
mod stopping;

use tokio::io::{AsyncReadExt, DuplexStream, duplex};
use tokio::sync::mpsc;

use super::*;

/// Far longer than any script here takes, and shorter than what the scripts that never end would.
const LONG: Duration = Duration::from_mins(1);

struct Run {
    invocation: Invocation,
    requests: mpsc::Receiver<StopRequest>,
    stop: mpsc::Sender<StopRequest>,
}

impl Run {
    fn of(argv: &[&str]) -> Self {
        let (stop, requests) = mpsc::channel(8);
        let invocation = Invocation {
            argv: argv.iter().map(OsString::from).collect(),
            root: std::env::temp_dir(),
            environment: Vec::new(),
            timeout: None,
            grace: Grace { interrupt: LONG, terminate: LONG },
        };
        Self { invocation, requests, stop }
    }

    fn sh(script: &str) -> Self {
        Self::of(&["/bin/sh", "-c", script])
    }

    fn python(script: &str) -> Self {
        Self::of(&["/usr/bin/env", "python3", "-c", script])
    }

    #[must_use]
    fn timeout(mut self, millis: u64) -> Self {
        self.invocation.timeout = Some(Duration::from_millis(millis));
        self
    }

    #[must_use]
    fn grace(mut self, interrupt: u64, terminate: u64) -> Self {
        self.invocation.grace =
            Grace { interrupt: Duration::from_millis(interrupt), terminate: Duration::from_millis(terminate) };
        self
    }

    async fn into_sinks<O, E>(mut self, stdout: O, stderr: E) -> Result<ProcessEnd, StartError>
    where
        O: AsyncWrite + Unpin + Send,
        E: AsyncWrite + Unpin + Send,
    {
        let run = run(&self.invocation, Sinks { stdout, stderr }, &mut self.requests);
        tokio::time::timeout(LONG, run).await.expect("an end")
    }

    /// Asks for a stop after the first line of output, `ready …`; the rest of that line is returned
    /// too.
    async fn stopped_when_ready(self, request: StopRequest) -> (ProcessEnd, String) {
        let (stop, (stdout, mut reader)) = (self.stop.clone(), duplex(1024));
        let asking = async {
            let line = line(&mut reader).await;
            stop.send(request).await.expect("a listener");
            line.strip_prefix("ready").expect("a line that says so").trim().to_owned()
        };
        let (ended, rest) = tokio::join!(self.into_sinks(stdout, tokio::io::sink()), asking);
        (ended.expect("a start"), rest)
    }

    async fn ended(self) -> ProcessEnd {
        self.into_sinks(tokio::io::sink(), tokio::io::sink()).await.expect("a start")
    }

    async fn fails(self) -> StartError {
        self.into_sinks(tokio::io::sink(), tokio::io::sink()).await.expect_err("no start")
    }
}

async fn line(from: &mut DuplexStream) -> String {
    let mut line = String::new();
    while !line.ends_with('\n') {
        let byte = tokio::time::timeout(LONG, from.read_u8()).await.expect("output in time").expect("a byte");
        line.push(char::from(byte));
    }
    line.trim_end().to_owned()
}

async fn until(is_true: impl Fn() -> bool) {
    let waiting = async {
        while !is_true() {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    tokio::time::timeout(LONG, waiting).await.expect("it comes true in time");
}

/// Returns whether the process runs. An ended process that is not reaped doesn't run.
fn is_running(process: &str) -> bool {
    let status = std::process::Command::new("ps").args(["-o", "stat=", "-p", process]).output().expect("ps").stdout;
    status.first().is_some_and(|&state| state != b'Z')
}

/// True if the process exists, even if it has ended and is not reaped.
fn exists(process: &str) -> bool {
    let process = process.parse().ok().and_then(rustix::process::Pid::from_raw).expect("a process id");
    rustix::process::test_kill_process(process).is_ok()
}
