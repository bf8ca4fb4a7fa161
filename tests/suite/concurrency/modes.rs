//! Runs that find the lock taken.

use super::site::{Place, Site};
use crate::support::Database;

const TAKEN: &str = "another run holds the lock";

#[test]
fn wait_is_the_default_and_ends_with_nothing_to_do() {
    for place in Place::ALL {
        let site = Site::new(place).held_up().revision("last", "pass");
        let (holder, _) = site.holder();
        let waiting = site.lback(&["migrate"]).start();
        waiting.until_stderr_has(TAKEN);
        site.let_go();
        holder.wait().exits(0);
        waiting.wait().exits(0).output_lacks(&["Running upgrade"]);
        site.is_migrated_once();
        site.has_no_lock();
    }
}

/// Commands that read don't wait, and commands that write do.
#[test]
fn only_commands_that_write_take_the_lock() {
    let site = Site::new(Place::Postgres).held_up().settings("lock = \"fail\"");
    site.lback(&["migrate", "first"]).exits(0);
    let (holder, _) = site.holder();
    for words in [
        &["alembic", "current"][..],
        &["history"],
        &["alembic", "check"],
        &["migrate", "first", "--sql"],
        &["alembic", "heads"],
    ] {
        let done = site.lback(words).run();
        assert_ne!(done.code(), Some(75), "{done}");
    }
    for words in
        [&["migrate"][..], &["rollback", "first"], &["alembic", "stamp", "first"], &["alembic", "ensure_version"]]
    {
        site.lback(words).exits(75).stderr_has(&[TAKEN]);
    }
    site.ends_well(holder);
}

#[test]
fn fail_and_a_short_wait_end_with_75() {
    for place in Place::ALL {
        for settings in ["lock = \"fail\"", "lock-timeout = \"1s\""] {
            let site = Site::new(place).held_up().settings(settings);
            let (holder, _) = site.holder();
            site.lback(&["migrate"]).exits(75).stderr_has(&[TAKEN]).output_lacks(&["Traceback", "Running upgrade"]);
            site.ends_well(holder);
            site.lback(&["migrate"]).exits(0);
        }
    }
}

#[test]
fn lock_by_drivers_that_are_not_the_default() {
    for driver in ["psycopg2", "asyncpg"] {
        let database = Database::postgres();
        let url = database.url_with(driver);
        let site = Site::on(Some(database), &url);
        meets_a_holder(if driver == "asyncpg" { site.asynchronous() } else { site });
    }
    meets_a_holder(Site::on(None, "sqlite+aiosqlite:///%(here)s/test.db").asynchronous());
}

fn meets_a_holder(site: Site) {
    let site = site.held_up();
    let (holder, _) = site.holder();
    let waiting = site.lback(&["migrate"]).start();
    waiting.until_stderr_has(TAKEN);
    site.let_go();
    holder.wait().exits(0);
    waiting.wait().exits(0).output_lacks(&["Running upgrade"]);
    site.is_migrated_once();
    site.has_no_lock();
}

/// env.py reads in the transaction of the migration before it waits for the lock.
#[test]
fn reads_before_the_wait_may_be_outdated() {
    for (level, code) in [("READ COMMITTED", 0), ("REPEATABLE READ", 75), ("SERIALIZABLE", 75)] {
        let site = Site::new(Place::Postgres).held_up();
        let (holder, _) = site.holder();
        let env = std::fs::read_to_string(site.project.path("migrations/env.py")).expect("env.py");
        let reads = "as connection:\n        connection.exec_driver_sql('select count(*) from pg_class').scalar()\n";
        let env = env.replace("create_engine(url)", &format!("create_engine(url, isolation_level='{level}')"));
        site.project.write("migrations/env.py", &env.replace("as connection:\n", reads));
        let waiting = site.lback(&["migrate"]).start();
        waiting.until_stderr_has(TAKEN);
        site.let_go();
        holder.wait().exits(0);
        waiting.wait().exits(code).output_lacks(&["Running upgrade", "Traceback"]);
        site.is_migrated_once();
        site.has_no_lock();
    }
}

/// Pods of the old image restart while one of the new image migrates.
#[test]
fn skip_if_current_gives_way_where_nothing_is_pending() {
    for place in Place::ALL {
        let site = Site::new(place).settings("lock = \"skip-if-current\"");
        site.lback(&["migrate"]).exits(0);
        let site = site.held_up();
        let (holder, _) = site.holder();
        std::fs::rename(site.project.path("migrations/versions/held_up.py"), site.project.path("aside"))
            .expect("a file");
        site.lback(&["migrate"]).exits(0).stderr_has(&[TAKEN]).output_lacks(&["Running upgrade"]);
        std::fs::rename(site.project.path("aside"), site.project.path("migrations/versions/held_up.py"))
            .expect("a file");
        site.ends_well(holder);
    }
}

#[test]
fn skip_if_current_waits_where_something_is_pending() {
    for place in Place::ALL {
        let site = Site::new(place).settings("lock = \"skip-if-current\"");
        site.lback(&["migrate"]).exits(0);
        let site = site.held_up().revision("last", "pass");
        let (holder, _) = site.holder();
        let waiting = site.lback(&["migrate"]).start();
        waiting.until_stderr_has(TAKEN);
        site.let_go();
        holder.wait().exits(0);
        waiting.wait().exits(0);
        site.is_migrated_once();
    }
}

#[test]
fn off_neither_waits_nor_keeps_others_waiting() {
    for place in Place::ALL {
        let site = Site::new(place).held_up();
        site.lback(&["migrate", "first"]).exits(0);
        let (holder, _) = site.holder();
        let site = site.settings("lock = \"off\"");
        site.lback(&["alembic", "ensure_version"]).exits(0).output_lacks(&[TAKEN]);
        site.ends_well(holder);
    }
    let site = Site::new(Place::Postgres).held_up().settings("lock = \"off\"");
    site.lback(&["migrate", "first"]).exits(0);
    let (holder, _) = site.holder();
    site.has_no_lock();
    site.let_go();
    holder.wait().exits(0);
}

/// Two databases on one server are independent.
#[test]
fn lock_is_of_one_database() {
    for place in Place::ALL {
        let (one, other) = (Site::new(place).held_up(), Site::new(place).settings("lock = \"fail\""));
        let (holder, _) = one.holder();
        other.lback(&["migrate"]).exits(0);
        one.ends_well(holder);
        other.is_migrated_once();
    }
}

#[test]
fn interrupted_while_it_waits() {
    for place in Place::ALL {
        let site = Site::new(place).held_up();
        let (holder, _) = site.holder();
        for (signal, code) in [("INT", 130), ("TERM", 143)] {
            let waiting = site.lback(&["migrate"]).hearing_signals().start();
            waiting.until_stderr_has(TAKEN);
            waiting.signal(signal);
            waiting.wait().exits(code).output_lacks(&["Running upgrade"]);
        }
        site.ends_well(holder);
        site.has_no_lock();
    }
}
