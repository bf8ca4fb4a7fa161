//! `lback init` in an empty folder, and the project that it makes: `manage.py` as the documentation of migrations writes it.

use std::ffi::OsString;
use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use crate::support::{Project, alembic, python};

/// A `PATH` on which the tests' Alembic is.
fn path_with_alembic() -> OsString {
    path_with(alembic().parent().expect("a folder"))
}

fn path_with(folder: &Path) -> OsString {
    let rest = ["/usr/local/bin", "/usr/bin", "/bin"].map(Path::new);
    std::env::join_paths(std::iter::once(folder).chain(rest)).expect("a PATH")
}

/// Runs `python manage.py …` in the project, with lback on the PATH.
fn manage(root: &Path, args: &[&str]) -> Output {
    let lback = Path::new(env!("CARGO_BIN_EXE_lback")).parent().expect("a folder");
    Command::new(python())
        .arg("manage.py")
        .args(args)
        .current_dir(root)
        .env_clear()
        .env("PATH", path_with(lback))
        .output()
        .expect("python")
}

#[track_caller]
fn managed(root: &Path, args: &[&str]) -> String {
    let output = manage(root, args);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "manage.py {args:?}\n{}\n{said}", String::from_utf8_lossy(&output.stdout));
    said
}

fn replace(file: &Path, from: &str, to: &str) {
    let text = fs::read_to_string(file).expect("a file");
    assert!(text.contains(from), "{} has {from}", file.display());
    fs::write(file, text.replace(from, to)).expect("a file");
}

#[test]
fn a_new_project_runs_the_three_commands_of_manage_py() {
    let project = Project::empty();
    let done = project.lback(&["init"]).env("PATH", path_with_alembic()).exits(0);
    let done = done.says(&["wrote `lback.toml`\n", "wrote `manage.py`\n", "\n\nhint: set `sqlalchemy.url`"]);
    assert!(done.stdout.contains("Creating directory"), "Alembic's own words: {done}");

    project.write("models.py", "import sqlalchemy as sa\n\nmetadata = sa.MetaData()\nsa.Table('users', metadata, sa.Column('id', sa.Integer, primary_key=True))\n");
    replace(&project.path("alembic.ini"), "driver://user:pass@localhost/dbname", "sqlite:///test.db");
    replace(
        &project.path("migrations/env.py"),
        "target_metadata = None",
        "import models\ntarget_metadata = models.metadata",
    );

    managed(project.root(), &["makemigrations", "add_users"]);
    let scripts: Vec<_> = fs::read_dir(project.path("migrations/versions")).expect("a folder").flatten().collect();
    let script = scripts.iter().map(fs::DirEntry::path).find(|path| path.extension().is_some_and(|it| it == "py"));
    let script = script.expect("a migration");
    assert!(script.to_string_lossy().ends_with("_add_users.py"), "{}", script.display());
    assert!(fs::read_to_string(&script).expect("a script").contains("op.create_table('users'"));

    let said = managed(project.root(), &["migrate"]);
    assert!(said.contains("Running upgrade"), "{said}");
    assert!(project.revision_of_database().is_some());
    assert_eq!(project.query("select count(*) from users").as_deref(), Some("0"));

    // From elsewhere too: the folder of manage.py is the project.
    let elsewhere = project.path("migrations");
    let lback = Path::new(env!("CARGO_BIN_EXE_lback")).parent().expect("a folder");
    let output = Command::new(python())
        .args(["../manage.py", "rollback"])
        .current_dir(elsewhere)
        .env("PATH", path_with(lback))
        .output();
    let output = output.expect("python");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(project.revision_of_database(), None);
    assert_eq!(project.query("select count(*) from users"), None, "the table is gone");

    let failed = manage(project.root(), &["migrate", "no_such_revision"]);
    assert_eq!(failed.status.code(), Some(255), "Alembic's exit code is passed on");

    let before = project.files();
    let again = project.lback(&["init"]).env("PATH", path_with_alembic()).exits(0);
    let again = again.says(&[
        "note: there is an Alembic environment already\n",
        "note: `lback.toml` is there already and was kept as it is\n",
        "note: `manage.py` is there already and was kept as it is\n",
    ]);
    assert_eq!(again.stdout, "");
    assert!(!again.stderr.contains("hint: "), "there is nothing left to set: {again}");
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
            .says(&["there is an Alembic environment already"]);
        assert_eq!(fs::read_to_string(project.path(file)).expect("a file"), text);
        assert!(!project.path("migrations").exists());
        assert!(project.path("lback.toml").exists() && project.path("manage.py").exists());
    }
    let project =
        Project::empty().whole_config("[alembic]\nconfig = \"db/alembic.ini\"\n").file("db/alembic.ini", "[alembic]\n");
    project
        .lback(&["init"])
        .env("PATH", path_with_alembic())
        .exits(0)
        .says(&["there is an Alembic environment already"]);
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
    done.says(&["error: alembic was not found: looked ", "\n\nhint: install alembic"]);
    assert_eq!(project.files(), []);
}

#[test]
fn a_template_that_does_not_exist_leaves_nothing_behind() {
    let project = Project::empty();
    let done = project.lback(&["init", "--template", "imaginary"]).env("PATH", path_with_alembic()).run();
    assert_eq!(done.code(), Some(255), "{done}");
    done.says(&["`alembic init` failed; nothing else was written"]);
    assert!(!project.path("lback.toml").exists() && !project.path("manage.py").exists());
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
fn manage_py_without_lback_says_what_to_do() {
    let project = Project::empty();
    project.lback(&["init"]).env("PATH", path_with_alembic()).exits(0);
    let output = Command::new(python())
        .args(["manage.py", "migrate"])
        .current_dir(project.root())
        .env("PATH", "/nowhere")
        .output();
    let output = output.expect("python");
    assert_eq!(output.status.code(), Some(127));
    assert!(output.stdout.is_empty());
    assert_eq!(
        String::from_utf8_lossy(&output.stderr),
        "error: `lback` is not on PATH\n\nhint: install lback, or add its folder to PATH\n"
    );
}
