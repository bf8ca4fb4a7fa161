//! Processes that meet one database several times: they don't wait for themselves, and keep other
//! runs out all the while.

use super::site::{Place, Site};

/// An env.py with a second engine on the same database, while the connection of the first is open
/// and has migrated.
const TWO_ENGINES: &str = include_str!("python/two_engines.py");

/// An env.py with tenants one after another, each with a connection that may or may not be the
/// same.
const TENANTS: &str = include_str!("python/tenants.py");

#[test]
fn engines_and_tenants_of_one_process() {
    for place in Place::ALL {
        for env in [TWO_ENGINES, TENANTS] {
            let site = Site::new(place).revision("last", "pass").settings("lock-timeout = \"5s\"");
            site.project.write("migrations/env.py", env);
            let done = site.lback(&["migrate"]).exits(0).output_lacks(&["another run holds the lock"]);
            assert!(done.stdout.contains("all of them"), "{done}");
            site.is_migrated_once();
            site.has_no_lock();
        }
    }
}

/// Tenants in schemas of their own, which PostgreSQL keeps in one database.
#[test]
fn schemas_of_one_database() {
    let site = Site::new(Place::Postgres).held_up().settings("lock-timeout = \"1s\"");
    let env = include_str!("python/schemas.py");
    site.project.write("migrations/env.py", env);
    let (holder, _) = site.holder();
    site.lback(&["migrate"]).exits(75);
    site.let_go();
    holder.wait().exits(0);
    for tenant in ["public", "a", "b"] {
        assert_eq!(site.query(&format!("select count(*) from {tenant}.applied")), "2", "{tenant}");
    }
    site.has_no_lock();
}

/// An error in one tenant that env.py catches leaves nothing locked for the next run.
#[test]
fn lock_is_given_back_after_an_error_that_env_py_catches() {
    for place in Place::ALL {
        let site = Site::new(place).revision("bad", "raise RuntimeError('not this one')");
        let env = include_str!("python/caught_error.py");
        site.project.write("migrations/env.py", env);
        let done = site.lback(&["migrate"]).exits(0);
        assert_eq!(done.stdout.matches("caught not this one").count(), 2, "{done}");
        site.has_no_lock();
        assert_eq!(site.query("select version_num from alembic_version"), "first");
    }
}
