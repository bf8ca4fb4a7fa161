//! Runs of small scripts. Bounds of time are generous: they tell a wait that ends from one that
//! doesn't.

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

#[tokio::test]
async fn both_streams_are_carried_byte_for_byte() {
    // Far more than the pipes hold, on both at once, and not UTF-8.
    let script = "import os, threading
data = bytes(range(256)) * 8192
def write(fd):
    rest = memoryview(data)
    while rest: rest = rest[os.write(fd, rest):]
threads = [threading.Thread(target=write, args=(fd,)) for fd in (1, 2)]
[t.start() for t in threads]; [t.join() for t in threads]";
    let (mut stdout, mut stderr) = (Vec::new(), Vec::new());
    let ended = Run::python(script).into_sinks(&mut stdout, &mut stderr).await.expect("a start");
    let expected: Vec<u8> = (0..=255).cycle().take(256 * 8192).collect();
    assert!(stdout == expected && stderr == expected);
    assert!(ended.output_lost.is_none());
    assert_eq!(ended.stdout.left_out(), 256 * 8192 - 64 * 1024);
    assert_eq!((ended.returncode(), ended.cause), (Some(0), EndCause::Itself));
    assert!(ended.success());
}

#[tokio::test]
async fn output_comes_while_alembic_runs() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut run = Run::sh("echo ready; while ! test -e go; do sleep 0.05; done; echo done >&2");
    run.invocation.root = folder.path().to_owned();
    let (stdout, mut reader) = duplex(1024);
    let reading = async {
        assert_eq!(line(&mut reader).await, "ready");
        std::fs::write(folder.path().join("go"), "").expect("a file");
    };
    let (ended, ()) = tokio::join!(run.into_sinks(stdout, tokio::io::sink()), reading);
    let ended = ended.expect("a start");
    assert_eq!((ended.stdout.into_text(), ended.stderr.into_text()), ("ready\n".into(), "done\n".into()));
}

#[tokio::test]
async fn folder_environment_and_empty_stdin() {
    let folder = tempfile::tempdir().expect("a folder");
    let root = folder.path().canonicalize().expect("a path");
    let mut run = Run::sh("pwd -P; cat; echo \"$PYTHONUTF8 $PYTHONUNBUFFERED ${PATH:+inherited}\"");
    run.invocation.root.clone_from(&root);
    run.invocation.environment = python_defaults(|name| name == "PYTHONUTF8");
    run.invocation.environment.push(("PYTHONUTF8".into(), "user".into()));
    let text = run.ended().await.stdout.into_text();
    assert_eq!(text, format!("{}\nuser 1 inherited\n", root.display()));
}

#[tokio::test]
async fn exit_statuses_and_signals_are_told_as_python_does() {
    for (script, code) in
        [("exit 0", 0), ("exit 255", 255), ("exit 2", 2), ("kill -KILL $$", -9), ("kill -SEGV $$", -11)]
    {
        let ended = Run::sh(script).ended().await;
        assert_eq!((ended.returncode(), ended.cause), (Some(code), EndCause::Itself), "{script}");
        assert_eq!(ended.success(), code == 0);
    }
}

#[tokio::test]
async fn timeout_interrupts() {
    let ended = Run::sh("exec sleep 1000").timeout(200).ended().await;
    assert_eq!((ended.returncode(), ended.cause), (Some(-2), EndCause::TimedOut));
    assert!(ended.duration >= Duration::from_millis(200));
}

#[tokio::test]
async fn timeout_has_no_effect_before_its_time() {
    let ended = Run::sh("echo done").timeout(600_000).ended().await;
    assert_eq!((ended.returncode(), ended.cause), (Some(0), EndCause::Itself));
}

#[tokio::test]
async fn stop_request_lets_alembic_clean_up() {
    let script = "import time
try: print('ready', flush=True); time.sleep(1000)
except KeyboardInterrupt: print('cleaned up'); raise SystemExit(3)";
    for request in [StopRequest::Interrupt, StopRequest::Terminate] {
        let (ended, _) = Run::python(script).stopped_when_ready(request).await;
        assert_eq!((ended.returncode(), ended.cause), (Some(3), EndCause::Interrupted(request)));
        assert_eq!(ended.stdout.into_text(), "ready\ncleaned up\n");
    }
}

#[tokio::test]
async fn who_ignores_one_signal_gets_the_next() {
    for (ignored, code) in [("INT", -15), ("INT TERM", -9)] {
        let run = Run::sh(&format!("trap '' {ignored}; echo ready; exec sleep 1000")).grace(200, 200);
        let (ended, _) = run.stopped_when_ready(StopRequest::Interrupt).await;
        assert_eq!(ended.returncode(), Some(code), "ignores {ignored}");
    }
}

#[tokio::test]
async fn second_request_kills_at_once() {
    let run = Run::sh("trap 'echo int' INT; trap 'echo term' TERM; echo ready; while :; do sleep 0.05; done");
    let (stop, (stdout, mut reader)) = (run.stop.clone(), duplex(64));
    let asking = async {
        for (seen, request) in [("ready", StopRequest::Interrupt), ("int", StopRequest::Terminate)] {
            assert_eq!(line(&mut reader).await, seen);
            stop.send(request).await.expect("a listener");
        }
    };
    let (ended, ()) = tokio::join!(run.into_sinks(stdout, tokio::io::sink()), asking);
    let ended = ended.expect("a start");
    assert_eq!((ended.returncode(), ended.cause), (Some(-9), EndCause::Interrupted(StopRequest::Interrupt)));
    assert_eq!(ended.stdout.into_text(), "ready\nint\n");
}

#[tokio::test]
async fn stopping_reaches_what_alembic_started() {
    let script = "(trap '' INT TERM; exec sh -c 'echo ready $$; exec sleep 1000') & wait";
    let (ended, process) = Run::sh(script).grace(200, 200).stopped_when_ready(StopRequest::Terminate).await;
    assert_eq!(ended.cause, EndCause::Interrupted(StopRequest::Terminate));
    until(|| !is_running(&process)).await;
}

#[tokio::test]
async fn what_alembic_started_has_its_grace_too() {
    // The command ends at once at SIGINT, the migration in its child takes a while to roll back.
    let script = "import os, signal, subprocess
signal.signal(signal.SIGINT, lambda *_: os._exit(9))
subprocess.run(['/bin/sh', '-c', '''
    trap 'sleep 0.5; echo rolled back; exit' INT
    echo ready; while :; do sleep 0.05; done'''])";
    let (ended, _) = Run::python(script).stopped_when_ready(StopRequest::Interrupt).await;
    assert_eq!(ended.returncode(), Some(9));
    assert_eq!(ended.stdout.into_text(), "ready\nrolled back\n");
}

#[tokio::test]
async fn stopped_process_hears_of_the_stop() {
    let ended = Run::sh("kill -STOP $$; exec sleep 1000").timeout(500).ended().await;
    assert_eq!((ended.returncode(), ended.cause), (Some(-2), EndCause::TimedOut));
}

#[tokio::test]
async fn reader_that_left_stops_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    // A closed pipe would end the script by SIGPIPE before its last line.
    let mut run =
        Run::sh("i=0; while test $i -lt 20000; do echo line $i; i=$((i+1)); done; echo migrated > done; exit 5");
    run.invocation.root = folder.path().to_owned();
    let (stdout, reader) = duplex(64);
    drop(reader);
    let ended = run.into_sinks(stdout, tokio::io::sink()).await.expect("a start");
    assert_eq!((ended.returncode(), ended.cause), (Some(5), EndCause::Itself));
    assert_eq!(ended.output_lost.map(|error| error.kind()), Some(io::ErrorKind::BrokenPipe));
    assert!(folder.path().join("done").exists());
    let text = ended.stdout.into_text();
    assert!(text.starts_with("line 0\n") && text.ends_with("line 19999\n"));
}

#[tokio::test]
async fn slow_reader_gets_everything_after_the_end() {
    let run = Run::sh("i=0; while test $i -lt 3000; do echo line $i; i=$((i+1)); done; echo end >&2");
    let (stdout, mut reader) = duplex(16);
    let reading = async {
        // Longer than lback waits for silent pipes: the pipe here is not silent.
        tokio::time::sleep(Duration::from_secs(2)).await;
        let mut text = String::new();
        reader.read_to_string(&mut text).await.expect("text");
        text
    };
    let (ended, text) = tokio::join!(run.into_sinks(stdout, tokio::io::sink()), reading);
    let ended = ended.expect("a start");
    assert!(ended.output_lost.is_none());
    assert!(text.ends_with("line 2999\n"));
    assert_eq!(ended.stdout.into_text(), text);
}

#[tokio::test]
async fn reader_that_takes_nothing_does_not_hold_up_a_stop() {
    // Alembic waits in a write to the full pipe, and has last words on the other one.
    let script = "trap 'echo stopped >&2; exit 4' INT
        head -c 30000 /dev/zero; echo ready >&2; head -c 300000 /dev/zero; exec sleep 1000";
    let run = Run::sh(script);
    let (stop, (stdout, _unread), (stderr, mut reader)) = (run.stop.clone(), duplex(16), duplex(64));
    let asking = async {
        assert_eq!(line(&mut reader).await, "ready");
        stop.send(StopRequest::Interrupt).await.expect("a listener");
    };
    let (ended, ()) = tokio::join!(run.into_sinks(stdout, stderr), asking);
    let ended = ended.expect("a start");
    assert_eq!((ended.returncode(), ended.cause), (Some(4), EndCause::Interrupted(StopRequest::Interrupt)));
    assert_eq!(ended.output_lost.map(|error| error.kind()), Some(io::ErrorKind::TimedOut));
    assert_eq!(ended.stderr.into_text(), "ready\nstopped\n");
}

#[tokio::test]
async fn reader_that_takes_nothing_after_the_end_can_be_left() {
    let run = Run::sh("echo $$ >&2; echo more than the reader takes; exit 6");
    let (stop, (stdout, _unread), (stderr, mut reader)) = (run.stop.clone(), duplex(4), duplex(64));
    let asking = async {
        let process = line(&mut reader).await;
        until(|| !exists(&process)).await;
        stop.send(StopRequest::Interrupt).await.expect("a listener");
    };
    let (ended, ()) = tokio::join!(run.into_sinks(stdout, stderr), asking);
    let ended = ended.expect("a start");
    assert_eq!((ended.returncode(), ended.cause), (Some(6), EndCause::Itself));
    assert_eq!(ended.output_lost.map(|error| error.kind()), Some(io::ErrorKind::TimedOut));
    assert_eq!(ended.stdout.into_text(), "more than the reader takes\n");
}

#[tokio::test]
async fn pipe_held_by_a_process_left_behind_is_not_waited_for() {
    for left_behind in ["sleep 1000", "yes"] {
        let ended = Run::sh(&format!("{left_behind} & echo $! >&2; exit 7")).ended().await;
        assert_eq!((ended.returncode(), ended.cause), (Some(7), EndCause::Itself));
        let process = ended.stderr.into_text();
        if left_behind == "sleep 1000" {
            assert!(is_running(process.trim()), "it was started to stay, and stays");
        }
        std::process::Command::new("kill").args(["-KILL", process.trim()]).output().expect("kill");
    }
}

#[tokio::test]
async fn dropping_the_run_kills_the_group() {
    let mut run = Run::sh("trap '' INT TERM; sh -c 'echo $$; exec sleep 1000' & echo $$; wait");
    let (stdout, mut reader) = duplex(64);
    let sinks = Sinks { stdout, stderr: tokio::io::sink() };
    let processes = tokio::select! {
        _ = super::run(&run.invocation, sinks, &mut run.requests) => unreachable!("it runs on"),
        processes = async { [line(&mut reader).await, line(&mut reader).await] } => processes,
    };
    for process in processes {
        until(|| !is_running(&process)).await;
    }
}

#[tokio::test]
async fn failures_to_start_are_told_apart() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().expect("a folder");
    let file = |name: &str, text: &str, mode: u32| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).expect("a file");
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).expect("permissions");
        path.into_os_string().into_string().expect("UTF-8")
    };
    let missing = folder.path().join("missing").into_os_string().into_string().expect("UTF-8");
    assert!(matches!(Run::of(&[&missing]).fails().await, StartError::NotFound(_)));
    assert!(matches!(Run::of(&[]).fails().await, StartError::NotFound(_)));
    let plain = file("plain", "#!/bin/sh\n", 0o644);
    assert!(matches!(Run::of(&[&plain]).fails().await, StartError::PermissionDenied(_)));
    let moved = file("moved", "#!/no/such/python\n", 0o755);
    assert!(matches!(Run::of(&[&moved]).fails().await, StartError::NoInterpreter(_)));
    let broken = file("broken", "\u{1}\u{2}", 0o755);
    assert!(matches!(Run::of(&[&broken]).fails().await, StartError::Other { .. }));
    assert!(matches!(Run::of(&["/bin/sh", "a\0b"]).fails().await, StartError::Other { .. }));
    let mut run = Run::sh("true");
    run.invocation.root = missing.into();
    assert!(matches!(run.fails().await, StartError::NoFolder(_)));
}

#[test]
fn a_run_can_move_between_threads() {
    fn is_send<T: Send>(_: &T) {}
    let mut run = Run::sh("true");
    is_send(&super::run(
        &run.invocation,
        Sinks { stdout: tokio::io::sink(), stderr: tokio::io::sink() },
        &mut run.requests,
    ));
}
