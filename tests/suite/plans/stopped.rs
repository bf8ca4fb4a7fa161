//! Plans that take too long: a signal or the limit stops them, and no process is left.

use std::cell::RefCell;
use std::fs::{self, File, OpenOptions};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;
use std::process::Command;

use super::shop::{HISTORY, Place, Shop};
use crate::support::{assert_run, component, records, until};

/// Opening a pipe for writing then fails instead of waiting for its reader. The value of Linux.
const O_NONBLOCK: i32 = 0o4000;

/// Creates the pipe `inside`, and returns Python that reads from it, and so hangs. A script that is
/// planned may read, and may change nothing.
fn stuck(shop: &Shop) -> String {
    let pipe = shop.project.path("inside");
    assert!(Command::new("mkfifo").arg(&pipe).status().expect("mkfifo").success());
    format!("open({:?}).read()\n", pipe.to_string_lossy())
}

/// Waits until the project's code reads from the pipe, and returns the pipe. Closing it ends the
/// reading.
fn until_it_hangs(shop: &Shop) -> File {
    until_read(&shop.project.path("inside"))
}

/// Waits until a process reads from a pipe, and returns the pipe.
fn until_read(file: &Path) -> File {
    let pipe = RefCell::new(None);
    until("a process reads from the pipe", || {
        *pipe.borrow_mut() = OpenOptions::new().write(true).custom_flags(O_NONBLOCK).open(file).ok();
        pipe.borrow().is_some()
    });
    pipe.into_inner().expect("the pipe is open")
}

/// Counts the processes whose current folder this is.
fn processes(folder: &Path) -> usize {
    let Ok(all) = fs::read_dir("/proc") else { return 0 };
    all.flatten().filter(|entry| fs::read_link(entry.path().join("cwd")).is_ok_and(|at| at == folder)).count()
}

/// The files in which the project's code hangs.
const PLACES: [&str; 2] = ["migrations/env.py", "migrations/versions/add_phone.py"];

#[test]
fn one_signal_stops_a_plan_at_once() {
    for file in PLACES {
        for (signal, code) in [("INT", 130), ("TERM", 143)] {
            let shop = Shop::new(Place::Sqlite);
            shop.project.prepend(file, &stuck(&shop));
            let running = shop.lback(&["plan"]).hearing_signals().start();
            let _pipe = until_it_hangs(&shop);
            running.signal(signal);
            running.wait().exits(code).stderr_has(&["error: interrupted; nothing was changed\n"]);
            let root = fs::canonicalize(shop.project.root()).expect("a folder");
            until("no process is left", || processes(&root) == 0);
        }
    }
}

#[test]
fn a_status_that_is_ended_leaves_no_alembic_behind() {
    for words in [&["status"][..], &["self", "doctor"]] {
        for signal in ["INT", "TERM", "KILL"] {
            let shop = Shop::new(Place::Sqlite);
            shop.project.prepend("migrations/env.py", &stuck(&shop));
            let running = shop.lback(words).hearing_signals().start();
            let _pipe = until_it_hangs(&shop);
            running.signal(signal);
            running.wait();
            let root = fs::canonicalize(shop.project.root()).expect("a folder");
            until("no process is left", || processes(&root) == 0);
        }
    }
}

#[test]
fn a_rollback_that_is_still_being_planned_is_stopped_too() {
    let shop = Shop::new(Place::Sqlite).migrated();
    shop.project.prepend(PLACES[0], &stuck(&shop));
    let running = shop.lback(&["rollback", "users", "--yes", "--allow-collateral"]).hearing_signals().start();
    let _pipe = until_it_hangs(&shop);
    running.signal("INT");
    running.wait().exits(130);
    assert_eq!(shop.heads(), ["add_total"]);
}

#[test]
fn a_stopped_migration_whose_policy_waits_for_a_plan_notifies_handlers() {
    let shop = Shop::new(Place::Sqlite).with(|project| {
        project.plugin("rec", &component("record-policy"), "[plugin.settings]\nplan = true").plugin(
            "ear",
            &component("record-handler"),
            "",
        )
    });
    shop.project.prepend(PLACES[0], &stuck(&shop));
    let running = shop.lback(&["--log", "plugin=info", "migrate"]).hearing_signals().start();
    let _pipe = until_it_hangs(&shop);
    running.signal("INT");
    let done = running.wait().exits(130);
    let last = records(&done.stderr).pop().expect("a last signal");
    assert_eq!(
        (&last["signal"], &last["error_type"]),
        (&"alembic_command_failed".into(), &"interrupted".into()),
        "{done}"
    );
    let root = fs::canonicalize(shop.project.root()).expect("a folder");
    until("no process is left", || processes(&root) == 0);
}

#[test]
fn the_limit_stops_a_plan() {
    for file in PLACES {
        let shop = Shop::new(Place::Sqlite).with(|project| project.config("\n[plan]\ntimeout = '2s'"));
        shop.project.prepend(file, &stuck(&shop));
        let done = shop.lback(&["plan"]).exits(69);
        assert_run!("plan-that-takes-too-long", done);
        let root = fs::canonicalize(shop.project.root()).expect("a folder");
        until("no process is left", || processes(&root) == 0);
    }
}

#[test]
fn the_limit_says_how_far_the_plan_is() {
    let shop = Shop::new(Place::Sqlite);
    let upgrade = stuck(&shop);
    let shop = shop.with(|project| {
        let last = HISTORY.last().copied();
        // Long enough for a report of the progress, at 0.1 s.
        let project = project.revision("busy", last, "sum(range(10_000_000))", "pass");
        let project = project.revision("stuck", Some("busy"), &upgrade, "pass");
        project.config("\n[plan]\ntimeout = '10s'")
    });
    let done = shop.lback(&["plan"]).exits(69);
    let said = "gives it more time; 5 of 6 revisions were analysed, and the next plan continues from there";
    done.stderr_has(&["error: the plan was not ready in time\n", said]);
}

#[test]
fn after_the_limit_a_run_goes_on_if_its_policies_let_it() {
    let rules = |word: &str| {
        format!("[plugin.settings]\ndeny = []\n[plugin.settings.plan]\ndeny = ['drops']\nunavailable = '{word}'")
    };
    let slow = "import os, sys, time\nif os.path.exists('slow'):\n    os.remove('slow')\n    time.sleep(60)\n";
    for (word, code) in [("warn", 0), ("deny", 77)] {
        let shop = Shop::new(Place::Sqlite).with(|project| {
            project
                .config("\n[plan]\ntimeout = '2s'")
                .plugin("guard", &crate::support::plugin("guard"), &rules(word))
                .file("slow", "")
        });
        shop.project.prepend(PLACES[0], slow);
        let done = shop.lback(&["--environment", "production", "migrate"]).exits(code);
        done.stderr_has(&["the plan was not ready in time"]);
        assert_eq!(shop.heads().is_empty(), code == 77);
    }
}

#[test]
fn a_plan_that_is_stopped_leaves_no_empty_database() {
    for signal in ["INT", "KILL"] {
        let shop = Shop::new(Place::Sqlite);
        shop.project.prepend(PLACES[1], &stuck(&shop));
        let database = shop.project.path("test.db");
        fs::remove_file(&database).ok();
        let running = shop.lback(&["plan"]).hearing_signals().start();
        let _pipe = until_it_hangs(&shop);
        running.signal(signal);
        running.wait();
        let root = fs::canonicalize(shop.project.root()).expect("a folder");
        until("no process is left", || processes(&root) == 0);
        assert!(!database.exists(), "{signal}");
    }
}

#[test]
fn a_git_that_hangs_is_ended() {
    let shop = Shop::new(Place::Sqlite);
    let git = Command::new("git").args(["init", "--quiet"]).current_dir(shop.project.root()).status().expect("git");
    assert!(git.success());
    let head = shop.project.path(".git/HEAD");
    fs::remove_file(&head).expect("a file");
    assert!(Command::new("mkfifo").arg(&head).status().expect("mkfifo").success());
    let running = shop.lback(&["plan"]).hearing_signals().start();
    let _pipe = until_read(&head);
    running.signal("INT");
    running.wait().exits(130);
    let root = fs::canonicalize(shop.project.root()).expect("a folder");
    until("no process is left", || processes(&root) == 0);
}
