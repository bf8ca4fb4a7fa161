//! Environments of `lback.toml`: the databases that belong to them, and the plugins that they use.

use std::path::Path;

use super::table::{recorded, recorded_with};
use crate::support::{Database, Project, component, records};

const ASYNCHRONOUS: &str = include_str!("../support/asynchronous_env.py");

/// The lines of two environments; the databases of `production` are those that match a pattern.
fn environments(production: &str) -> String {
    format!("\n[environments.development]\n[environments.production]\ndatabases = [{production:?}]\n")
}

#[test]
fn a_database_of_another_environment_is_not_changed() {
    let project = recorded(Project::new().config(&environments("*/test.db")));
    for typed in [&["migrate"][..], &["alembic", "upgrade", "head"], &["alembic", "stamp", "one"]] {
        let done = project
            .lback(&[&["--log", "plugin=info", "--environment", "development"], typed].concat())
            .exits(77)
            .stderr_has(&[
                "error: the database `",
                "/test.db` belongs to the environment `production`, and this run's is `development`; nothing was done to it",
                "hint: check the URL of the database; if it is the right one, run the command with `--environment production`",
            ]);
        let records = records(&done.stderr);
        let failed = records.iter().find(|record| record["signal"] == "alembic_command_failed").expect("a failure");
        assert_eq!(failed["error_type"], "denied_by_policy", "{done}");
        assert_eq!(failed["exception"]["kind"], "WrongEnvironment", "{done}");
        assert_eq!(project.revision_of_database(), None, "{done}");
    }
    project.lback(&["--environment", "production", "migrate"]).exits(0);
    assert_eq!(project.revision_of_database().as_deref(), Some("three"));
    project.lback(&["--environment", "development", "rollback", "base", "--yes"]).exits(77);
    project.lback(&["--environment", "development", "rollback", "two", "--yes"]).exits(77);
    assert_eq!(project.revision_of_database().as_deref(), Some("three"));
}

#[test]
fn reading_is_not_refused_and_a_plan_is() {
    let project = Project::new().config(&environments("*/test.db"));
    project.lback(&["--environment", "production", "migrate", "two"]).exits(0);
    for typed in [&["alembic", "current"][..], &["history"], &["migrate", "--sql"]] {
        project.lback(&[&["--environment", "development"], typed].concat()).exits(0);
    }
    project
        .lback(&["--environment", "development", "plan"])
        .exits(77)
        .stderr_has(&["belongs to the environment `production`", "hint: check the URL"]);
    project.lback(&["--environment", "production", "plan"]).exits(0);
}

#[test]
fn an_environment_with_a_list_changes_no_other_database() {
    let project = Project::new().config(&environments("db.prod.example.com/*"));
    project.lback(&["--environment", "production", "migrate"]).exits(77).stderr_has(&[
        "/test.db` is not one of the environment `production`; nothing was done to it",
        "hint: check the URL of the database; if it is the right one, add it to `[environments.production] databases`",
    ]);
    assert_eq!(project.revision_of_database(), None);
    project.lback(&["--environment", "development", "migrate"]).exits(0);
}

#[test]
fn a_database_in_two_lists_is_changed_in_neither() {
    let lists =
        "\n[environments.development]\ndatabases = ['*']\n[environments.production]\ndatabases = ['*/test.db']\n";
    let project = Project::new().config(lists);
    for (environment, other) in [("development", "production"), ("production", "development")] {
        let both = format!("/test.db` belongs to two environments, `{environment}` and `{other}`; nothing was done");
        project
            .lback(&["--environment", environment, "migrate"])
            .exits(77)
            .stderr_has(&[&both, "hint: change `databases` of `[environments]` in `lback.toml`"]);
    }
    assert_eq!(project.revision_of_database(), None);
}

/// Runs migrations of one database after the other.
const TWO: &str = "
import sqlalchemy as sa
from alembic import context
for name in ('first.db', 'test.db'):
    with sa.create_engine('sqlite:///' + name).connect() as connection:
        context.configure(connection=connection)
        with context.begin_transaction():
            context.run_migrations()
        connection.commit()
";

#[test]
fn what_was_done_to_another_database_is_told() {
    let project = Project::new().file("migrations/env.py", TWO).config(&environments("*/test.db"));
    project.lback(&["--environment", "development", "migrate"]).exits(77).stderr_has(&[
        "/test.db` belongs to the environment `production`, and this run's is `development`; nothing was done to it",
        "note: `first.db`: done: the database went from base to `three`, its target",
    ]);
    assert_eq!(project.revision_of_database(), None);
}

#[test]
fn the_doctor_leaves_out_plugins_of_other_environments() {
    let project = Project::new().plugin("absent", Path::new("absent.wasm"), "environments = ['production']").unlocked();
    let doctor = |environment| project.lback(&["--environment", environment, "self", "doctor"]);
    doctor("development").exits(0).stdout_has(&["`absent` is not used in this environment"]);
    doctor("production").exits(65).stdout_has(&["`absent` can't be loaded"]);
}

#[test]
fn without_an_environment_nothing_is_contradicted() {
    Project::new().config(&environments("*/test.db")).lback(&["migrate"]).exits(0);
}

/// Runs against a server, with the patterns that match it and those that don't.
fn on_a_server(url: &str, matching: &[String]) {
    let project = || {
        let project = Project::on(&url.replace('%', "%%"));
        if url.contains("+async") { project.file("migrations/env.py", ASYNCHRONOUS) } else { project }
    };
    for pattern in matching {
        let project = project().config(&environments(pattern));
        project
            .lback(&["--environment", "development", "migrate"])
            .exits(77)
            .stderr_has(&["belongs to the environment `production`"]);
        project.lback(&["--environment", "production", "alembic", "current"]).exits(0);
    }
    let project = project().config(&environments("other.example.com/*"));
    project.lback(&["--environment", "production", "migrate"]).exits(77);
    project.lback(&["--environment", "development", "migrate", "one"]).exits(0);
}

#[test]
fn every_driver_names_its_database() {
    let database = Database::postgres();
    let name = database.query("select current_database()");
    for driver in ["psycopg", "psycopg2", "asyncpg"] {
        database.renew();
        on_a_server(&database.url_with(driver), &[name.clone(), format!("*/{}", name.to_uppercase())]);
    }
    let database = Database::mariadb();
    let name = database.query("select database()");
    for driver in ["pymysql", "asyncmy"] {
        database.renew();
        on_a_server(&database.url_with(driver), &[name.clone(), format!("{}*", &name[..3])]);
    }
}

#[test]
fn without_the_launcher_the_check_is_not_skipped() {
    let project = Project::new().config(&format!("launcher = false\n{}", environments("*/test.db")));
    for environment in ["development", "production"] {
        project.lback(&["--environment", environment, "migrate"]).exits(69).stderr_has(&[
            "error: Alembic could not be started: lback can't check the database against `[environments]` in `lback.toml`: `launcher = false` in `lback.toml`",
            "hint: ",
        ]);
    }
    assert_eq!(project.revision_of_database(), None);
    project.lback(&["--environment", "production", "history"]).exits(0);
}

#[test]
fn an_environment_that_is_not_listed_is_an_error() {
    let project = Project::new().config(&environments("*/test.db"));
    project.lback(&["--environment", "prodution", "migrate"]).exits(64).stderr_has(&[
        "error: unknown environment `prodution`, from `--environment` or `LBACK_ENVIRONMENT`",
        "hint: did you mean `production`?",
    ]);
    project.lback(&["migrate"]).env("LBACK_ENVIRONMENT", "qa").exits(64).stderr_has(&[
        "error: unknown environment `qa`",
        "hint: `[environments]` in `lback.toml` has `development`, `production`",
    ]);
    assert_eq!(project.revision_of_database(), None);
}

#[test]
fn a_plugin_is_used_in_its_environments() {
    let lines = "environments = ['production']\n[plugin.settings]\ndeny = ['alembic_command_started']";
    let project = recorded_with(Project::new(), lines);
    project.lback(&["--environment", "development", "migrate", "one"]).exits(0);
    project.lback(&["--environment", "production", "migrate"]).exits(77);
    // A policy assumes the worst where no environment is named.
    project.lback(&["migrate"]).exits(77);
    assert_eq!(project.revision_of_database().as_deref(), Some("one"));
}

#[test]
fn without_an_environment_a_handler_of_some_is_not_used() {
    let project = Project::new().plugin("rec", &component("record-handler"), "environments = ['production']");
    let heard = |words: &[&str]| {
        let done = project.lback(&[&["--log", "plugin=info"], words].concat()).exits(0);
        !records(&done.stderr).is_empty()
    };
    assert!(!heard(&["history"]));
    assert!(!heard(&["--environment", "development", "history"]));
    assert!(heard(&["--environment", "production", "history"]));
}
