//! Messages about a run whose work was committed in parts, or not at all, and about several
//! databases.

use serde_json::json;

use super::heard::told;
use super::postgres::project_on;
use super::standing::databases;
use super::table::{logged, recorded};
use crate::support::{Database, Done, Project};

const HALF: &str = "op.create_table('half', sa.Column('id', sa.Integer()))\n";
const FAIL: &str = "\nop.execute('select nope from nowhere')";

/// Python that leaves the transaction of a step, or not, between `HALF` and `FAIL`.
const WAYS: [&str; 14] = [
    "pass",
    "op.execute('COMMIT')",
    "op.execute('/* done */ end;')",
    "op.execute('select 1; commit; select 2')",
    "op.get_bind().commit()",
    "op.get_bind().get_transaction().commit()",
    "op.get_bind().connection.commit()",
    "op.get_bind().connection.cursor().execute('commit')",
    "op.get_bind().connection.commit()\nraise RuntimeError('late')",
    "raise RuntimeError('early')",
    "with op.get_bind().begin_nested():\n    op.execute('select 1')",
    "from sqlalchemy.orm import Session\nwith Session(op.get_bind()) as session:\n    session.execute(sa.text('insert into half values (1)'))\n    session.commit()",
    "from sqlalchemy.orm import Session\nwith Session(op.get_bind(), join_transaction_mode='control_fully') as session:\n    session.execute(sa.text('insert into half values (1)'))\n    session.commit()",
    "bind = op.get_bind()\nbind.rollback()\nbind.execution_options(isolation_level='AUTOCOMMIT')\nop.execute('create table half (id int)')",
];

fn has_table(database: &Database, table: &str) -> bool {
    database.query(&format!("select count(*) from pg_tables where tablename = '{table}'")) == "1"
}

/// Replaces a part of env.py.
fn changed(project: Project, from: &str, to: &str) -> Project {
    let environment = std::fs::read_to_string(project.path("migrations/env.py")).expect("env.py");
    assert!(environment.contains(from), "{environment}");
    project.file("migrations/env.py", &environment.replace(from, to))
}

fn on(url: &str, is_asynchronous: bool) -> Project {
    let project = Project::on(&url.replace('%', "%%"));
    if !is_asynchronous {
        return project;
    }
    project.file("migrations/env.py", include_str!("../support/asynchronous_env.py"))
}

/// Checks what is said of a failed step against what is in the database.
#[track_caller]
fn is_true(done: Done, database: &Database, way: &str) {
    let state = databases(&done)[0]["state"].clone();
    let left = has_table(database, "half");
    assert_eq!(state == json!("suspect"), left, "{way}\n{done}");
    if left {
        done.output_lacks(&["rolled back", "no step is half done"]);
    }
}

#[test]
fn a_step_that_commits_a_part_of_itself_is_suspect_with_each_driver() {
    for driver in ["psycopg", "psycopg2", "asyncpg"] {
        let database = Database::postgres();
        for (number, way) in WAYS.iter().enumerate() {
            // asyncpg executes one statement at a time.
            if driver == "asyncpg" && way.contains("; commit;") {
                continue;
            }
            database.renew();
            let project = on(&database.url_with(driver), driver == "asyncpg");
            let project = if number % 2 == 0 {
                project
            } else {
                changed(project, "context.configure(", "context.configure(transaction_per_migration=True, ")
            };
            let body = format!("{HALF}{way}{FAIL}");
            let project = recorded(project.revision("two", Some("one"), &body, "pass"));
            is_true(logged(&project, &["migrate"]).exits(1), &database, way);
        }
    }
}

#[test]
fn autocommit_of_the_whole_engine_is_suspect() {
    let database = Database::postgres();
    let project = changed(
        project_on(&database),
        "        context.configure(",
        "        connection.execution_options(isolation_level='AUTOCOMMIT')\n        context.configure(",
    );
    let project = recorded(project.revision("two", Some("one"), &format!("{HALF}{FAIL}"), "pass"));
    let done = logged(&project, &["migrate"]).exits(1);
    assert!(has_table(&database, "half"));
    is_true(done, &database, "AUTOCOMMIT");
}

#[test]
fn sqlite_that_seems_transactional_is_suspect() {
    let claims = "context.configure(transactional_ddl=True, ";
    let project = changed(Project::new(), "context.configure(connection", &format!("{claims}connection"));
    // Before the first insert, sqlite3 has begun no transaction.
    let project = recorded(project.revision("one", None, &format!("{HALF}{FAIL}"), "pass"));
    let done = logged(&project, &["migrate"]).exits(1);
    assert_eq!(project.query("select count(*) from half").as_deref(), Some("0"));
    assert_eq!(databases(&done)[0]["state"], "suspect", "{done}");
}

/// Statements that a step gives to SQLite's driver, with `true` if a part of it is committed.
const DRIVER_WAYS: [(&str, bool); 8] = [
    ("op.execute('create table half (id int)')", false),
    ("driver.executescript('create table half (id int)')", true),
    ("op.execute('create table half (id int)')\nwith driver: pass", true),
    ("driver.execute('create table half (id int)'); driver.executescript('')", true),
    ("op.execute('create table half (id int)'); driver.execute('END')", true),
    ("op.execute('create table half (id int)'); driver.execute('commit transaction'); driver.execute('begin')", true),
    ("op.execute('create table half (id int)'); driver.executescript('commit;begin;')", true),
    ("driver.execute('create table half (id int)'); driver.execute('rollback'); driver.execute('begin')", false),
];

#[test]
fn what_sqlites_driver_commits_is_suspect() {
    let engine = "create_engine(url)";
    let events = "engine = create_engine(url)\n    import sqlalchemy as sa\n    \
                  @sa.event.listens_for(engine, 'connect')\n    def connected(driver, _): driver.isolation_level = None\n    \
                  @sa.event.listens_for(engine, 'begin')\n    def begins(connection): connection.exec_driver_sql('BEGIN')\n    \
                  with engine.connect()";
    for (way, is_committed) in DRIVER_WAYS {
        let body = format!("driver = op.get_bind().connection.driver_connection\n{way}\nraise RuntimeError('late')");
        let project = changed(Project::new(), &format!("with {engine}.connect()"), events);
        let project = changed(project, "(connection=connection,", "(connection=connection, transactional_ddl=True,");
        let project = recorded(project.revision("one", None, &body, "pass"));
        let done = logged(&project, &["migrate"]).exits(1);
        let count = project.query("select count(*) from sqlite_master where name = 'half'");
        assert_eq!(count.as_deref(), Some(if is_committed { "1" } else { "0" }), "{way}: {done}");
        let state = &databases(&done)[0]["state"];
        assert!(state == "suspect" || !is_committed, "{way}: {done}");
        if is_committed {
            done.output_lacks(&["rolled back", "no step is half done"]);
        }
    }
}

/// Changes to env.py by which nothing, or not all, is committed, although Alembic exits with 0.
const LOSSES: [(&str, &str); 5] = [
    ("        context.configure(", "        connection.exec_driver_sql('select 1')\n        context.configure("),
    (
        "        with context.begin_transaction():\n            context.run_migrations()",
        "        context.run_migrations()",
    ),
    (
        "            context.run_migrations()",
        "            context.run_migrations()\n            connection.connection.rollback()",
    ),
    (
        "            context.run_migrations()",
        "            context.run_migrations()\n            try:\n                connection.exec_driver_sql('select nope')\n            except Exception:\n                pass",
    ),
    (
        "        with context.begin_transaction():\n            context.run_migrations()",
        "        try:\n            with context.begin_transaction():\n                context.run_migrations()\n                connection.exec_driver_sql('alter table one add foreign key (id) references two deferrable initially deferred')\n                connection.exec_driver_sql('insert into one (id) values (1)')\n        except Exception:\n            pass",
    ),
];

#[test]
fn work_that_nobody_commits_is_lost() {
    let database = Database::postgres();
    for (from, to) in LOSSES {
        database.renew();
        // The online half is the last one.
        let environment = include_str!("../support/env.py");
        let (before, online) = environment.split_once("else:").expect("an online half");
        assert!(online.contains(from), "{from}");
        let text = format!("{before}else:{}", online.replacen(from, to, 1));
        let project = recorded(project_on(&database).file("migrations/env.py", &text));
        let done = logged(&project, &["migrate"]).exits(76).stderr_has(&[
            "error: Alembic succeeded, but its work was not committed: the last step was the upgrade to `three` \
             (make three), and the database is at base",
            "hint: in env.py, call `connection.commit()` after `context.run_migrations()`",
        ]);
        assert!(!has_table(&database, "one"), "{to}");
        let found = &databases(&done)[0];
        assert_eq!((&found["state"], &found["heads_after"]), (&json!("lost"), &json!([])), "{done}");
        let end = told(&done, "handler").pop().expect("a last signal");
        assert_eq!((&end["signal"], &end["error_type"]), (&json!("alembic_command_failed"), &json!("exception")));
    }
}

#[test]
fn a_revision_that_commits_and_goes_on_is_lost_in_parts() {
    let database = Database::postgres();
    let body = "op.create_table('half', sa.Column('id', sa.Integer()))\nop.get_bind().get_transaction().commit()";
    let project = recorded(project_on(&database).revision("three", Some("two"), body, "pass"));
    let done = logged(&project, &["migrate"]).start().wait();
    assert!(has_table(&database, "half"), "{done}");
    let state = databases(&done)[0]["state"].clone();
    let version = database.query("select version_num from alembic_version");
    if version == "three" {
        assert_eq!(state, "advanced", "{done}");
    } else {
        assert!(state == "lost" || state == "suspect", "{done}");
        assert_ne!(done.code(), Some(0), "{done}");
    }
}

#[test]
fn work_that_is_committed_is_no_loss() {
    let database = Database::postgres();
    let commits = "        context.run_migrations()\n        connection.commit()";
    let environment = include_str!("../support/env.py");
    let (before, online) = environment.split_once("else:").expect("an online half");
    let online =
        online.replace("        with context.begin_transaction():\n            context.run_migrations()", commits);
    let project = recorded(project_on(&database).file("migrations/env.py", &format!("{before}else:{online}")));
    let done = logged(&project, &["migrate"]).exits(0);
    assert_eq!(databases(&done)[0]["state"], "advanced", "{done}");
    assert_eq!(database.query("select version_num from alembic_version"), "three");
}

const TENANTS: &str = include_str!("python/tenants_env.py");

fn tenants(database: &Database, settings: &str) -> Project {
    let project = recorded(project_on(database).config(settings).file("migrations/env.py", TENANTS));
    logged(&project, &["alembic", "upgrade", "one"]).exits(0);
    database.query("insert into tenant_b.one (id, name) values (1, 'x'), (2, 'x'); select 1");
    project.revision("two", Some("one"), "op.create_unique_constraint('uq', 'one', ['name'])", "pass")
}

#[test]
fn one_of_several_databases_is_named_by_its_schema() {
    let database = Database::postgres();
    let project = tenants(&database, "");
    let done = logged(&project, &["migrate"]).exits(1).stderr_has(&[
        "schema `tenant_a`: done: the database went from `one` to `three`, its target",
        "schema `tenant_b`: everything was rolled back: the database is at `one`, as before",
        "hint: fix the cause in the upgrade to `two` (make two)",
    ]);
    assert_eq!(databases(&done)[0]["state"], "done", "{done}");
    done.output_lacks(&["between its start and the target"]);
    project.lback(&["status"]).exits(0).stdout_has(&[
        ", schema tenant_a (postgresql ",
        ") at three, nothing pending",
        ", schema tenant_b (postgresql ",
        ") at one, 2 revisions pending",
    ]);
}

#[test]
fn a_failure_that_env_py_handles_is_a_warning() {
    let database = Database::postgres();
    let project = tenants(&database, "show-x = [\"continue\"]");
    let done = project.lback(&["-x", "continue=true", "-x", "token=s3cr3t", "migrate"]).exits(0).stderr_has(&[
        "schema `tenant_b` (continue=true): the upgrade to `two` (make two) did not end, although Alembic succeeded: \
         env.py handled its error",
        "schema `tenant_b` (continue=true): everything was rolled back: the database is at `one`, as before",
    ]);
    let done = done.stderr_has(&[
        "schema `tenant_a` (continue=true) is at `three`",
        "schema `tenant_c` (continue=true) is at `three`",
    ]);
    done.output_lacks(&["s3cr3t", "tenant_a` (continue=true): ", "tenant_c` (continue=true): "]);
    assert_eq!(database.query("select version_num from tenant_c.alembic_version"), "three");
}
