//! The process that compiles: its surroundings, and its end.

use std::fs;
use std::io::{PipeWriter, Write as _};

use super::super::attack::INVALID_PLUGIN;
use super::oversized::images;
use super::{assemble, inspect, slow, with_functions};
use crate::support::{Project, Running, plugin, signal, until};

/// Returns the processes that this one has started to compile.
fn compilers_of(parent: u32) -> Vec<u32> {
    let processes = fs::read_dir("/proc").expect("processes").flatten();
    let ids = processes.filter_map(|entry| entry.file_name().to_str()?.parse().ok());
    ids.filter(|id: &u32| {
        let read = |name: &str| fs::read_to_string(format!("/proc/{id}/{name}")).unwrap_or_default();
        let is_child = read("status").lines().any(|line| line == format!("PPid:\t{parent}"));
        is_child && read("cmdline").contains("__compile")
    })
    .collect()
}

fn is_running(process: u32) -> bool {
    let status = fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    !status.is_empty() && !status.contains("State:\tZ")
}

/// Starts to compile a plugin that takes seconds, and returns the compiler's process.
fn compiling(project: &Project) -> (Running, u32) {
    let running = inspect(project, &slow(project)).hearing_signals().start();
    until("the compiler runs", || !compilers_of(running.id()).is_empty());
    let compiler = compilers_of(running.id())[0];
    (running, compiler)
}

#[cfg(target_os = "linux")]
#[test]
fn the_compiler_ends_with_lback() {
    let project = Project::empty();
    let (running, compiler) = compiling(&project);
    running.signal("INT");
    let _ = running.wait().exits(130).stderr_has(&["interrupted; nothing was changed"]);
    until("the compiler has ended", || !is_running(compiler));

    let (running, compiler) = compiling(&project);
    running.signal("KILL");
    let _ = running.wait();
    until("the compiler has ended", || !is_running(compiler));
}

/// Starts the compiler by itself on a thread that ends, and returns it with the pipe to its stdin.
fn compiler_of_a_thread(project: &Project, bytes: usize, seconds: &str) -> (Running, PipeWriter) {
    let (stdin, pipe) = std::io::pipe().expect("a pipe");
    let start = || {
        let run = project.lback(&["__compile", &bytes.to_string(), "2000000000", seconds]);
        run.with(move |command| {
            command.stdin(stdin);
        })
        .start()
    };
    let running = std::thread::scope(|scope| scope.spawn(start).join().expect("no panic"));
    (running, pipe)
}

/// The threads of lback's runtime may end before lback.
#[test]
fn the_compiler_outlives_the_thread_that_started_it() {
    let project = Project::empty();
    let component = fs::read(plugin("slack")).expect("a plugin");
    let (running, mut pipe) = compiler_of_a_thread(&project, component.len(), "180");
    pipe.write_all(&component).expect("the compiler reads");
    let done = running.wait().exits(0);
    assert!(done.stdout_bytes.starts_with(b"{\"compiled\":{\"bytes\":"), "{done}");
}

#[test]
fn the_compiler_ends_when_its_stdin_does() {
    let project = Project::empty();
    let component = fs::read(slow(&project)).expect("a component");
    for part in [&component[..], &component[..1000], &[]] {
        let (running, mut pipe) = compiler_of_a_thread(&project, component.len(), "180");
        pipe.write_all(part).expect("the compiler reads");
        drop(pipe);
        let done = running.wait();
        assert!(!done.status().success() && done.stdout_bytes.is_empty(), "{done}");
    }
}

/// SIGKILL would look like a lack of memory.
#[cfg(target_os = "linux")]
#[test]
fn a_compiler_without_time_ends_by_the_signal_that_says_so() {
    use std::os::unix::process::ExitStatusExt as _;

    let project = Project::empty();
    let component = fs::read(with_functions(&project, 800)).expect("a component");
    let (running, mut pipe) = compiler_of_a_thread(&project, component.len(), "1");
    pipe.write_all(&component).expect("the compiler reads");
    let done = running.wait();
    let sigxcpu = 24;
    assert_eq!(done.status().signal(), Some(sigxcpu), "{done}");
}

#[test]
fn a_plugin_is_compiled_once() {
    let project = Project::empty();
    let run = || {
        inspect(&project, &plugin("slack")).with(|command| {
            command.args(["--log", "lback=debug"]);
        })
    };
    let _ = run().exits(0).stderr_has(&["compiles a plugin of "]);
    let _ = run().exits(0).output_lacks(&["compiles a plugin"]);
}

#[cfg(target_os = "linux")]
#[test]
fn a_compiler_that_is_killed_is_reported_with_the_plugin() {
    let project = Project::empty();
    for (name, says) in [
        ("KILL", "the compiler was killed while it compiled the plugin (signal 9)"),
        ("ABRT", "the compiler crashed while it compiled the plugin (signal 6)"),
        ("XCPU", "compiling it took longer than 1m, the limit for a plugin that is not locked"),
    ] {
        let (running, compiler) = compiling(&project);
        assert!(signal(compiler, name));
        let _ = running.wait().exits(INVALID_PLUGIN).stderr_has(&["evil.wasm", says, "hint: "]);
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_lower_limit_of_the_users_shell_stays_in_force() {
    let project = Project::empty();
    let run = inspect(&project, &assemble(&project, &images(20)));
    let run = run.through("sh", &["-c", "ulimit -d 100000; exec \"$@\"", "sh"]);
    let _ = run.exits(INVALID_PLUGIN).stderr_has(&["compiling it took more memory than 97", "hint: "]);
}

#[cfg(target_os = "linux")]
#[test]
fn the_compiler_has_neither_secrets_nor_files() {
    let project = Project::empty();
    let running = inspect(&project, &slow(&project)).env("SLACK_WEBHOOK_URL", "https://example.com/s3cret").start();
    until("the compiler runs", || !compilers_of(running.id()).is_empty());
    let compiler = compilers_of(running.id())[0];
    let environment = fs::read_to_string(format!("/proc/{compiler}/environ")).expect("its environment");
    assert!(!environment.contains("s3cret") && !environment.contains("HOME="), "{environment}");
    until("its limits are set", || {
        let limits = fs::read_to_string(format!("/proc/{compiler}/limits")).unwrap_or_default();
        limits.lines().any(|line| line.starts_with("Max file size") && line.contains("  0  "))
    });
    running.signal("INT");
    let _ = running.wait();
}
