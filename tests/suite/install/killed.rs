//! lback killed at every step at which it changes a file: the project works as before or as after,
//! and the next command continues.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;

use tempfile::TempDir;

use super::{files, listed, shop};
use crate::support::{Project, component, sha256};

/// A library that kills the process before the call whose number is `KILL_AT`.
const KILLER: &str = r#"
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

static int count;

static void step(void) {
    const char *at = getenv("KILL_AT");
    if (at && __sync_add_and_fetch(&count, 1) == atoi(at)) kill(getpid(), SIGKILL);
}

#define REAL(name) __typeof__(name) *real = (__typeof__(name) *)dlsym(RTLD_NEXT, #name)

int rename(const char *from, const char *to) { REAL(rename); step(); return real(from, to); }
int unlink(const char *path) { REAL(unlink); step(); return real(path); }
int fsync(int file) { REAL(fsync); step(); return real(file); }
int fchmod(int file, mode_t mode) { REAL(fchmod); step(); return real(file, mode); }
ssize_t write(int file, const void *bytes, size_t size) { REAL(write); if (file > 2) step(); return real(file, bytes, size); }
int open64(const char *path, int flags, ...) {
    REAL(open64);
    va_list more;
    va_start(more, flags);
    mode_t mode = flags & O_CREAT ? va_arg(more, mode_t) : 0;
    va_end(more);
    if (flags & O_CREAT) step();
    return real(path, flags, mode);
}
"#;

fn killer() -> &'static Path {
    static BUILT: LazyLock<(TempDir, PathBuf)> = LazyLock::new(|| {
        let folder = tempfile::tempdir().expect("a folder");
        let (source, library) = (folder.path().join("killer.c"), folder.path().join("killer.so"));
        fs::write(&source, KILLER).expect("a file");
        let built = Command::new("cc").args(["-shared", "-fPIC", "-o"]).arg(&library).arg(&source).arg("-ldl").output();
        let built = built.expect("a C compiler, as lback itself needs one");
        assert!(built.status.success(), "{}", String::from_utf8_lossy(&built.stderr));
        (folder, library)
    });
    &BUILT.1
}

/// Runs `change` again and again, killed one step later each time, until it succeeds. Checks the
/// two files after each run.
#[track_caller]
fn at_every_step(prepare: impl Fn() -> Project, change: &[&str], check: impl Fn(&Project)) {
    let mut kills = 0;
    for step in 1.. {
        let project = prepare();
        let before = listed(&project);
        let done = project.lback(change).env("LD_PRELOAD", killer()).env("KILL_AT", step.to_string()).run();
        if done.code() == Some(0) {
            break;
        }
        kills += 1;
        assert_eq!(done.code(), None, "it was killed: {done}");
        let (config, lock) = listed(&project);
        assert!(config.iter().all(|name| lock.contains(name)), "step {step}: {config:?} are listed, {lock:?} locked");
        check(&project);
        // The next command continues from there, and leaves no temporary file.
        let after = listed(&project);
        let again = project.lback(change).run();
        assert!(again.code() == Some(0) || after != before, "step {step}: {again}");
        project.lback(&["plugin", "install"]).exits(0);
        let (config, lock) = listed(&project);
        let mut sorted = config.clone();
        sorted.sort();
        assert_eq!(sorted, lock, "step {step}");
        let left: Vec<_> =
            project.files().into_iter().filter(|(path, _)| path.extension().is_some_and(|it| it == "new")).collect();
        assert!(left.is_empty(), "step {step}: {left:?}");
    }
    assert!(kills >= 4, "it was killed at {kills} steps only");
}

/// A project in which everything is compiled, so that the steps are those of the change alone.
fn warm() -> Project {
    let project = shop();
    project.lback(&["plugin", "install", "plugins/guard.wasm"]).exits(0);
    for name in ["record", "slack"] {
        project.lback(&["plugin", "inspect", &format!("./plugins/{name}.wasm")]).exits(0);
    }
    project
}

#[test]
fn while_a_plugin_is_installed() {
    at_every_step(warm, &["plugin", "install", "plugins/record.wasm", "--name", "rec"], |project| {
        project.lback(&["plugin", "list"]).exits(0);
    });
}

#[test]
fn while_a_plugin_is_updated_with_more_permissions() {
    let prepare = || {
        let project = warm();
        project.lback(&["plugin", "install", "plugins/record.wasm", "--name", "rec"]).exits(0);
        super::put(&project, "record", &crate::support::plugin("slack"));
        project
    };
    at_every_step(prepare, &["plugin", "update", "rec", "--accept-permissions"], |project| {
        let (config, lock) = files(project);
        // A locked plugin always has the permissions that were accepted for it.
        let new = sha256(&project.path("plugins/record.wasm")).expect("a digest");
        assert!(config.contains("allow.http") || !lock.contains(&new), "{config}\n{lock}");
        project.lback(&["plugin", "update", "rec", "--accept-permissions"]).exits(0);
        assert!(files(project).0.contains("allow.http") && files(project).1.contains(&new));
    });
}

#[test]
fn while_a_plugin_is_removed() {
    let prepare = || {
        let project = warm();
        project.lback(&["plugin", "install", "plugins/record.wasm", "--name", "rec"]).exits(0);
        project
    };
    at_every_step(prepare, &["plugin", "remove", "rec"], |project| {
        project.lback(&["plugin", "list"]).exits(0);
    });
}

#[test]
fn while_what_is_listed_is_locked() {
    let prepare = || {
        let project = Project::empty().unlocked().plugin("rec", &component("record-handler"), "");
        project.write_config();
        let path = component("record-handler").display().to_string();
        project.lback(&["plugin", "inspect", &path]).exits(0);
        project.write("lback.lock", "version = 1\n");
        project
    };
    for step in 1.. {
        let project = prepare();
        let done =
            project.lback(&["plugin", "install"]).env("LD_PRELOAD", killer()).env("KILL_AT", step.to_string()).run();
        if done.code() == Some(0) {
            assert!(step > 3, "it has more steps than {step}");
            break;
        }
        assert_eq!(done.code(), None, "it was killed: {done}");
        let lock = listed(&project).1;
        assert!(lock.is_empty() || lock == ["rec"], "step {step}: {lock:?}");
        project.lback(&["plugin", "install"]).exits(0);
        assert_eq!(listed(&project).1, ["rec"], "step {step}");
    }
}

/// A disk that is full at each write: the project is as before, and the next command works.
#[test]
fn while_writes_fail() {
    for number in 1.. {
        let project = warm();
        let before = listed(&project);
        let install = ["plugin", "install", "plugins/record.wasm", "--name", "rec"];
        let done = project.lback(&install).env("LBACK_FAULT", format!("file-written=error@{number}")).run();
        if done.code() == Some(0) {
            assert!(number > 2, "it writes more than {number} files: {done}");
            break;
        }
        assert!(done.code().is_some_and(|code| code > 1), "an error with a code of its own: {done}");
        assert_eq!(listed(&project), before, "write {number}: {done}");
        let left = project.files().into_iter().filter(|(path, _)| path.extension().is_some_and(|it| it == "new"));
        assert_eq!(left.count(), 0, "write {number}");
        project.lback(&install).exits(0);
        let (config, mut lock) = listed(&project);
        lock.sort();
        assert!(config.contains(&"rec".to_owned()) && lock.contains(&"rec".to_owned()), "{config:?}, {lock:?}");
    }
}
