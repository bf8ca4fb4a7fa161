//! Processes with little memory, few files or a small stack, and clocks that are wrong: lback ends
//! with words, or works.

use std::process::Command;

use crate::support::{Done, Project, plugin};

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
    assert_ne!(done.code(), Some(101), "{limit}: {done}");
    assert_ne!(done.code(), Some(70), "{limit}: {done}");
    assert!(!done.stderr.contains("panicked"), "{limit}: {done}");
    assert!(done.code() == Some(0) || !done.stderr.is_empty() || !done.stdout.is_empty(), "{limit}: {done}");
}

#[test]
fn few_open_files_are_an_error_with_words() {
    let project = project();
    for words in COMMANDS {
        for limit in ["-n 4", "-n 6", "-n 8", "-n 10", "-n 12", "-n 16", "-n 24", "-n 40"] {
            let done = limited(&project, words, limit);
            ends_with_words(&done, limit);
            assert!(done.code().is_some(), "{limit}: {done}");
        }
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
        for limit in ["-v 200000", "-v 400000", "-v 1000000", "-v 4000000"] {
            let done = limited(&project, words, limit);
            ends_with_words(&done, limit);
            // 139: a segmentation fault.
            assert_ne!(done.code(), Some(139), "{limit}: {done}");
        }
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
            let is_python = !["log", "plugin"].contains(&words[0]);
            assert!(done.code() == Some(0) || is_python && clock.len() > 10, "the clock at {clock}: {done}");
        }
        let events = run(&["--events", "-", "history"]);
        assert!(events.stdout.contains("lback.alembic_command_"), "{events}");
    }
}
