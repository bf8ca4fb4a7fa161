//! The ways to start Alembic: console scripts of all kinds, a module, tools that run it.

use std::ffi::OsString;
use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::Path;

use tempfile::TempDir;

use super::environment::Environment;
use super::twin::{Case, Twin, case};
use crate::support::{Project, alembic, python};

/// Prints how Python was started.
const SHOW: &str = include_str!("python/show_start.py");

fn show() -> Twin {
    Twin::new().before_env(SHOW)
}

fn cases() -> [Case; 4] {
    [
        case(&["upgrade", "head"]).outputs("orig_argv = ["),
        case(&["nosuch"]).code(2),
        case(&["upgrade", "nosuch"]).code(255),
        case(&["--raiseerr", "upgrade", "nosuch"]).code(1),
    ]
}

fn folder() -> TempDir {
    tempfile::tempdir().expect("a temporary folder")
}

#[test]
fn console_script_of_pip() {
    show().command([alembic()]).check(cases());
}

#[test]
fn console_script_by_a_link() {
    // As pipx and `uv tool` put it on the PATH.
    let folder = folder();
    symlink(alembic(), folder.path().join("alembic")).expect("a link");
    show().command([folder.path().join("alembic")]).check(cases());
}

#[test]
fn console_script_of_uv() {
    // uv writes another script than pip.
    let folder = folder();
    let environment = Environment::new(folder.path().join("venv"), &[]);
    let script = environment.script(&format!("#!{}", environment.python().display()));
    let body = include_str!("python/console_script_of_uv.py");
    fs::write(&script, format!("#!{}\n{body}", environment.python().display())).expect("a script");
    show().command([script]).check(cases());
}

#[test]
fn console_script_with_a_long_path() {
    let folder = folder();
    let environment = Environment::new(folder.path().join("long".repeat(40)), &[]);
    let script = environment.script(&environment.trampoline());
    show().command([script]).check(cases());
}

#[test]
fn console_script_with_a_space_in_its_path() {
    let folder = folder();
    let environment = Environment::new(folder.path().join("with a space"), &[]);
    let script = environment.script(&environment.trampoline());
    show().command([script]).check(cases());
}

#[test]
fn console_script_with_options_for_the_interpreter() {
    let folder = folder();
    let environment = Environment::new(folder.path().join("venv"), &[]);
    for option in ["-I", "-E", "-Wdefault", "-OO", "-Xdev", "-sPB"] {
        let script = environment.script(&format!("#!{} {option}", environment.python().display()));
        show().command([script]).check([
            case(&["upgrade", "head"]).outputs("orig_argv = ["),
            case(&["--raiseerr", "upgrade", "nosuch"]).code(1),
        ]);
    }
}

#[test]
fn console_script_whose_interpreter_env_finds() {
    let folder = folder();
    let environment = Environment::new(folder.path().join("venv"), &[]);
    let script = environment.script("#!/usr/bin/env python");
    let path = environment.folder.join("bin").display().to_string();
    show().command([script]).env("PATH", format!("{path}:/usr/bin:/bin")).check(cases());
}

#[test]
fn console_script_of_the_project_found_without_configuration() {
    for options in [&["--symlinks"][..], &["--copies"]] {
        let folder = folder();
        let environment = Environment::new(folder.path().join("venv"), options);
        let script = environment.script(&format!("#!{}", environment.python().display()));
        let name = script.strip_prefix(&environment.folder).expect("it is there").to_owned();
        let twin = show().arrange(|root| symlink(&environment.folder, root.join(".venv")).expect("a link"));
        twin.command([Path::new(".venv").join(name)]).check(cases());
    }
}

#[test]
fn module() {
    show().command(words(&[&text(&python()), "-m", "alembic"])).check(cases());
    show()
        .command(words(&[&text(&python()), "-W", "error::UserWarning", "-X", "utf8", "-m", "alembic"]))
        .check([case(&["current"]).outputs("orig_argv = ["), case(&["upgrade", "nosuch"]).code(255)]);
    show()
        .command(words(&[&text(&python()), "-Im", "alembic.config"]))
        .check([case(&["current"]).outputs("orig_argv = [")]);
}

#[test]
fn interpreter_with_the_script() {
    show().command(words(&[&text(&python()), &text(&alembic())])).not_launched().check(cases());
}

#[test]
fn uv_runs_alembic() {
    let folder = folder();
    let environment = Environment::new(folder.path().join("venv"), &[]);
    let script = environment.script(&format!("#!{}", environment.python().display()));
    assert!(script.is_file());
    let uv = text(&python().with_file_name("uv"));
    for words in [
        &["run", "alembic"][..],
        &["run", "--no-sync", "alembic"],
        &["run", "--", "alembic"],
        &["run", "python", "-m", "alembic"],
    ] {
        show()
            .command([&[OsString::from(&uv)], &self::words(words)[..]].concat())
            .env("VIRTUAL_ENV", environment.folder.clone())
            .env("UV_OFFLINE", "1")
            .env("UV_PYTHON_DOWNLOADS", "never")
            .env("UV_CACHE_DIR", folder.path().join("cache"))
            .check([
                case(&["upgrade", "head"]).outputs("orig_argv = ["),
                case(&["upgrade", "nosuch"]).code(255),
                case(&["--raiseerr", "upgrade", "nosuch"]).code(1),
            ]);
    }
}

#[test]
fn shell_script() {
    let folder = folder();
    let script = folder.path().join("alembic");
    fs::write(&script, format!("#!/bin/sh\necho from a shell\nexec {} \"$@\"\n", text(&alembic()))).expect("a script");
    fs::set_permissions(&script, fs::Permissions::from_mode(0o755)).expect("permissions");
    show().command([script]).not_launched().check(cases());
}

#[test]
fn launcher_turned_off() {
    show().settings("launcher = false").not_launched().check(cases());
}

fn text(path: &Path) -> String {
    path.to_str().expect("UTF-8").to_owned()
}

fn words(words: &[&str]) -> Vec<OsString> {
    words.iter().map(OsString::from).collect()
}

/// Checks that the launcher really ran, without which the other tests would prove little.
#[test]
fn launcher_is_what_runs() {
    let lines = "print(open('/proc/self/cmdline').read().split('\\0'))";
    let folder = folder();
    let environment = Environment::new(folder.path().join("long".repeat(40)), &[]);
    // `uv` finds a program of this name there.
    let trampoline = text(&environment.script(&environment.trampoline()));
    let uv = text(&python().with_file_name("uv"));
    let words = |words: &[&str]| words.iter().map(ToString::to_string).collect::<Vec<_>>();
    let commands = [
        words(&[&text(&alembic())]),
        words(&[&text(&python()), "-m", "alembic"]),
        words(&[&trampoline]),
        words(&[&uv, "run", "alembic"]),
        words(&[&uv, "run", "--no-sync", "python", "-m", "alembic"]),
    ];
    for command in commands {
        let project = Project::new().whole_config(&format!("[alembic]\ncommand = {command:?}\n"));
        let env = fs::read_to_string(project.path("migrations/env.py")).expect("env.py");
        project.write("migrations/env.py", &format!("{lines}\n{env}"));
        let run = project.lback(&["alembic", "current"]).env("VIRTUAL_ENV", environment.folder.clone());
        let done = run.env("UV_OFFLINE", "1").env("UV_CACHE_DIR", folder.path().join("cache")).exits(0);
        assert!(done.stdout.contains("lback_launcher"), "{command:?}: {done}");
    }
}
