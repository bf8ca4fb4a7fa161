//! The folder in which lback runs Alembic, and the arguments that it passes on: without
//! `lback.toml`, with one in a parent, and from a sub-folder.

use serde_json::json;

use super::heard::told;
use super::table::{logged, recorded, text};
use crate::support::{Project, Run, alembic};

/// A project without `lback.toml`, there or in a parent folder.
fn plain() -> Project {
    let project = Project::new().whole_config("");
    for folder in project.root().ancestors() {
        let file = folder.join("lback.toml");
        assert!(!file.exists(), "{} breaks this test", file.display());
    }
    project
}

/// Puts the tests' Alembic on the `PATH`.
fn on_path(run: Run<'_>) -> Run<'_> {
    let alembic = alembic();
    let folder = text(alembic.parent().expect("a folder"));
    run.env("PATH", format!("{folder}:{}", std::env::var("PATH").unwrap_or_default()))
}

#[test]
fn without_a_configuration_lback_is_alembic_in_this_folder() {
    let project = plain();
    let done = on_path(project.lback(&["migrate"])).exits(0).stderr_has(&["Running upgrade two -> three, make three"]);
    assert!(!done.stderr.contains("warning") && !project.path("lback.toml").exists(), "{done}");
    assert_eq!(project.revision_of_database().as_deref(), Some("three"));
    let done = on_path(project.lback(&["rollback", "--revision", "one"])).exits(0);
    assert_eq!(project.revision_of_database().as_deref(), Some("one"), "{done}");
    let done = on_path(project.lback(&["alembic", "current"])).exits(0);
    assert_eq!(done.stdout, "one\n");
    // Alembic looks only in the current folder, which lback doesn't change.
    let done = on_path(project.lback(&["history"]).in_folder("elsewhere")).exits(255);
    assert!(done.stdout.contains("No 'script_location' key found"), "{done}");
}

#[test]
fn without_a_configuration_the_active_environment_comes_before_the_path() {
    let project = plain();
    let alembic = alembic();
    let environment = alembic.ancestors().nth(2).expect("the environment's folder");
    let done = project.lback(&["history"]).env("VIRTUAL_ENV", environment).env("PATH", "/nowhere").exits(0);
    assert!(done.stdout.starts_with("two -> three (head), make three\n"), "{done}");
}

#[test]
fn alembic_runs_in_the_folder_of_the_configuration() {
    let project = recorded(Project::new());
    project.prepend("migrations/env.py", "import os\nprint('folder:', os.getcwd())\n");
    let done = logged(&project, &["migrate", "one"]).in_folder("shop/deep").exits(0);
    let root = project.root().canonicalize().expect("a folder");
    assert_eq!(done.stdout, format!("folder: {}\n", root.display()));
    assert_eq!(project.revision_of_database().as_deref(), Some("one"));
    assert_eq!(told(&done, "handler").len(), 4, "the plugins of the root are asked: {done}");
}

/// A project with a second configuration for another database, and an env.py that prints its
/// arguments.
fn two_databases() -> Project {
    let project = recorded(Project::new());
    project.prepend("migrations/env.py", "from alembic import context\nprint(context.get_x_argument())\n");
    let other = "[reports]\nscript_location = %(here)s/../migrations\nprepend_sys_path = %(here)s/..\n\
                 sqlalchemy.url = sqlite:///%(here)s/reports.db\n";
    let env = std::fs::read_to_string(project.path("migrations/env.py")).expect("a file");
    // This file has no logging.
    project.write("migrations/env.py", &env.replace("    fileConfig(", "    0 and fileConfig("));
    project.file("deep/reports.ini", other)
}

#[test]
fn options_of_alembic_are_passed_on_from_a_sub_folder() {
    let project = two_databases();
    let file = text(&project.path("deep/reports.ini"));
    let typed: [&[&str]; 2] = [
        &["-c", "reports.ini", "-n", "reports", "-x", "tenant=a", "-x", "b", "migrate", "one"],
        &["migrate", "two", "--config", "reports.ini", "--name=reports", "-xtenant=a", "-x=b"],
    ];
    for (line, version) in typed.into_iter().zip(["one", "two"]) {
        let done = logged(&project, line).in_folder("deep").exits(0);
        assert!(done.stdout.starts_with("['tenant=a', '"), "{done}");
        let started = &told(&done, "handler")[2];
        let program = text(&alembic());
        let expected = json!([program, "-c", file, "-n", "reports", "-x", "***", "-x", "***", "upgrade", version]);
        assert_eq!(started["full_command"], expected, "{done}");
        assert!(project.path("deep/reports.db").exists() && !project.path("test.db").exists());
    }
}

#[test]
fn typed_file_of_alembic_is_taken_before_the_configured_one() {
    let project = two_databases();
    let config = format!("[project]\nname = 'shop'\n[alembic]\ncommand = [{:?}]\nconfig = 'alembic.ini'\n", alembic());
    let project = recorded(project.whole_config(&config));
    let full_command =
        |typed: &[&str]| told(&logged(&project, typed).exits(0), "handler").swap_remove(2)["full_command"].take();
    let program = text(&alembic());
    assert_eq!(full_command(&["migrate", "one"]), json!([program, "-c", "alembic.ini", "upgrade", "one"]));
    assert!(project.path("test.db").exists());
    let typed = ["-c", "deep/reports.ini", "-n", "reports", "migrate", "one"];
    assert_eq!(full_command(&typed), json!([program, "-c", "deep/reports.ini", "-n", "reports", "upgrade", "one"]));
    assert!(project.path("deep/reports.db").exists());
}
