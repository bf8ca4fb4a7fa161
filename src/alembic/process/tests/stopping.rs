//! The end of a script: by itself, by a deadline, and by requests to stop.

use super::*;

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
async fn dropping_the_run_kills_the_group() {
    let mut run = Run::sh("trap '' INT TERM; sh -c 'echo $$; exec sleep 1000' & echo $$; wait");
    let (stdout, mut reader) = duplex(64);
    let sinks = Sinks { stdout, stderr: tokio::io::sink() };
    let processes = tokio::select! {
        _ = crate::alembic::process::run(&run.invocation, sinks, &mut run.requests) => unreachable!("it runs on"),
        processes = async { [line(&mut reader).await, line(&mut reader).await] } => processes,
    };
    for process in processes {
        until(|| !is_running(&process)).await;
    }
}
