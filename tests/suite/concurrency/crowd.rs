//! Deployments in which fifty containers start at once, and each migrates first.

use std::sync::Mutex;

use super::site::{Place, Site};
use crate::support::Running;

const CROWD: usize = 50;

/// A history whose revisions collide: a type, an index that is made without a transaction, and a
/// slow step.
fn history(place: Place) -> Site {
    let (own_type, index, slow) = match place {
        Place::Postgres => (
            "op.execute(\"create type mood as enum ('good', 'bad')\")\nop.execute('create table people (id int, mood mood)')",
            "with op.get_context().autocommit_block():\n    op.execute('create index concurrently by_id on people (id)')",
            "op.execute('select pg_sleep(1)')",
        ),
        Place::MariaDb => (
            "op.execute(\"create table people (id int, mood enum('good', 'bad'))\")",
            "op.create_index('by_id', 'people', ['id'])",
            "op.execute('select sleep(1)')",
        ),
        Place::Sqlite => (
            "op.execute('create table people (id int, mood text)')",
            "op.create_index('by_id', 'people', ['id'])",
            "import time\ntime.sleep(1)",
        ),
    };
    Site::new(place)
        .revision("people", own_type)
        .revision("by_id", index)
        .revision("slow", slow)
        .revision("renamed", "op.add_column('people', sa.Column('name', sa.String(40)))")
        .revision("filled", "op.execute(\"insert into people values (1, 'good', 'one')\")")
}

/// A lock for one crowd at a time: a hundred interpreters are more than some machines have memory
/// for.
static ROOM: Mutex<()> = Mutex::new(());

fn all_at_once(place: Place) {
    let _alone = ROOM.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    let site = history(place);
    let running: Vec<Running> = (0..CROWD).map(|_| site.lback(&["migrate"]).start()).collect();
    let done: Vec<_> = running.into_iter().map(|run| run.wait().exits(0)).collect();
    assert!(done.iter().any(|done| done.stderr.contains("Running upgrade  -> first")), "{}", done[0]);
    let migrators = done.iter().filter(|done| done.stderr.contains("Running upgrade")).count();
    assert_eq!(migrators, 1, "one run does all of it, for the others nothing is left");
    site.is_migrated_once();
    assert_eq!(site.query("select count(*) from people where name = 'one'"), "1");
    site.has_no_lock();
}

#[test]
fn fifty_at_once_on_postgres() {
    all_at_once(Place::Postgres);
}

#[test]
fn fifty_at_once_on_mariadb() {
    all_at_once(Place::MariaDb);
}

#[test]
fn fifty_at_once_on_sqlite() {
    all_at_once(Place::Sqlite);
}
