//! Tests of retention: old runs are deleted.

use std::time::Duration;

use super::{Place, completed, started};

async fn run(place: &Place, scope: &str) {
    let run = place.run_in(scope);
    run.send(started(), &["slack"]).await;
    run.send(completed(), &[]).await;
    run.end(0).await;
}

/// Records the runs that must follow old ones before these are deleted.
async fn newer_runs(place: &Place, scope: &str) {
    for _ in 0..20 {
        run(place, scope).await;
    }
}

fn count(place: &Place, table: &str) -> i64 {
    let connection = rusqlite::Connection::open(place.path()).unwrap();
    connection.query_row(&format!("select count(*) from {table}"), [], |row| row.get(0)).unwrap()
}

#[tokio::test]
async fn runs_go_with_all_that_belongs_to_them_when_they_are_old() {
    let place = Place::new();
    run(&place, "/srv/shop").await;
    run(&place, "/srv/other").await;
    place.sql("update run set started = started - 366 * 24 * 3600 * 1000");
    newer_runs(&place, "/srv/shop").await;
    assert_eq!(place.runs().len(), 21, "that of another project is for that project to forget");
    assert_eq!((count(&place, "event"), count(&place, "delivery")), (42, 21));
}

#[tokio::test]
async fn a_clock_that_is_years_off_deletes_nothing() {
    let place = Place::new();
    newer_runs(&place, "/srv/shop").await;
    run(&place, "/srv/shop").await;
    // The last run is the one of the wrong clock; seen from it, the others are old.
    place.sql(
        "update run set started = started - 10 * 366 * 24 * 3600 * 1000 where rowid < (select max(rowid) from run)",
    );
    for runs in 22..40 {
        run(&place, "/srv/shop").await;
        assert_eq!(place.runs().len(), runs);
    }
    // When all of the newest agree, it is the clock.
    run(&place, "/srv/shop").await;
    assert_eq!(place.runs().len(), 20);
}

#[tokio::test]
async fn a_run_that_goes_on_stays() {
    let mut place = Place::new();
    let going_on = place.run();
    going_on.send(started(), &[]).await;
    place.keep = Duration::ZERO;
    place.sql("update run set started = started - 1000");
    newer_runs(&place, "/srv/shop").await;
    run(&place, "/srv/shop").await;
    let outcomes = place.outcomes();
    assert!(outcomes.contains(&"running".to_owned()), "{outcomes:?}");
}

#[tokio::test]
async fn what_was_never_heard_goes_too_and_is_counted() {
    let place = Place::new();
    run(&place, "/srv/shop").await;
    place.sql("update run set started = started - 1001");
    newer_runs(&place, "/srv/shop").await;
    let mut connection = rusqlite::Connection::open(place.path()).unwrap();
    let transaction = connection.transaction().unwrap();
    let pruned = crate::journal::retention::prune(&transaction, "/srv/shop", Duration::from_secs(1)).unwrap();
    assert_eq!((pruned.runs, pruned.unheard), (1, 1));
}
