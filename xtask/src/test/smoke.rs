//! A smoke test: the real binary and the real Alembic, once through the most used commands, on a
//! copy of the example project without plugins.

use crate::{
    error::{Error, Output},
    files,
    paths::Paths,
    process,
    progress::Step,
};
use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
};

const CONFIG: &str = "[project]\nname = \"smoke\"\n\n[alembic]\nconfig = \"example/alembic.ini\"\n";

/// A command line, its exit code, and a text that it prints.
type Case = (&'static [&'static str], i32, &'static str);

const CASES: &[Case] = &[
    (&["--version"], 0, concat!("lback ", env!("CARGO_PKG_VERSION"))),
    (&["plan"], 0, "customers"),
    (&["migrate"], 0, "8c1f0d3a52b7"),
    (&["makemigrations", "add_orders"], 0, "orders"),
    (&["migrate"], 0, "add_orders"),
    (&["rollback"], 0, "add_orders"),
    (&["history"], 0, "add_orders"),
    (&["log"], 0, "downgrade"),
    (&["migrat"], 64, "a similar subcommand exists"),
];

pub(super) fn run(paths: &Paths, lback: &Path) -> Result<(), Error> {
    let step = Step::start("smoke test");
    let project = project(paths)?;
    for case in CASES {
        step.show(&case.0.join(" "));
        play(paths, lback, &project, case)?;
    }
    step.done(format!("{} commands", CASES.len()));
    Ok(())
}

fn project(paths: &Paths) -> Result<PathBuf, Error> {
    let project = paths.target.join("smoke");
    files::remove_folder(&project)?;
    files::copy_tree(&paths.root.join("example"), &project.join("example"), &|name| {
        name != "__pycache__" && !name.starts_with("shop.db")
    })?;
    let config = project.join("lback.toml");
    fs::write(&config, CONFIG).map_err(Error::file("write", config))?;
    Ok(project)
}

fn play(paths: &Paths, lback: &Path, project: &Path, (args, exit, text): &Case) -> Result<(), Error> {
    let mut command = Command::new(lback);
    command.args(*args).current_dir(project);
    for (name, _) in env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("LBACK_")) {
        command.env_remove(name);
    }
    command
        .env("VIRTUAL_ENV", paths.venv())
        .env("LBACK_STATE_DIR", project.join(".state"))
        .env_remove("ALEMBIC_CONFIG");
    let output = command.output().map_err(|source| process::spawn_error(&command, source))?;
    let printed = [output.stdout, output.stderr].concat();
    let printed = String::from_utf8_lossy(&printed);
    if output.status.code() == Some(*exit) && printed.contains(text) {
        return Ok(());
    }
    Err(Error::Command {
        purpose: format!("exit with {exit} and print `{text}`"),
        command: process::line(&command),
        status: output.status,
        output: Output::tail(&printed),
        hint: None,
    })
}
