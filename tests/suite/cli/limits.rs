//! Processes with little memory, few files or a small stack, and clocks that are wrong: lback ends
//! with words, or works.

use std::os::unix::fs::MetadataExt as _;
use std::os::unix::process::ExitStatusExt as _;
use std::process::Command;

use crate::support::{Done, Project, plugin};

/// The exit code of a command that the system refuses a resource.
const REFUSED: i32 = 69;

const COMMANDS: [&[&str]; 9] = [
    &["--help"],
    &["plugin", "list"],
    &["plugin", "test", "guard"],
    &["log"],
    &["log", "show", "--json"],
    &["plan", "--json"],
    &["history"],
    &["migrate"],
    &["plugin", "new", "another-policy"],
];

fn project() -> Project {
    let project = Project::new().plugin("guard", &plugin("guard"), "");
    project.lback(&["history"]).exits(0);
    project
}

/// Runs under a limit of the shell's `ulimit`, which the program inherits.
fn limited(project: &Project, words: &[&str], limit: &str) -> Done {
    project.lback(words).through("sh", &["-c", &format!("ulimit {limit} && exec \"$@\""), "sh"]).run()
}

/// Checks that lback itself did not crash. Alembic, in Python, may.
#[track_caller]
fn ends_with_words(done: &Done, limit: &str) {
    const SIGABRT: i32 = 6;
    const SIGSEGV: i32 = 11;
    // The shell is replaced by lback, so that lback's signals are those of the run.
    assert!(![Some(SIGABRT), Some(SIGSEGV)].contains(&done.status().signal()), "{limit}: {done}");
    assert_ne!(done.code(), Some(101), "{limit}: {done}");
    assert_ne!(done.code(), Some(70), "{limit}: {done}");
    assert!(!done.stderr.contains("panicked"), "{limit}: {done}");
    assert!(!done.stderr.contains("this is a defect"), "{limit}: {done}");
    assert!(done.code() == Some(0) || !done.stderr.is_empty() || !done.stdout.is_empty(), "{limit}: {done}");
}

/// Runs a command under each limit, and checks that it never crashes. A command that starts no
/// Alembic works, or ends with an error. Returns the number of these errors.
#[track_caller]
fn works_or_refuses(project: &Project, words: &[&str], limits: &[&str]) -> usize {
    let mut refusals = 0;
    let is_lback_alone = [&["plugin", "list"][..], &["log"]].contains(&words);
    for limit in limits {
        let done = limited(project, words, limit);
        ends_with_words(&done, limit);
        if !is_lback_alone {
            continue;
        }
        match done.code() {
            Some(0) => {}
            Some(REFUSED) => {
                assert!(done.stderr.contains("error: "), "{limit}: {done}");
                refusals += 1;
            }
            _ => panic!("{limit}: {done}"),
        }
    }
    refusals
}

#[test]
fn few_open_files_are_an_error_with_words() {
    let project = project();
    let limits = ["-n 4", "-n 6", "-n 8", "-n 10", "-n 12", "-n 16", "-n 24", "-n 40"];
    let refusals: usize = COMMANDS.into_iter().map(|words| works_or_refuses(&project, words, &limits)).sum();
    assert!(refusals > 0, "one of the limits is too low");
}

#[test]
fn a_process_with_few_open_files_replaces_no_launcher_that_others_use() {
    let project = project();
    let cache = project.path("cache");
    project.lback(&["history"]).env("LBACK_CACHE_DIR", &cache).exits(0);
    let launcher = std::fs::read_dir(&cache)
        .expect("a folder")
        .map(|entry| entry.expect("an entry").path())
        .find(|path| path.file_name().is_some_and(|name| name.to_string_lossy().starts_with("launcher-")))
        .expect("the launcher");
    let inode = || std::fs::metadata(&launcher).expect("the launcher").ino();
    let before = inode();
    for limit in 6..30 {
        let words = ["-c", &format!("ulimit -n {limit} && exec \"$@\""), "sh"];
        project.lback(&["history"]).env("LBACK_CACHE_DIR", &cache).through("sh", &words).run();
        assert_eq!(inode(), before, "ulimit -n {limit}");
    }
}

#[test]
fn few_open_files_are_enough_for_a_plan() {
    let project = project();
    for limit in ["-n 100", "-n 128", "-n 200", "-n 203"] {
        limited(&project, &["plan"], limit).exits(0).output_lacks(&["barrier"]);
    }
}

#[test]
fn a_small_stack_is_enough() {
    let project = project();
    for words in [
        &["--help"][..],
        &["plugin", "list"],
        &["plugin", "install", "--help"],
        &["log"],
        &["plan", "rollback", "--help"],
    ] {
        for limit in ["-s 64", "-s 128", "-s 512"] {
            limited(&project, words, limit).exits(0);
        }
    }
}

#[test]
fn little_memory_is_an_error_with_words() {
    let project = project();
    for words in COMMANDS {
        let limits = ["-v 200000", "-v 300000", "-v 400000", "-v 800000", "-v 1000000", "-v 4000000"];
        works_or_refuses(&project, words, &limits);
    }
}

#[test]
fn too_little_memory_for_a_thread_is_an_error_with_words() {
    const CANNOT_LOAD: i32 = 127;
    let project = project();
    for words in [&["plugin", "list"][..], &["log"]] {
        // With less, the system ends the program before its own code runs.
        let mut limits = (20_000..200_000).step_by(1000).map(|kib| limited(&project, words, &format!("-v {kib}")));
        let lowest = limits.find(|done| done.status().signal().is_none() && done.code() != Some(CANNOT_LOAD));
        let _ = lowest
            .expect("a limit")
            .exits(REFUSED)
            .stderr_has(&["error: cannot start a thread", "hint: raise the limits"]);
    }
}

/// A library that replaces the clock of programs that are started with it.
const CLOCK: &str = r#"
#include <time.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <unistd.h>
int clock_gettime(clockid_t id, struct timespec *time) {
    int done = syscall(SYS_clock_gettime, id, time);
    char *year = getenv("TEST_CLOCK");
    if (id == CLOCK_REALTIME && year) time->tv_sec = atoll(year);
    return done;
}
int gettimeofday(struct timeval *restrict time, void *restrict zone) {
    struct timespec now;
    int done = clock_gettime(CLOCK_REALTIME, &now);
    time->tv_sec = now.tv_sec;
    time->tv_usec = now.tv_nsec / 1000;
    return done;
}
"#;

#[test]
fn a_clock_may_be_anywhere() {
    // 1931, just before 1970, 9999 and 11476, in seconds since 1970.
    for clock in ["-1230768000", "-1", "0", "253402300799", "300000000000"] {
        let project = Project::new().plugin("guard", &plugin("guard"), "").file("clock.c", CLOCK);
        let library = project.path("clock.so");
        let built =
            Command::new("cc").args(["-shared", "-fPIC", "-o"]).arg(&library).arg(project.path("clock.c")).status();
        assert!(built.expect("a C compiler").success());
        let run = |words: &[&str]| {
            project
                .lback(words)
                .env("LD_PRELOAD", &library)
                .env("TEST_CLOCK", clock)
                .env("PYTHONDONTWRITEBYTECODE", "1")
                .run()
        };
        for words in [
            &["migrate"][..],
            &["plan"],
            &["history"],
            &["log"],
            &["log", "show"],
            &["log", "--since", "7d"],
            &["log", "--json"],
        ] {
            let done = run(words);
            ends_with_words(&done, clock);
            // Python can't start with a clock beyond the year 2262.
            let beyond_python = clock.parse::<i64>().expect("seconds") > 9_223_372_036;
            let is_python = !["log", "plugin"].contains(&words[0]);
            assert!(done.code() == Some(0) || is_python && beyond_python, "the clock at {clock}: {done}");
        }
        let events = run(&["--events", "-", "history"]);
        assert!(events.stdout.contains("lback.alembic_command_"), "{events}");
    }
}
