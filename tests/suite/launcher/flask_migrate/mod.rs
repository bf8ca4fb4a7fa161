//! Flask-Migrate: `flask db` is launched as Alembic is.

mod commands;
mod equality;
mod options;
mod own_tests;
mod servers;

use std::path::{Path, PathBuf};

use crate::support::{Project, python};

/// The `flask` of the tests' virtual environment.
fn flask() -> PathBuf {
    python().with_file_name("flask")
}

/// The text of `lback.toml` with this command of Alembic.
fn config(command: &[&str]) -> String {
    format!("[project]\nname = \"shop\"\n\n[alembic]\ncommand = {command:?}\n")
}

/// A project that `flask db init` has set up, without revisions. Its `.flaskenv` names the
/// application.
fn new_shop(options: &[&str]) -> Project {
    let flask = flask();
    let project = Project::empty()
        .file("shop.py", include_str!("python/shop.py"))
        .file(".flaskenv", "FLASK_APP=shop:create_app\n")
        .whole_config(&config(&[text(&flask), "db"]));
    project.program(flask.as_os_str(), &[&["db", "init"], options].concat()).exits(0);
    project
}

/// A project with the revisions `one` and `two`, which make the tables of these names.
fn shop() -> Project {
    new_shop(&[]).script(&table("one", &[])).script(&table("two", &["one"]))
}

/// A script that makes the table that it is named after.
fn table(name: &str, parents: &[&str]) -> crate::support::VersionScript {
    let columns = "sa.Column('id', sa.Integer(), primary_key=True), sa.Column('name', sa.String(40))";
    crate::support::VersionScript::new(name)
        .after(parents)
        .upgrade(&format!("op.create_table('{name}', {columns})"))
        .downgrade(&format!("op.drop_table('{name}')"))
}

fn text(path: &Path) -> &str {
    path.to_str().expect("UTF-8")
}
