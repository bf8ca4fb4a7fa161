//! Runs that end while they wait, before they have read a revision: they claim nothing, and what
//! they started ends with them.

use std::process::Command;

use serde_json::Value;

use super::site::{Place, Site};
use crate::support::{Running, signal, until, wait_for};

/// Returns the process of Alembic that a run of lback has started.
fn alembic_of(running: &Running) -> u32 {
    let output = Command::new("pgrep").args(["-P", &running.id().to_string()]).output().expect("pgrep");
    let text = String::from_utf8(output.stdout).expect("numbers");
    text.trim().parse().unwrap_or_else(|_| panic!("one child of lback: {text:?}"))
}

/// Returns the letter by which `ps` shows the state of a process, and `Z` for one that has ended.
fn state(process: u32) -> char {
    let state = Command::new("ps").args(["-o", "stat=", "-p", &process.to_string()]).output().expect("ps").stdout;
    state.first().map_or('Z', |&state| char::from(state))
}

#[track_caller]
fn ends(process: u32) {
    until(&format!("process {process} ends"), || state(process) == 'Z');
}

#[test]
fn alembic_is_suspended_with_lback() {
    let site = Site::new(Place::Sqlite).held_up();
    let running = site.lback(&["migrate"]).hearing_signals().start();
    let alembic = site.alembic();
    running.signal("TSTP");
    until("both are suspended", || state(alembic) == 'T' && state(running.id()) == 'T');
    running.signal("CONT");
    until("both go on", || state(alembic) != 'T' && state(running.id()) != 'T');
    site.ends_well(running);
}

#[test]
fn interrupted_wait_claims_nothing_about_the_database() {
    for (place, name, code) in
        [(Place::Postgres, "INT", 130), (Place::MariaDb, "TERM", 143), (Place::Sqlite, "QUIT", 143)]
    {
        let site = Site::new(place).held_up();
        site.lback(&["migrate", "first"]).exits(0);
        let (holder, _) = site.holder();
        let events = site.project.path("events.jsonl");
        let running = site.lback(&["--events", &events.to_string_lossy(), "migrate"]).hearing_signals().start();
        running.until_stderr_has("another run holds the lock");
        running.signal(name);
        running
            .wait()
            .exits(code)
            .stderr_has(&["note: no migration began, and lback had not read the revision of the database"])
            .output_lacks(&["at base", "the state of the database could not be read"]);
        let events = std::fs::read_to_string(events).expect("events");
        let last: Value = serde_json::from_str(events.lines().last().expect("an event")).expect("JSON");
        let database = &last["data"]["arguments"]["databases"][0];
        assert_eq!((&database["heads_before"], &database["heads_after"]), (&Value::Null, &Value::Null), "{last}");
        assert_eq!(database["state"], "unknown", "{last}");
        let logged = site.lback(&["log", "show", "--json", last["subject"].as_str().expect("the id of the run")]);
        let logged: Value = serde_json::from_str(&logged.exits(0).stdout).expect("JSON");
        assert_eq!(logged["databases"][0]["heads_before"], Value::Null, "{logged}");
        site.ends_well(holder);
    }
}

#[test]
fn alembic_that_waits_ends_with_lback() {
    for place in Place::ALL {
        let site = Site::new(place).held_up();
        let (holder, _) = site.holder();
        let site = site.revision("last", "pass");
        let running = site.lback(&["migrate"]).start();
        running.until_stderr_has("another run holds the lock");
        let alembic = alembic_of(&running);
        running.signal("KILL");
        running.wait();
        ends(alembic);
        site.let_go();
        holder.wait().exits(0);
        assert_eq!(site.query("select version_num from alembic_version"), "held_up");
        site.has_no_lock();
    }
}

#[test]
fn alembic_that_has_not_begun_a_step_ends_with_lback() {
    for place in Place::ALL {
        let site = Site::new(place);
        site.lback(&["migrate"]).exits(0);
        let site = site.revision("last", "pass");
        site.project.prepend("migrations/env.py", &site.held_up_lines());
        let running = site.lback(&["migrate"]).start();
        wait_for(&site.project.path("inside"));
        let alembic = alembic_of(&running);
        running.signal("KILL");
        running.wait();
        site.let_go();
        ends(alembic);
        assert_eq!(site.query("select version_num from alembic_version"), "first");
        site.has_no_lock();
    }
}

#[test]
fn new_script_is_not_written_without_lback() {
    let site = Site::new(Place::Sqlite);
    site.lback(&["migrate"]).exits(0);
    site.project.prepend("migrations/env.py", &site.held_up_lines());
    let scripts = || std::fs::read_dir(site.project.path("migrations/versions")).expect("a folder").count();
    let before = scripts();
    let running = site.lback(&["makemigrations", "more"]).start();
    wait_for(&site.project.path("inside"));
    let alembic = alembic_of(&running);
    running.signal("KILL");
    running.wait();
    site.let_go();
    ends(alembic);
    assert_eq!(scripts(), before);
}

#[test]
fn planner_ends_with_lback() {
    let site = Site::new(Place::Sqlite);
    site.project.prepend("migrations/env.py", &site.held_up_lines());
    let running = site.lback(&["plan"]).start();
    let planner = site.alembic();
    let alembic = alembic_of(&running);
    assert_ne!(planner, alembic, "the plan is made in a process of its own");
    running.signal("KILL");
    running.wait();
    ends(planner);
    ends(alembic);
}

#[test]
fn second_database_is_not_waited_for_without_lback() {
    // Two engines on two files: the first is migrated, and the second is held.
    let site = Site::new(Place::Sqlite);
    let other = site.project.path("other.db");
    let env = include_str!("python/two_databases.py").replace("@OTHER@", &other.to_string_lossy());
    site.project.write("migrations/env.py", &env);
    let lock = site.project.path("other.db-lback-lock");
    let holder = std::fs::File::create(&lock).expect("a file");
    holder.lock().expect("a lock");
    let running = site.lback(&["migrate"]).start();
    running.until_stderr_has("another run holds the lock");
    let alembic = alembic_of(&running);
    running.signal("KILL");
    running.wait();
    ends(alembic);
    drop(holder);
    assert_eq!(site.query("select version_num from alembic_version"), "first", "its steps had begun");
    assert!(!other.exists() || std::fs::metadata(&other).expect("a file").len() == 0);
}

#[test]
fn quit_stops_alembic() {
    let site = Site::new(Place::Sqlite).held_up();
    let running = site.lback(&["migrate"]).hearing_signals().start();
    let alembic = site.alembic();
    running.signal("QUIT");
    running.wait().exits(143).stderr_has(&["error: asked to terminate"]);
    ends(alembic);
    assert!(!signal(alembic, "CONT"));
}
