//! `PgBouncer` in transaction mode: it lends a session for one transaction, so that a session's
//! lock would stay with the next client.

use super::site::Site;
use crate::support::{Database, Running};

fn behind_the_pooler(driver: &str) -> Site {
    let database = Database::postgres();
    let url = database.url_through_pgbouncer(driver);
    Site::on(Some(database), &url)
}

#[test]
fn lock_holds_for_the_transaction_and_is_not_left_in_a_session() {
    for driver in ["psycopg", "psycopg2"] {
        let site = behind_the_pooler(driver).held_up();
        let (holder, _) = site.holder();
        let waiting: Vec<Running> = (0..6).map(|_| site.lback(&["migrate"]).start()).collect();
        for run in &waiting {
            run.until_stderr_has("another run holds the lock");
        }
        site.let_go();
        // lback warns about the lock there.
        holder.wait().exits(0).stderr_has(&["pooler"]);
        for run in waiting {
            run.wait().exits(0).output_lacks(&["Running upgrade"]);
        }
        site.is_migrated_once();
        site.has_no_lock();
    }
}

#[test]
fn a_run_before_the_pooler_and_one_behind_it_keep_each_other_out() {
    let site = behind_the_pooler("psycopg2").held_up().settings("lock = \"fail\"");
    let (holder, _) = site.holder();
    let ini = std::fs::read_to_string(site.project.path("alembic.ini")).expect("a file");
    let url = site.database.as_ref().expect("a database").url().replace('%', "%%");
    let lines = ini.lines().map(|line| {
        if line.starts_with("sqlalchemy.url") { format!("sqlalchemy.url = {url}") } else { line.to_owned() }
    });
    site.project.write("alembic.ini", &lines.collect::<Vec<_>>().join("\n"));
    site.lback(&["migrate"]).exits(75);
    site.let_go();
    holder.wait().exits(0);
    site.is_migrated_once();
}
