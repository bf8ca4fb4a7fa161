//! Equality of `flask db` run by lback and `flask db` alone, in everything observable.

use super::super::twin::{Case, Twin, case, same};
use super::{flask, shop, text};
use crate::support::python;

fn twin() -> Twin {
    let flask = flask();
    Twin::of(shop()).command([text(&flask), "db"]).env("EDITOR", "true")
}

#[test]
fn commands_on_a_new_database() {
    twin().check([
        case(&["upgrade"]).outputs("Running upgrade one -> two"),
        case(&["upgrade", "--sql"]).outputs("CREATE TABLE one"),
        case(&["upgrade", "--tag", "t", "one"]).outputs("Running upgrade  -> one"),
        case(&["-x", "a=b", "upgrade", "-x", "c=d", "+1"]).outputs("Running upgrade  -> one"),
        case(&["current"]),
        case(&["history", "--verbose", "--indicate-current"]).outputs("Path: "),
        case(&["history", "-r", "one:two"]).outputs("one -> two"),
        case(&["heads", "-v"]).outputs("Rev: two (head)"),
        case(&["show", "one"]).outputs("Rev: one"),
        case(&["branches"]),
        case(&["check"]).code(1).outputs("Target database is not up to date"),
        case(&["stamp", "one"]).outputs("Running stamp_revision"),
        case(&["stamp", "--sql"]).outputs("INSERT INTO alembic_version"),
        case(&["edit"]),
        case(&["revision", "-m", "añadir", "--rev-id", "1a2b"]).outputs("1a2b_añadir.py"),
        case(&["migrate", "-m", "more"]).code(1).outputs("Target database is not up to date"),
        case(&["list-templates"]).outputs("flask-multidb"),
        case(&["init", "-d", "fresh"]).outputs("fresh"),
        case(&["init"]).code(1).outputs("already exists"),
        case(&["downgrade"]).code(1).outputs("ERROR"),
    ]);
}

#[test]
fn commands_on_a_database_at_head() {
    twin().after(&["upgrade"]).check([
        case(&["current", "-v"]).outputs("Rev: two (head)"),
        case(&["check"]).outputs("No new upgrade operations"),
        case(&["upgrade"]),
        case(&["downgrade"]).outputs("Running downgrade two -> one"),
        case(&["downgrade", "--", "-1"]).outputs("Running downgrade two -> one"),
        case(&["downgrade", "base"]).outputs("Running downgrade one -> ,"),
        case(&["downgrade", "two:one", "--sql"]).outputs("DROP TABLE two"),
        case(&["migrate", "-m", "none"]).outputs("No changes in schema detected"),
        case(&["stamp", "--purge", "one"]).outputs("Running stamp_revision"),
    ]);
}

#[test]
fn words_that_are_no_command() {
    twin().check([
        case(&["nosuch"]).code(2).outputs("No such command 'nosuch'"),
        case(&["upgrade", "nosuch"]).code(1).outputs("Can't locate revision"),
        case(&["upgrade", "a", "b"]).code(2),
        case(&["--raiseerr", "upgrade"]).code(2).outputs("No such option"),
        case(&["-d", "nosuch", "current"]).code(1).outputs("nosuch"),
        case(&["--help"]).outputs("Usage: "),
        case(&["upgrade", "--help"]).outputs("Upgrade to a later version"),
    ]);
    twin().file(".flaskenv", "FLASK_APP=nosuch\n").check([case(&["upgrade"]).code(2).outputs("Could not import")]);
    twin()
        .file("shop.py", "raise ValueError('no application')\n")
        .check([case(&["upgrade"]).code(1).outputs("no application")]);
}

/// lback's commands, and Alembic's names, become what Flask-Migrate understands.
#[test]
fn commands_of_lback() {
    twin().after(&["upgrade"]).check([
        same(&["migrate"], &["upgrade", "head"]),
        same(&["migrate", "--sql"], &["upgrade", "head", "--sql"]).outputs("CREATE TABLE two"),
        same(&["rollback"], &["downgrade", "--", "-1"]).outputs("Running downgrade two -> one"),
        same(&["-x", "a=b", "rollback", "-2"], &["-x", "a=b", "downgrade", "--", "-2"]).outputs("one -> ,"),
        same(&["rollback", "--sql", "two:base"], &["downgrade", "two:base", "--sql"]).outputs("DROP TABLE one"),
        same(&["downgrade", "-1"], &["downgrade", "--", "-1"]).outputs("Running downgrade two -> one"),
        same(&["alembic", "downgrade", "-1", "--tag", "-1"], &["downgrade", "--tag", "-1", "--", "-1"]),
        same(&["alembic", "list_templates"], &["list-templates"]).outputs("flask-multidb"),
        same(&["history", "-r", "-1:current", "-i"], &["history", "--rev-range=-1:current", "-i"]).outputs("one"),
        same(&["current", "--verbose"], &["current", "--verbose"]).outputs("Rev: two"),
        same(&["stamp", "one"], &["stamp", "one"]).outputs("Running stamp_revision"),
        same(&["merge", "--rev-id", "1a2b", "heads"], &["merge", "--rev-id", "1a2b", "heads"]).outputs("1a2b_.py"),
        same(&["makemigrations", "none"], &["migrate", "-m", "none"]).outputs("No changes in schema detected"),
        same(&["-c", "migrations/alembic.ini", "current"], &["-d", "migrations", "current"]).outputs("two"),
    ]);
    twin().file("migrations/versions/two.py", "").arrange(remove_two).after(&["upgrade"]).check([same(
        &["makemigrations", "add two", "--", "--rev-id", "1a2b"],
        &["migrate", "-m", "add two", "--rev-id", "1a2b"],
    )
    .outputs("Detected added table 'two'")]);
}

fn remove_two(root: &std::path::Path) {
    std::fs::remove_file(root.join("migrations/versions/two.py")).expect("a script");
}

fn few() -> [Case; 3] {
    [
        case(&["upgrade"]).outputs("Running upgrade one -> two"),
        case(&["upgrade", "nosuch"]).code(1),
        case(&["nosuch"]).code(2),
    ]
}

#[test]
fn every_way_to_start_flask() {
    let (flask, python) = (flask(), python());
    let (venv, uv) = (python.ancestors().nth(2).expect("an environment"), python.with_file_name("uv"));
    let (flask, python) = (text(&flask), text(&python));
    for command in [
        &[python, "-m", "flask", "db"][..],
        &[python, "-Wdefault", "-X", "utf8", "-m", "flask", "--app", "shop:create_app", "db"],
        &[flask, "--app", "shop:create_app", "db"],
        &[flask, "-Ashop", "--debug", "db", "-d", "migrations"],
        &[text(&uv), "run", "--no-project", "flask", "db"],
    ] {
        let twin = Twin::of(shop()).command(command.iter().copied());
        twin.env("VIRTUAL_ENV", venv).env("UV_OFFLINE", "1").env("UV_PYTHON_DOWNLOADS", "never").check(few());
    }
    let twin = Twin::of(shop()).command([flask, "database"]).env("SHOP_GROUP", "database");
    twin.check(few());
}

#[test]
fn several_binds() {
    let flask = flask();
    let twin = Twin::of(super::commands::with_reports()).command([text(&flask), "db"]).env("SHOP_REPORTS", "1");
    twin.after(&["upgrade", "one"]).check([
        case(&["upgrade"]).outputs("Migrating database reports"),
        case(&["downgrade"]).outputs("Migrating database reports"),
        case(&["current"]).outputs("one"),
        case(&["upgrade", "--sql"]).outputs("Writing output to reports.sql"),
        case(&["migrate", "-m", "more"]).code(1).outputs("not up to date"),
    ]);
}
