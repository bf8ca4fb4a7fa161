//! Projects made by `alembic init`, one of each template, and projects whose scripts are in a
//! package.

use std::fs;
use std::path::Path;
use std::process::Command;

use super::twin::{Case, Twin, case};
use crate::support::{Project, alembic};

/// A project made by `alembic init -t TEMPLATE`, with one revision; `change` configures its
/// database.
fn made_by(template: &str, change: impl FnOnce(&Path)) -> Twin {
    Twin::of(Project::empty()).arrange(|root| {
        run(root, &["-q", "init", "-t", template, "migrations"]);
        change(root);
    })
}

fn run(root: &Path, words: &[&str]) {
    let status = Command::new(alembic()).args(words).current_dir(root).status().expect("alembic");
    assert!(status.success(), "{words:?}");
}

#[track_caller]
fn replace(root: &Path, file: &str, from: &str, to: &str) {
    let text = fs::read_to_string(root.join(file)).expect("a file");
    assert!(text.contains(from), "{file} lacks {from}");
    fs::write(root.join(file), text.replace(from, to)).expect("a file");
}

const PLACEHOLDER: &str = "driver://user:pass@localhost/dbname";

fn cases() -> Vec<Case> {
    vec![
        case(&["upgrade", "head"]).outputs("Running upgrade  -> 1a2b"),
        case(&["upgrade", "head", "--sql"]),
        case(&["current"]),
        case(&["check"]).code(255),
        case(&["revision", "-m", "more", "--rev-id", "3c4d"]).outputs("3c4d_more.py"),
        case(&["stamp", "head"]).outputs("Running stamp_revision"),
    ]
}

fn make_revision(root: &Path) {
    run(root, &["-q", "revision", "-m", "first", "--rev-id", "1a2b"]);
    let body = "op.create_table('first', sa.Column('id', sa.Integer(), primary_key=True))";
    replace(
        root,
        "migrations/versions/1a2b_first.py",
        "def upgrade() -> None:",
        &format!("def upgrade() -> None:\n    {body}"),
    );
}

#[test]
fn generic() {
    made_by("generic", |root| {
        replace(root, "alembic.ini", PLACEHOLDER, "sqlite:///test.db");
        make_revision(root);
    })
    .check(cases());
}

#[test]
fn asynchronous() {
    made_by("async", |root| {
        replace(root, "alembic.ini", PLACEHOLDER, "sqlite+aiosqlite:///test.db");
        make_revision(root);
    })
    .check(cases());
}

#[test]
fn pyproject() {
    for (template, url) in [("pyproject", "sqlite:///test.db"), ("pyproject_async", "sqlite+aiosqlite:///test.db")] {
        let twin = made_by(template, |root| {
            replace(root, "alembic.ini", PLACEHOLDER, url);
            make_revision(root);
        });
        twin.check([
            case(&["upgrade", "head"]).outputs("Running upgrade  -> 1a2b"),
            case(&["-c", "pyproject.toml", "history"]).outputs("1a2b"),
        ]);
    }
}

#[test]
fn several_databases() {
    let twin = made_by("multidb", |root| {
        replace(root, "alembic.ini", &format!("{PLACEHOLDER}2"), "sqlite:///two.db");
        replace(root, "alembic.ini", PLACEHOLDER, "sqlite:///one.db");
        run(root, &["-q", "revision", "-m", "first", "--rev-id", "1a2b"]);
        for name in ["engine1", "engine2"] {
            let (from, to) = (
                format!("def upgrade_{name}() -> None:"),
                format!("op.create_table('at_{name}', sa.Column('id', sa.Integer()))"),
            );
            replace(root, "migrations/versions/1a2b_first.py", &from, &format!("{from}\n    {to}"));
        }
    });
    twin.check([
        case(&["upgrade", "head"]).outputs("Running upgrade  -> 1a2b"),
        case(&["upgrade", "head", "--sql"]).outputs("Writing output to"),
        case(&["current"]).outputs("engine"),
    ]);
}

#[test]
fn scripts_in_a_package() {
    let twin = made_by("generic", |root| {
        replace(root, "alembic.ini", PLACEHOLDER, "sqlite:///test.db");
        make_revision(root);
        fs::create_dir(root.join("shop")).expect("a folder");
        fs::write(root.join("shop/__init__.py"), "print('shop', __file__)\n").expect("a file");
        fs::rename(root.join("migrations"), root.join("shop/migrations")).expect("a folder");
        let ini = fs::read_to_string(root.join("alembic.ini")).expect("a file");
        let line = ini.lines().find(|line| line.starts_with("script_location")).expect("the setting").to_owned();
        replace(root, "alembic.ini", &line, "script_location = shop:migrations");
    });
    twin.check(cases().into_iter().chain([case(&["history"]).outputs("shop/__init__.py")]));
}
