//! Options of `flask db` that choose the scripts and the database.

use super::{config, flask, shop, table, text};

/// A command with its own directory is planned from that directory.
#[test]
fn the_plan_follows_the_directory_of_the_command() {
    let project = shop();
    let other = project.path("other");
    let status = std::process::Command::new("cp").arg("-a").arg(project.path("migrations")).arg(&other).status();
    assert!(status.expect("cp").success());
    let project = project.script(&table("three", &["two"])).plugin(
        "guard",
        &crate::support::plugin("guard"),
        "[plugin.settings]\ndeny = []\n[plugin.settings.plan]\nmax-steps = 2",
    );
    for words in [
        &["migrate", "head"][..],
        &["upgrade"],
        &["alembic", "-d", "migrations", "upgrade"],
        &["alembic", "-d", "other", "upgrade", "--directory", "migrations"],
        &["alembic", "-d", "other", "upgrade", "-dmigrations", "head"],
    ] {
        project.lback(words).exits(77).stderr_has(&["(plan-max-steps)"]);
    }
    for words in [
        &["-c", "other/alembic.ini", "migrate"][..],
        &["alembic", "-d", "other", "upgrade"],
        &["alembic", "upgrade", "-d", "other"],
        &["alembic", "-d", "migrations", "upgrade", "--directory=other"],
    ] {
        project.lback(words).exits(0);
    }
    assert_eq!(project.revision_of_database().as_deref(), Some("two"));
    let flask = flask();
    std::fs::remove_file(project.path("lback.lock")).expect("the lock of the plugin");
    let project = project.whole_config(&format!("{}config = \"other/alembic.ini\"\n", config(&[text(&flask), "db"])));
    project.lback(&["heads"]).exits(0).stdout_has(&["two (head)"]);
    let project = project.whole_config(&config(&[text(&flask), "db", "-d", "other"]));
    project.lback(&["heads"]).exits(0).stdout_has(&["two (head)"]);
    project.lback(&["plan", "rollback", "base"]).exits(0).stdout_has(&["two"]);
}

/// click reads an option of one command from a variable, and plans are made with another command.
#[test]
fn a_plan_is_refused_if_a_variable_is_for_one_command() {
    for (variable, value) in [("FLASK_DB_UPGRADE_DIRECTORY", "other"), ("FLASK_DB_UPGRADE_X_ARG", "tenant=a")] {
        let project = shop();
        let done = project.lback(&["plan"]).env(variable, value).run();
        assert_ne!(done.code(), Some(0), "{done}");
        done.stderr_has(&[variable, "is for one command alone"]);
    }
    let project = shop();
    project.lback(&["plan"]).env("FLASK_DB_DIRECTORY", "migrations").exits(0);
}

#[test]
fn arguments_for_env_py_stay_hidden() {
    let project = shop();
    project.prepend("migrations/env.py", "from alembic import context\nprint(context.get_x_argument())\n");
    for words in [
        &["-x", "token=s3cret", "migrate"][..],
        &["alembic", "upgrade", "-x", "token=s3cret"],
        &["alembic", "upgrade", "--x-arg=token=s3cret"],
        &["alembic", "-xtoken=s3cret", "upgrade"],
    ] {
        let done = project.lback(&[&["--events", "events"], words].concat()).exits(0);
        assert!(!done.stderr.contains("s3cret"), "{done}");
    }
    let events = std::fs::read_to_string(project.path("events")).expect("events");
    assert!(!events.contains("s3cret") && events.contains("flask"), "{events}");
}

#[test]
fn doctor_finds_the_launcher() {
    let project = shop();
    project.lback(&["self", "doctor"]).run().stdout_has(&["Alembic 1."]).output_lacks(&["Alembic runs without it"]);
}
