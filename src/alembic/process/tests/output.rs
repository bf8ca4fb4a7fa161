//! The output of a script, and its readers.

use super::*;

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
