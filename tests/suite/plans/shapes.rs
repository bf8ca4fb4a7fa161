//! Plans of projects of every shape: places of scripts, kinds of env.py, ways to start Alembic.

use std::fs;
use std::path::Path;

use serde_json::Value;

use super::shop::{HISTORY, Place, Shop, history};
use crate::support::{Done, Project, VersionScript, alembic, assert_text, python, script};

/// A project made by `alembic init -t TEMPLATE`, with these replacements in its files.
fn made_by(template: &str, replacements: &[(&str, &str, &str)]) -> Project {
    let command = format!("[alembic]\ncommand = [{:?}]\n", alembic().display().to_string());
    let project = Project::empty().whole_config(&command);
    let words = ["-q", "init", "-t", template, "migrations"];
    project.alembic(&words).exits(0);
    for (file, from, to) in replacements {
        let text = fs::read_to_string(project.path(file)).expect("a file");
        assert!(text.contains(from), "{file} lacks {from}");
        project.write(file, &text.replacen(from, to, 1));
    }
    project
}

const PLACEHOLDER: &str = "driver://user:pass@localhost/dbname";

#[track_caller]
fn steps(done: &Done, database: usize) -> Vec<String> {
    let document: Value = serde_json::from_str(&done.stdout).unwrap_or_else(|error| panic!("{error}: {done}"));
    let steps = document["plan"]["databases"][database]["steps"].as_array().expect("steps");
    steps.iter().map(|step| step["revision"].as_str().expect("a revision").to_owned()).collect()
}

/// Plans and runs a migration, and rolls back `users`, which reverts `add_total` too.
#[track_caller]
fn goes_all_the_way(project: &Project) {
    let done = project.lback(&["plan", "--json"]).exits(0);
    assert_eq!(steps(&done, 0), HISTORY);
    project.lback(&["migrate"]).exits(0);
    project.lback(&["rollback", "users", "--yes"]).exits(77).stderr_has(&["revert `add_total`"]);
    let done = project.lback(&["rollback", "users", "--yes", "--allow-collateral"]).exits(0);
    done.stderr_has(&["reverted `users`: 2 revisions; the database is at `make_orders`"]);
    let done = project.lback(&["plan", "--json"]).exits(0);
    assert_eq!(steps(&done, 0), HISTORY[2..]);
}

fn with_history(project: Project) -> Project {
    history().iter().fold(project, Project::script)
}

#[test]
fn templates_of_alembic() {
    for (template, url) in [
        ("generic", "sqlite:///test.db"),
        ("async", "sqlite+aiosqlite:///test.db"),
        ("pyproject", "sqlite:///test.db"),
        ("pyproject_async", "sqlite+aiosqlite:///test.db"),
    ] {
        eprintln!("{template}");
        goes_all_the_way(&with_history(made_by(template, &[("alembic.ini", PLACEHOLDER, url)])));
    }
}

#[test]
fn configuration_in_pyproject_and_url_in_env_py() {
    let project = Shop::new(Place::Sqlite).project;
    fs::remove_file(project.path("alembic.ini")).expect("a file");
    let env = include_str!("python/env_with_url.py");
    let project = project
        .file("pyproject.toml", "[tool.alembic]\nscript_location = '%(here)s/migrations'\n")
        .file("migrations/env.py", env);
    goes_all_the_way(&project);
    project.lback(&["plan", "--sql"]).exits(0).stdout_has(&["ALTER TABLE users ADD COLUMN phone"]);
}

#[test]
fn scripts_in_two_folders() {
    let shop = Shop::of(Place::Sqlite, []);
    let ini = fs::read_to_string(shop.project.path("alembic.ini")).expect("a file");
    let ini = ini.replace(
        "prepend_sys_path",
        "version_locations = %(here)s/first %(here)s/second\npath_separator = space\nprepend_sys_path",
    );
    shop.project.write("alembic.ini", &ini);
    for (place, script) in history().iter().enumerate() {
        let folder = if place % 2 == 0 { "first" } else { "second" };
        shop.project.write(&format!("{folder}/{}.py", HISTORY[place]), &script.text());
    }
    goes_all_the_way(&shop.project);
    shop.lback(&["plan"]).exits(0).stdout_has(&["`first/add_phone.py`", "`second/add_total.py`"]);
}

#[test]
fn several_databases() {
    let project = made_by(
        "multidb",
        &[
            ("alembic.ini", &format!("{PLACEHOLDER}2"), "sqlite:///two.db"),
            ("alembic.ini", PLACEHOLDER, "sqlite:///one.db"),
        ],
    );
    let words = ["-q", "revision", "-m", "first", "--rev-id", "1a2b"];
    project.alembic(&words).exits(0);
    let path = "migrations/versions/1a2b_first.py";
    let mut text = fs::read_to_string(project.path(path)).expect("a file");
    for engine in ["engine1", "engine2"] {
        for (function, body) in [
            ("upgrade", format!("op.create_table('at_{engine}', sa.Column('id', sa.Integer()))")),
            ("downgrade", format!("op.drop_table('at_{engine}')")),
        ] {
            let from = format!("def {function}_{engine}() -> None:");
            text = text.replace(&from, &format!("{from}\n    {body}"));
        }
    }
    project.write(path, &text);

    let done = project.lback(&["plan"]).exits(0);
    done.stdout_has(&[
        "2 revisions on 2 databases",
        "`one.db`",
        "`two.db`",
        "create table `at_engine1`",
        "create table `at_engine2`",
    ]);
    assert!(!project.path("one.db").exists() && !project.path("two.db").exists());
    project.lback(&["migrate"]).exits(0);
    project.lback(&["plan"]).exits(0).stdout_has(&["nothing to do on 2 databases"]);
    project
        .lback(&["plan", "rollback", "base"])
        .exits(0)
        .stdout_has(&["drop table `at_engine1`", "drop table `at_engine2`"]);
    for name in ["at_engine1", "at_engine2"] {
        let done = project.lback(&["rollback", name, "--yes"]).exits(64);
        done.stderr_has(&[
            "can't be rolled back by its name: this project has several databases",
            "`lback plan rollback REVISION`",
        ]);
    }
    project.lback(&["rollback", "base"]).exits(0);
}

#[test]
fn env_py_that_fails_and_scripts_that_can_not_be_loaded() {
    for file in ["migrations/env.py", "migrations/versions/add_phone.py"] {
        let shop = Shop::new(Place::Sqlite).migrated_to("make_users");
        let text = fs::read_to_string(shop.project.path(file)).expect("a file");
        shop.project.write(file, &format!("raise RuntimeError('no postgresql://u:secret@db today')\n{text}"));
        let before = shop.project.files();
        for words in [&["plan"][..], &["plan", "rollback", "users"], &["migrate", "--dry-run"]] {
            let done = shop.lback(words).exits(69).output_lacks(&["secret"]);
            assert_eq!(done.stdout, "", "{done}");
            assert_text!("project-code-that-fails", &done.stderr);
        }
        assert!(shop.project.files() == before);
        // lback can't find out what the name means, and Alembic would take it for a revision's.
        for words in [&["rollback", "users", "--yes"][..], &["rollback", "--table", "users", "--yes"]] {
            shop.lback(words).exits(69).stderr_has(&["error: RuntimeError: no "]);
        }
    }
    let shop =
        Shop::new(Place::Sqlite).with(|project| project.file("migrations/versions/add_phone.py", "def upgrade(:\n"));
    shop.lback(&["plan"]).exits(69).stderr_has(&["error: SyntaxError: "]);
}

#[test]
fn a_database_that_can_not_be_reached() {
    let project = Project::bare("postgresql+psycopg://postgres:secret@localhost:1/shop?connect_timeout=3");
    let done = with_history(project).lback(&["plan"]).exits(69).output_lacks(&["secret"]);
    done.stderr_has(&["OperationalError: "]);
}

#[test]
fn a_script_that_looks_at_the_database_it_runs_on() {
    for place in Place::BOTH {
        let looks = "found = sa.inspect(op.get_bind())\nif 'legacy' in found.get_table_names():\n    op.drop_table('legacy')\n\
            columns = [column['name'] for column in found.get_columns('users')]\n\
            if 'phone' in columns and 'city' not in columns:\n    op.add_column('users', sa.Column('city', sa.String(9)))";
        let rows = "for row in op.get_bind().execute(sa.text('select id, email from users')).fetchall():\n    \
            op.execute(f\"update orders set total = '{row[1].upper()}' where user_id = {row[0]}\")";
        let shop = Shop::new(place)
            .script(
                &VersionScript::new("looks")
                    .after(&["add_total"])
                    .upgrade(looks)
                    .downgrade("op.drop_column('users', 'city')"),
            )
            .script(&VersionScript::new("rows").after(&["looks"]).upgrade(rows));
        let done = shop.lback(&["plan", "--json"]).exits(0);
        let document: Value = serde_json::from_str(&done.stdout).expect("JSON");
        let steps = document["plan"]["databases"][0]["steps"].as_array().expect("steps");
        let kinds = |step: &Value| -> Vec<(String, bool)> {
            let operations = step["operations"].as_array().expect("operations");
            let kind = |operation: &Value| {
                (operation["kind"].as_str().unwrap_or_default().to_owned(), operation["conditional"] == true)
            };
            operations.iter().map(kind).collect()
        };
        let looks = kinds(&steps[4]);
        assert!(looks.iter().any(|(kind, _)| kind == "add_column"), "{looks:?}");
        assert!(looks.contains(&("drop_table".to_owned(), true)), "{looks:?}");
        let rows = kinds(&steps[5]);
        assert!(rows.iter().any(|(kind, _)| kind == "update"), "{rows:?}");
        let shop = shop.migrated();
        // `rows` has nothing in its `downgrade()`, and changes rows.
        let words = ["rollback", "users", "--yes", "--allow-collateral"];
        shop.lback(&words).exits(77).stderr_has(&["would not undo 1 revision", "--allow-irreversible"]);
        shop.lback(&[&words[..], &["--allow-irreversible"]].concat()).exits(0);
        assert_eq!(shop.heads(), ["add_total"], "{place:?}");
    }
}

#[test]
fn alembic_started_by_python_and_by_uv() {
    let python = python().display().to_string();
    let uv = Path::new(&python).with_file_name("uv").display().to_string();
    for command in [vec![&*python, "-m", "alembic"], vec![&*uv, "run", "--no-project", "--active", "alembic"]] {
        let project = with_history(Project::bare("sqlite:///%(here)s/test.db"))
            .whole_config(&format!("[alembic]\ncommand = {command:?}\n"));
        let venv = Path::new(&python).parent().and_then(Path::parent).expect("an environment").to_owned();
        let lback = |words: &[&str]| {
            let run = project
                .lback(words)
                .env("VIRTUAL_ENV", &venv)
                .env("UV_OFFLINE", "1")
                .env("UV_PYTHON_DOWNLOADS", "never");
            run.env("UV_CACHE_DIR", project.path(".state/uv"))
        };
        assert_eq!(steps(&lback(&["plan", "--json"]).exits(0), 0), HISTORY, "{command:?}");
        lback(&["migrate"]).exits(0);
        lback(&["rollback", "orders", "--yes"])
            .exits(0)
            .stderr_has(&["reverted `orders`: 1 revision; the database is at `add_phone`"]);
    }
}

/// Checks a project without plans: revisions are rolled back as ever, tables are refused.
#[track_caller]
fn can_not_be_asked(project: &Project, why: &str) {
    project.lback(&["migrate"]).exits(0);
    for words in
        [&["plan"][..], &["plan", "rollback", "base"], &["plan", "rollback", "users"], &["migrate", "--dry-run"]]
    {
        project.lback(words).exits(69).stderr_has(&["error: Alembic can't make a plan: ", why]);
    }
    for words in [
        &["rollback", "--table", "users", "--yes"][..],
        &["rollback", "users", "--count", "2", "--yes"],
        &["rollback", "users", "--as-migration"],
    ] {
        project.lback(words).exits(69).stderr_has(&["error: Alembic can't make a plan: ", why]);
    }
    assert_eq!(project.revision_of_database().as_deref(), Some("add_total"));
    let done = project.lback(&["rollback", "users", "--yes"]).run();
    assert_ne!(done.code(), Some(0), "{done}");
    assert!(done.stdout.contains("Can't locate revision identified by 'users'"), "{done}");
    project.lback(&["rollback", "add_phone"]).exits(0);
    project.lback(&["rollback", "make_o"]).exits(0);
    assert_eq!(project.revision_of_database().as_deref(), Some("make_orders"));
    project.lback(&["rollback"]).exits(0);
    assert_eq!(project.revision_of_database().as_deref(), Some("make_users"));
}

#[test]
fn without_the_launcher() {
    let project = with_history(Project::bare("sqlite:///%(here)s/test.db").config("launcher = false"));
    can_not_be_asked(&project, "launcher");
}

#[test]
fn a_command_that_is_not_alembics_own() {
    let project = with_history(Project::bare("sqlite:///%(here)s/test.db"));
    let flask = script(&project, "flask", &format!("shift\nexec {} \"$@\"", alembic().display()));
    let command = format!("[alembic]\ncommand = [{:?}, \"db\"]\n", flask.display().to_string());
    can_not_be_asked(&project.whole_config(&command), "");
}
