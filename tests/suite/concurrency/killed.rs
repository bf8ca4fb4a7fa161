//! Killed holders of the lock: the lock is released exactly when nothing migrates any more.

use super::site::{Place, Site};
use crate::support::signal;

fn kill(process: u32) {
    assert!(signal(process, "KILL"));
}

#[test]
fn next_run_goes_on_after_the_holder_was_killed() {
    for place in Place::ALL {
        let site = Site::new(place).held_up().revision("last", "pass");
        site.lback(&["migrate", "first"]).exits(0);
        let (holder, python) = site.holder();
        let waiting = site.lback(&["migrate"]).start();
        waiting.until_stderr_has("another run holds the lock");
        // From now on only the runs that are already held up wait.
        std::fs::remove_file(site.project.path("inside")).expect("a file");
        holder.signal("KILL");
        kill(python);
        holder.wait();
        crate::support::wait_for(&site.project.path("inside"));
        site.let_go();
        waiting.wait().exits(0).stderr_has(&["Running upgrade first -> held_up"]);
        site.is_migrated_once();
        site.has_no_lock();
    }
}

/// Alembic still migrates when lback is killed, and no other run may.
#[test]
fn lock_outlives_lback_as_long_as_alembic_runs() {
    for place in Place::ALL {
        let site = Site::new(place).held_up().revision("last", "pass");
        let (holder, _) = site.holder();
        let waiting = site.lback(&["migrate"]).start();
        waiting.until_stderr_has("another run holds the lock");
        holder.signal("KILL");
        site.let_go();
        waiting.wait().exits(0);
        holder.wait();
        site.is_migrated_once();
    }
}

#[test]
fn alembic_alone_is_killed() {
    for place in Place::ALL {
        let site = Site::new(place).held_up();
        site.lback(&["migrate", "first"]).exits(0);
        let (holder, python) = site.holder();
        kill(python);
        holder.wait().exits(137);
        site.let_go();
        site.lback(&["migrate"]).exits(0);
        site.is_migrated_once();
        site.has_no_lock();
    }
}
