//! `lback init` in an empty folder, and the project that it makes, with the `manage.py` of the
//! documentation.

use std::ffi::OsString;
use std::fs;
use std::path::Path;

use crate::support::{Project, Run, alembic, assert_run, python, script};

/// A `PATH` that has the tests' Alembic.
fn path_with_alembic() -> OsString {
    path_with(alembic().parent().expect("a folder"))
}

fn path_with(folder: &Path) -> OsString {
    let rest = ["/usr/local/bin", "/usr/bin", "/bin"].map(Path::new);
    std::env::join_paths(std::iter::once(folder).chain(rest)).expect("a PATH")
}

/// A run of `python manage.py …` in the project, with lback on the `PATH`.
fn manage<'a>(project: &'a Project, args: &[&str]) -> Run<'a> {
    let lback = Path::new(env!("CARGO_BIN_EXE_lback")).parent().expect("a folder");
    let run = project.program(python().as_os_str(), &[&["manage.py"], args].concat());
    run.env("PATH", path_with(lback))
}

fn replace(file: &Path, from: &str, to: &str) {
    let text = fs::read_to_string(file).expect("a file");
    assert!(text.contains(from), "{} has {from}", file.display());
    fs::write(file, text.replace(from, to)).expect("a file");
}

#[test]
fn a_new_project_runs_the_three_commands_of_manage_py() {
    let project = Project::empty();
    let done = project.lback(&["init", "--manage-py"]).env("PATH", path_with_alembic()).exits(0);
    let done = done.stderr_has(&[
        "wrote `lback.toml`\nwrote `lback.schema.json`\nwrote `manage.py`\n",
        "\n\nhint: set `sqlalchemy.url`",
    ]);
    assert!(done.stdout.contains("Creating directory"), "Alembic's own words: {done}");

    project.write("models.py", "import sqlalchemy as sa\n\nmetadata = sa.MetaData()\nsa.Table('users', metadata, sa.Column('id', sa.Integer, primary_key=True))\n");
    replace(&project.path("alembic.ini"), "driver://user:pass@localhost/dbname", "sqlite:///test.db");
    replace(
        &project.path("migrations/env.py"),
        "target_metadata = None",
        "import models\ntarget_metadata = models.metadata",
    );

    manage(&project, &["makemigrations", "add_users"]).exits(0);
    let scripts: Vec<_> = fs::read_dir(project.path("migrations/versions")).expect("a folder").flatten().collect();
    let script = scripts.iter().map(fs::DirEntry::path).find(|path| path.extension().is_some_and(|it| it == "py"));
    let script = script.expect("a migration");
    assert!(script.to_string_lossy().ends_with("_add_users.py"), "{}", script.display());
    assert!(fs::read_to_string(&script).expect("a script").contains("op.create_table('users'"));

    manage(&project, &["migrate"]).exits(0).stderr_has(&["Running upgrade"]);
    assert!(project.revision_of_database().is_some());
    assert_eq!(project.query("select count(*) from users").as_deref(), Some("0"));

    // From another folder too: the folder of manage.py is the project.
    let lback = Path::new(env!("CARGO_BIN_EXE_lback")).parent().expect("a folder");
    let run = project.program(python().as_os_str(), &["../manage.py", "rollback"]).in_folder("migrations");
    run.env("PATH", path_with(lback)).exits(0);
    assert_eq!(project.revision_of_database(), None);
    assert_eq!(project.query("select count(*) from users"), None, "the table is gone");

    // Alembic's exit code is passed on.
    manage(&project, &["migrate", "no_such_revision"]).exits(255);

    let before = project.files();
    let again = project.lback(&["init", "--manage-py"]).env("PATH", path_with_alembic()).exits(0);
    assert_run!("init-again", again);
    assert_eq!(project.files(), before);
}

#[test]
fn an_alembic_environment_that_is_there_is_kept() {
    for (file, text) in [
        ("pyproject.toml", "[tool.alembic]\nscript_location = \"db/migrations\"\n"),
        ("alembic.ini", "[alembic]\nscript_location = db/migrations\n"),
    ] {
        let project = Project::empty().file(file, text);
        project
            .lback(&["init"])
            .env("PATH", path_with_alembic())
            .exits(0)
            .stderr_has(&[&format!("found Alembic's configuration in `{file}`"), "lback plan  "]);
        assert_eq!(fs::read_to_string(project.path(file)).expect("a file"), text);
        assert!(!project.path("migrations").exists());
        assert!(project.path("lback.toml").exists() && !project.path("manage.py").exists());
    }
    let project =
        Project::empty().whole_config("[alembic]\nconfig = \"db/alembic.ini\"\n").file("db/alembic.ini", "[alembic]\n");
    project
        .lback(&["init"])
        .env("PATH", path_with_alembic())
        .exits(0)
        .stderr_has(&["found Alembic's configuration in `db/alembic.ini`"]);
    assert!(!project.path("alembic.ini").exists() && !project.path("migrations").exists());
}

#[test]
fn a_pyproject_without_alembic_is_no_alembic_environment() {
    let project = Project::empty().file("pyproject.toml", "[tool.ruff]\nline-length = 100\n");
    project.lback(&["init"]).env("PATH", path_with_alembic()).exits(0);
    assert!(project.path("alembic.ini").exists() && project.path("migrations/env.py").exists());
}

#[test]
fn without_alembic_nothing_is_written() {
    let project = Project::empty();
    let done = project.lback(&["init"]).env("PATH", "/nowhere").exits(127);
    assert_run!("init-without-alembic", done);
    assert_eq!(project.files(), []);
}

#[test]
fn a_template_that_does_not_exist_leaves_nothing_behind() {
    let project = Project::empty();
    let done = project.lback(&["init", "--template", "imaginary"]).env("PATH", path_with_alembic()).run();
    assert_eq!(done.code(), Some(255), "{done}");
    done.stderr_has(&["`alembic init` failed; nothing else was written"]);
    assert!(!project.path("lback.toml").exists() && !project.path("lback.schema.json").exists());
}

#[test]
fn a_folder_may_have_any_name() {
    let project = Project::empty();
    for name in ["two words", "it's a \"shop\"", "größe\\1", "# no comment"] {
        project.lback(&["init"]).in_folder(name).env("PATH", path_with_alembic()).exits(0);
        let text = fs::read_to_string(project.path(name).join("lback.toml")).expect("a file");
        let config: toml::Table = text.parse().expect("TOML");
        assert_eq!(config["project"]["name"].as_str(), Some(name), "{text}");
        let done = project.lback(&["plugin", "list"]).in_folder(name).exits(0);
        assert_eq!(done.stderr, "note: `lback.toml` lists no plugins\n");
    }
}

#[test]
fn manage_py_without_lback_names_the_next_step() {
    let project = Project::empty();
    project.lback(&["init", "--manage-py"]).env("PATH", path_with_alembic()).exits(0);
    let done = manage(&project, &["migrate"]).env("PATH", "/nowhere").exits(127);
    assert_run!("manage-py-without-lback", done);
}

/// Returns the table `[alembic]` of the project's `lback.toml`.
fn alembic_table(project: &Project) -> toml::Table {
    let config: toml::Table = fs::read_to_string(project.path("lback.toml")).expect("a file").parse().expect("TOML");
    assert_eq!(config["project"].get("environment"), None, "a name of lback's own would be a guess");
    config["alembic"].as_table().expect("a table").clone()
}

#[test]
fn the_tool_of_the_project_runs_alembic() {
    for (tool, file, text) in [
        ("uv", "uv.lock", ""),
        ("poetry", "pyproject.toml", "[tool.poetry]\nname = \"shop\"\n"),
        ("pdm", "pdm.lock", ""),
        ("rye", "pyproject.toml", "[tool.rye]\nmanaged = true\n"),
        ("pipenv", "Pipfile.lock", "{}"),
        ("hatch", "hatch.toml", ""),
    ] {
        let project = Project::empty().file("alembic.ini", "[alembic]\n").file(file, text);
        // Without the tool on the `PATH`, lback looks for Alembic by itself.
        project.lback(&["init"]).env("PATH", "/nowhere").exits(0);
        assert_eq!(alembic_table(&project).get("command"), None, "{tool}");

        let project = Project::empty().file("alembic.ini", "[alembic]\n").file(file, text);
        let program = script(&project, tool, "#!/bin/sh\nexit 1\n");
        let path = path_with(program.parent().expect("a folder"));
        project.lback(&["init"]).env("PATH", path).exits(0);
        let command = toml::Value::from(vec![tool, "run", "alembic"]);
        assert_eq!(alembic_table(&project).get("command"), Some(&command), "{tool}");
    }
}

#[test]
fn flask_migrate_is_recognised() {
    let project = Project::empty()
        .file("migrations/alembic.ini", "[alembic]\n")
        .file("migrations/env.py", "from flask import current_app\n");
    let done = project.lback(&["init"]).env("PATH", path_with_alembic()).exits(0);
    done.stderr_has(&["found Flask-Migrate's configuration in `migrations/alembic.ini`"]);
    assert_eq!(alembic_table(&project)["command"], toml::Value::from(vec!["flask", "db"]));
    assert!(!project.path("alembic.ini").exists(), "no second environment");
    let project = Project::empty()
        .file("uv.lock", "")
        .file("src/shop/migrations/alembic.ini", "[alembic]\n")
        .file("src/shop/migrations/env.py", "from flask import current_app\n");
    let uv = script(&project, "uv", "#!/bin/sh\nexit 1\n");
    let done = project.lback(&["init"]).env("PATH", path_with(uv.parent().expect("a folder"))).exits(0);
    done.stderr_has(&["found Flask-Migrate's configuration in `src/shop/migrations/alembic.ini`", "lback plan  "]);
    assert_eq!(alembic_table(&project)["command"], toml::Value::from(vec!["uv", "run", "flask", "db"]));
}

/// A project that depends on Flask-Migrate, without migrations.
fn flask_project() -> Project {
    Project::empty()
        .file("requirements.txt", "Flask-Migrate==4.1.0\n")
        .file("shop.py", include_str!("../launcher/flask_migrate/python/shop.py"))
}

#[test]
fn a_project_that_depends_on_flask_migrate_gets_its_migrations() {
    let project = flask_project().file(".flaskenv", "FLASK_APP=shop:create_app\n");
    let lback = |words: &[&str]| project.lback(words).env("PATH", path_with_alembic());
    let done = lback(&["init"]).exits(0).stderr_has(&["wrote `lback.toml`", "lback makemigrations NAME  "]);
    assert!(done.stdout.contains("migrations"), "Flask-Migrate's own words: {done}");
    assert_eq!(alembic_table(&project)["command"], toml::Value::from(vec!["flask", "db"]));
    lback(&["makemigrations", "all"]).exits(0);
    lback(&["plan"]).exits(0).stdout_has(&["create table"]);
    lback(&["migrate"]).exits(0).output_lacks(&["without lback's launcher"]);
    assert_eq!(project.query("select count(*) from one").as_deref(), Some("0"));
    let before = project.files();
    lback(&["init"]).exits(0).stderr_has(&["found Flask-Migrate's configuration in `migrations/alembic.ini`"]);
    assert_eq!(project.files(), before);
}

#[test]
fn without_an_application_flask_migrate_says_so_and_nothing_is_written() {
    let project = flask_project().file("shop.py", "");
    let done = project.lback(&["init"]).env("PATH", path_with_alembic()).run();
    assert_eq!(done.code(), Some(2), "{done}");
    done.stderr_has(&["FLASK_APP", "`flask db init` failed; nothing else was written"]);
    assert!(!project.path("lback.toml").exists() && !project.path("migrations").exists());
}

#[test]
fn an_asynchronous_driver_chooses_the_template() {
    let project = Project::empty().file("requirements.txt", "fastapi\nasyncpg==0.30\n");
    let done = project.lback(&["init"]).env("PATH", path_with_alembic()).exits(0);
    done.stderr_has(&["the project depends on `asyncpg`, so the template is `async`"]);
    assert!(
        fs::read_to_string(project.path("migrations/env.py")).expect("a file").contains("async_engine_from_config")
    );

    let project = Project::empty().file("requirements.txt", "asyncpg\n");
    project.lback(&["init", "--template", "generic"]).env("PATH", path_with_alembic()).exits(0);
    assert!(!fs::read_to_string(project.path("migrations/env.py")).expect("a file").contains("async"));
}

#[test]
fn an_editor_finds_the_schema_and_an_old_schema_is_replaced() {
    let project = Project::empty().file("alembic.ini", "[alembic]\n").file("lback.schema.json", "{}");
    project.lback(&["init"]).env("PATH", path_with_alembic()).exits(0);
    let config = fs::read_to_string(project.path("lback.toml")).expect("a file");
    assert!(config.starts_with("#:schema ./lback.schema.json\n"), "{config}");
    let written: serde_json::Value =
        serde_json::from_slice(&fs::read(project.path("lback.schema.json")).expect("a file")).expect("JSON");
    assert_eq!(written, crate::cli::schema::schema("lback.schema.json"));
}
