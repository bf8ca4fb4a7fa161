//! Flask-Migrate on PostgreSQL and MariaDB.

use super::super::twin::{Twin, case};
use super::{config, flask, new_shop, shop, text};
use crate::support::{Database, Project, Run, Server, VersionScript, plugin, wait_for};

fn each(play: fn(&Database)) {
    for database in [Database::postgres(), Database::mariadb()] {
        play(&database);
    }
}

/// A run of lback on the database.
fn on<'a>(project: &'a Project, database: &Database, words: &[&str]) -> Run<'a> {
    project.lback(words).env("SHOP_DATABASE", database.url())
}

fn revision(database: &Database) -> String {
    database.query("select version_num from alembic_version")
}

#[test]
fn a_project_is_migrated_looked_at_and_rolled_back() {
    each(|database| {
        let project = new_shop(&[]);
        let lback = |words: &[&str]| on(&project, database, words);
        lback(&["makemigrations", "all tables"]).exits(0).stderr_has(&["Detected added table 'one'"]);
        let before = database.dump();
        lback(&["plan"]).exits(0).stdout_has(&["create table `one`", "create table `two`"]);
        assert_eq!(database.dump(), before, "a plan changes nothing");
        let done = lback(&["migrate"]).exits(0).stderr_has(&["applied 1 revision"]);
        done.output_lacks(&["without lback's launcher", "warning:"]);
        lback(&["status"]).exits(0).stdout_has(&["nothing pending"]);
        lback(&["check"]).exits(0).stdout_has(&["No new upgrade operations detected"]);
        lback(&["rollback"]).exits(0).stderr_has(&["reverted 1 revision"]);
        assert_eq!(database.query("select count(*) from alembic_version"), "0");
    });
}

#[test]
fn a_table_is_rolled_back_with_its_revision() {
    each(|database| {
        let project = shop();
        on(&project, database, &["migrate"]).exits(0).stderr_has(&["applied 2 revisions"]);
        let done = on(&project, database, &["rollback", "two", "--table", "--yes"]).exits(0);
        done.stderr_has(&["Running downgrade two -> one"]);
        assert_eq!(revision(database), "one");
    });
}

#[test]
fn guard_sees_the_plan() {
    each(|database| {
        let settings = "[plugin.settings]\nprotect = [\"production\"]\n[plugin.settings.plan]\ndeny = [\"drops\"]";
        let drop = VersionScript::new("drop").after(&["two"]).upgrade("op.drop_table('one')");
        let project = shop().script(&drop).plugin("guard", &plugin("guard"), settings);
        let production = |words: &[&str]| on(&project, database, words).env("LBACK_ENVIRONMENT", "production");
        production(&["migrate", "two"]).exits(0);
        production(&["migrate"]).exits(77).stderr_has(&["plan-drops", "table `one`"]);
        assert_eq!(revision(database), "two");
    });
}

#[test]
fn a_second_run_waits_for_the_first() {
    each(|database| {
        let slow = "import pathlib, time\npathlib.Path('begun').touch()\n\
            while not pathlib.Path('go').exists(): time.sleep(0.05)";
        let project = shop().script(&VersionScript::new("slow").after(&["two"]).upgrade(slow));
        let holder = on(&project, database, &["migrate"]).start();
        wait_for(&project.path("begun"));
        let waiting = on(&project, database, &["migrate"]).start();
        waiting.until_stderr_has("another run holds the lock");
        project.write("go", "");
        holder.wait().exits(0).stderr_has(&["applied 3 revisions"]);
        waiting.wait().exits(0).stderr_has(&["nothing to apply"]);
    });
}

#[test]
fn a_second_run_gives_up_if_it_may_not_wait() {
    each(|database| {
        let slow = "import pathlib, time\npathlib.Path('begun').touch()\n\
            while not pathlib.Path('go').exists(): time.sleep(0.05)";
        let flask = flask();
        let project = shop()
            .script(&VersionScript::new("slow").after(&["two"]).upgrade(slow))
            .whole_config(&format!("{}lock = \"fail\"\n", config(&[text(&flask), "db"])));
        let holder = on(&project, database, &["migrate"]).start();
        wait_for(&project.path("begun"));
        on(&project, database, &["migrate"]).exits(75).stderr_has(&["another run holds the lock"]);
        project.write("go", "");
        holder.wait().exits(0);
    });
}

#[test]
fn a_failure_names_the_statement_and_the_state_of_the_database() {
    each(|database| {
        let body =
            "op.create_table('half', sa.Column('id', sa.Integer()))\nop.execute('insert into nosuch values (1)')";
        let project = shop().script(&VersionScript::new("bad").after(&["two"]).upgrade(body));
        let done = on(&project, database, &["migrate"]).exits(1);
        let done = done.stderr_has(&["migrations/versions/bad.py", "insert into nosuch values (1)", "nosuch"]);
        let half = "select count(*) from information_schema.tables where table_name = 'half'";
        if database.server() == Server::Postgres {
            // The steps are one transaction.
            done.stderr_has(&["everything was rolled back"]);
            assert_eq!(database.query(half), "0");
        } else {
            done.stderr_has(&["the schema may be between two revisions"]);
            assert_eq!(revision(database), "two");
        }
    });
}

/// `flask db` alone and `flask db` run by lback do the same to a server.
#[test]
fn equality_on_a_new_database() {
    for database in [Database::postgres(), Database::mariadb()] {
        twin(database).check([
            case(&["upgrade"]).outputs("Running upgrade one -> two"),
            case(&["upgrade", "--sql"]).outputs("CREATE TABLE one"),
            case(&["current"]),
            case(&["check"]).code(1).outputs("Target database is not up to date"),
            case(&["stamp", "two"]).outputs("Running stamp_revision"),
            case(&["upgrade", "nosuch"]).code(1).outputs("Can't locate revision"),
        ]);
    }
}

#[test]
fn equality_on_a_database_at_head() {
    for database in [Database::postgres(), Database::mariadb()] {
        // On PostgreSQL, Alembic names the sequences that it omits in no order.
        let checked =
            (database.server() == Server::MariaDb).then(|| case(&["check"]).outputs("No new upgrade operations"));
        let cases = [case(&["upgrade"]), case(&["current"]).outputs("two (head)")];
        let later = [
            case(&["downgrade"]).outputs("Running downgrade two -> one"),
            case(&["stamp", "--purge", "one"]).outputs("Running stamp_revision"),
        ];
        twin(database).after(&["upgrade"]).check(cases.into_iter().chain(checked).chain(later));
    }
}

fn twin(database: Database) -> Twin {
    let (flask, url) = (flask(), database.url());
    Twin::of_database(shop(), database).command([text(&flask), "db"]).env("SHOP_DATABASE", url)
}
