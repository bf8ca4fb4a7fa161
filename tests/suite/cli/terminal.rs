//! On a terminal: waiting is shown, and gone when it is over; colour comes by itself.

use std::process::{Command, Stdio};

use crate::support::{Project, plugin, python};

/// Runs lback on a terminal of its own, and copies to stdout what the terminal got.
const ON_A_TERMINAL: &str = "
import os, pty, sys
pid, terminal = pty.fork()
if pid == 0:
    os.execv(sys.argv[1], sys.argv[1:])
shown = b''
while True:
    try:
        part = os.read(terminal, 65536)
    except OSError:
        break
    if not part:
        break
    shown += part
sys.stdout.buffer.write(shown)
sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
";

/// The exit code, and everything that was written to the terminal.
fn on_a_terminal(project: &Project, args: &[&str], environment: &[(&str, &str)]) -> (Option<i32>, String) {
    let _ = project.lback(&[]);
    let output = Command::new(python())
        .args(["-c", ON_A_TERMINAL, env!("CARGO_BIN_EXE_lback")])
        .args(args)
        .current_dir(project.root())
        .env_clear()
        .envs([("PATH", "/usr/bin:/bin"), ("TERM", "xterm-256color")])
        .env("LBACK_CACHE_DIR", project.path(".cache"))
        .env("LBACK_STATE_DIR", project.path(".state"))
        .envs(environment.iter().copied())
        .stdin(Stdio::null())
        .output()
        .expect("python");
    assert!(output.stderr.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
    (output.status.code(), String::from_utf8_lossy(&output.stdout).into_owned())
}

#[test]
fn compiling_is_shown_while_it_lasts_and_then_gone() {
    let project = Project::new().plugin("guard", &plugin("guard"), "");
    let (code, first) = on_a_terminal(&project, &["history"], &[]);
    assert_eq!(code, Some(0), "{first:?}");
    let (waiting, after) = first.rsplit_once("compiling plugin `guard`").expect("the wait is shown");
    assert!(!waiting.contains("make one"), "Alembic has not begun yet: {first:?}");
    let cleared = after.find("\u{1b}[2K").expect("the line is cleared");
    let history = after.find("make one").expect("Alembic's output");
    assert!(cleared < history, "the line is cleared before Alembic writes: {first:?}");

    let (code, second) = on_a_terminal(&project, &["history"], &[]);
    assert_eq!(code, Some(0));
    assert!(!second.contains("compiling"), "what is compiled is not compiled again: {second:?}");
}

#[test]
fn the_step_that_goes_on_is_shown_and_then_gone() {
    let slow = "import time\nprint('from the migration', flush=True)\ntime.sleep(1.5)";
    let project = Project::new().revision("two", Some("one"), slow, "pass");
    let (code, shown) = on_a_terminal(&project, &["migrate"], &[]);
    assert_eq!(code, Some(0), "{shown:?}");
    let step = "2 of 3: upgrade to two, make two";
    let (before, after) = shown.split_once(step).unwrap_or_else(|| panic!("the step is shown: {shown:?}"));
    assert!(before.contains("Running upgrade one -> two") && before.contains("from the migration"), "{shown:?}");
    let cleared = after.find("\u{1b}[2K").expect("the line is cleared");
    let next = after.find("Running upgrade two -> three").expect("Alembic's output");
    assert!(cleared < next, "the line is cleared before Alembic writes: {shown:?}");
    assert!(!after[next..].contains(" of 3"), "nothing of it is left: {shown:?}");
}

#[test]
fn a_line_that_is_not_at_its_end_is_left_alone() {
    let say = |text: &str| format!("print('{text}', end='', file=sys.stderr, flush=True)");
    let slow = format!("import sys, time\n{}\ntime.sleep(1)\n{}", say("half a line"), say(", whole\\n"));
    let project = Project::new().revision("two", Some("one"), &slow, "pass");
    let (code, shown) = on_a_terminal(&project, &["migrate"], &[]);
    assert_eq!(code, Some(0), "{shown:?}");
    assert!(shown.contains("half a line, whole"), "nothing was written into it: {shown:?}");
}

#[test]
fn in_a_pipe_there_is_no_progress() {
    let project = Project::new().revision("two", Some("one"), "import time\ntime.sleep(1)", "pass");
    project.lback(&["migrate"]).exits(0).never_says(&["2 of 3", "\u{1b}"]);
}

#[test]
fn a_terminal_gets_colour_unless_nobody_wants_it() {
    let project = Project::empty();
    let inspect = ["plugin", "inspect", "absent.wasm"];
    let (code, plain) = on_a_terminal(&project, &inspect, &[("NO_COLOR", "1")]);
    assert_eq!(code, Some(65));
    assert!(plain.starts_with("error: the file") && !plain.contains('\u{1b}'), "{plain:?}");
    let (_, colored) = on_a_terminal(&project, &inspect, &[]);
    assert!(colored.contains("\u{1b}["), "{colored:?}");
    let (_, never) = on_a_terminal(&project, &[&["--color", "never"], &inspect[..]].concat(), &[]);
    assert!(!never.contains('\u{1b}'), "{never:?}");
}
