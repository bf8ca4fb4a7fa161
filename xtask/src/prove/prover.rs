//! Prepares public histories, and starts the Python programs that prove them.

use super::environment;
use super::histories::{Database, History};
use super::proven::Proven;
use crate::{error::Error, files, lback, paths::Paths, process, progress::Step, test::postgres::Postgres, venv};
use serde_json::Value;
use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

/// A project that is ready to be proven.
pub(super) struct Ready {
    pub(super) name: String,
    pub(super) python: PathBuf,
    pub(super) ini: PathBuf,
    pub(super) url: String,
    pub(super) options: Vec<String>,
    pub(super) setup: Option<String>,
    pub(super) environment: Vec<(&'static str, String)>,
}

/// The room in which histories are proven, and the program that is proven.
pub(super) struct Prover<'a> {
    paths: &'a Paths,
    lback: PathBuf,
    room: PathBuf,
    sample: u32,
    rows: bool,
}

impl<'a> Prover<'a> {
    /// Builds lback unless one is given.
    pub(super) fn new(paths: &'a Paths, lback: Option<&Path>, sample: u32, rows: bool) -> Result<Self, Error> {
        let lback = match lback {
            Some(lback) => std::path::absolute(lback).map_err(Error::file("resolve", lback))?,
            None => lback::build(paths)?,
        };
        let room = paths.target.join("prove");
        files::make_folder(&room)?;
        Ok(Prover { paths, lback, room, sample, rows })
    }

    pub(super) fn prove_all(&self, chosen: &[&History]) -> Result<Vec<Proven>, Error> {
        let needs_server = chosen.iter().any(|history| history.database == Database::Postgres);
        let postgres = if needs_server {
            venv::ensure(self.paths, &[venv::EXAMPLE, venv::TESTS])?;
            Some(Postgres::start(self.paths)?)
        } else {
            None
        };
        let mut proven = Vec::new();
        for history in chosen {
            proven.push(self.prove(&self.prepare(history, postgres.as_ref())?));
        }
        Ok(proven)
    }

    /// Makes the environment of a history, and a project of its scripts.
    pub(super) fn prepare(&self, history: &History, postgres: Option<&Postgres>) -> Result<Ready, Error> {
        let folder = self.room.join(history.name);
        let python = environment::ensure(self.paths, &folder.join("venv"), history)?;
        let url = match (history.database, postgres) {
            (Database::Postgres, Some(server)) => {
                // The driver that most histories use.
                server.url_of(&format!("prove_{}", history.name)).replace("+psycopg:", "+psycopg2:")
            }
            _ => format!("sqlite:///{}", folder.join("proven.db").display()),
        };
        let mut options = Vec::new();
        if history.batch {
            options.push("--batch".to_owned());
        }
        if let Some(metadata) = history.metadata {
            options.extend(["--metadata".to_owned(), metadata.to_owned()]);
        }
        let environment: Vec<_> =
            history.environment.iter().map(|&(name, value)| (name, value.replace("{url}", &url))).collect();

        let mut step = Step::start("project");
        let mut make = self.program(&python, "project.py", &environment);
        make.arg(folder.join("project")).arg(history.name).args(["--url", &url]);
        make.arg("--alembic").arg(python.with_file_name("alembic")).args(&options);
        let said = process::quiet(&mut step, "make a project of a history", &mut make, None)?;
        let ini = PathBuf::from(said.lines().last().unwrap_or_default());
        step.done(history.name);
        let setup = history.setup.map(ToOwned::to_owned);
        Ok(Ready { name: history.name.to_owned(), python, ini, url, options, setup, environment })
    }

    pub(super) fn prove(&self, ready: &Ready) -> Proven {
        let mut options = ready.options.clone();
        if self.rows {
            options.push("--rows".to_owned());
        }
        let compared = self.prove_with(ready, "compare.py", "--score", &options);
        let sample = ["--sample".to_owned(), self.sample.to_string()];
        let rolled_back = self.prove_with(ready, "rollback.py", "--json", &sample);
        Proven { name: ready.name.clone(), compared, rolled_back }
    }

    /// Runs one of the programs with its output passed through. A program that finds a mistake
    /// fails, and writes its findings first.
    pub(super) fn prove_with(&self, ready: &Ready, program: &str, results: &str, options: &[String]) -> Option<Value> {
        anstream::eprintln!("\n{} {program}", ready.name);
        let file = self.room.join(format!("{}-{}.json", ready.name, program.trim_end_matches(".py")));
        fs::remove_file(&file).ok();
        let mut command = self.program(&ready.python, program, &ready.environment);
        command.arg("--lback").arg(&self.lback).arg("--config").arg(&ready.ini).args(["--url", &ready.url]);
        command.args(["--name", &ready.name]).arg("--state").arg(self.room.join("state"));
        command.arg(results).arg(&file).args(options);
        if let Some(setup) = &ready.setup {
            command.args(["--setup", setup]);
        }
        process::open("prove it", &mut command).ok();
        let text = fs::read_to_string(&file).ok()?;
        serde_json::from_str(&text).ok()
    }

    fn program(&self, python: &Path, program: &str, environment: &[(&'static str, String)]) -> Command {
        let mut command = Command::new(python);
        command.arg(self.paths.root.join("xtask/src/prove").join(program)).env("PYTHONDONTWRITEBYTECODE", "1");
        command.envs(environment.iter().map(|(name, value)| (name, value)));
        command
    }
}
