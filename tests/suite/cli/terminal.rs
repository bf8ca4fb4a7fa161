//! Output on a terminal: lback shows what it waits for, clears the line afterwards, and uses
//! colour.

use crate::support::{Project, plugin};

/// The exit code, and everything that the terminal showed. Nothing is compiled yet.
fn on_a_terminal(project: &Project, args: &[&str], environment: &[(&str, &str)]) -> (Option<i32>, String) {
    let run = project.lback(args).on_a_terminal("").env("TERM", "xterm-256color");
    let run = run.env("LBACK_CACHE_DIR", project.path(".cache"));
    let done = environment.iter().fold(run, |run, (name, value)| run.env(name, value)).run();
    assert_eq!(done.stderr, "", "{done}");
    (done.code(), done.stdout)
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
    let waits = "import os, time\nprint('from the migration', flush=True)\n\
        while not os.path.exists('go'): time.sleep(0.02)";
    let project = Project::new().revision("two", Some("one"), waits, "pass");
    let step = "2 of 3: upgrade to two, make two";
    let running = project.lback(&["migrate"]).on_a_terminal("").start();
    running.until_stdout_has(step);
    project.write("go", "");
    let shown = running.wait().exits(0).stdout;
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
    project.lback(&["migrate"]).exits(0).output_lacks(&["2 of 3", "\u{1b}"]);
}

#[test]
fn a_terminal_gets_colour_unless_switched_off() {
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
