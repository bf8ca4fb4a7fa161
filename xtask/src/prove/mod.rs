//! `cargo xtask prove`: compares lback's plans and its rollbacks of tables with real databases, for
//! public Alembic histories. The Python programs beside this file do so in the environment of each
//! history; this module prepares and starts them, and shows the results.

mod environment;
mod histories;
mod proven;
mod table;

use crate::{error::Error, files, lback, paths::Paths, process, progress::Step, test::postgres::Postgres, venv};
use histories::{Database, History};
use proven::Proven;
use serde_json::Value;
use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

/// Proves plans and rollbacks of tables on real databases, for public histories or your project
#[derive(clap::Args)]
pub(crate) struct Prove {
    /// Histories to prove; all by default
    #[arg(value_name = "HISTORY", value_parser = histories::names())]
    histories: Vec<String>,

    /// Prove this Alembic project instead: the folder with its `alembic.ini`
    #[arg(long, value_name = "FOLDER", requires = "url", conflicts_with = "histories")]
    project: Option<PathBuf>,

    /// The database that the project connects to, SQLite or PostgreSQL. It is EMPTIED repeatedly
    #[arg(long, requires = "project")]
    url: Option<String>,

    /// The Python with the project's Alembic [default: the one in its `.venv`]
    #[arg(long, value_name = "PATH", requires = "project")]
    python: Option<PathBuf>,

    /// Roll back so many tables, drawn at random, from each of three states of a history; 0 is all
    #[arg(long, value_name = "N", default_value_t = 0)]
    sample: u32,

    /// Leave out the second run of each history, with rows in its tables
    #[arg(long)]
    without_rows: bool,

    /// Prove this lback instead of building one
    #[arg(long, value_name = "PATH")]
    lback: Option<PathBuf>,
}

/// A project that is ready to be proven.
struct Ready {
    name: String,
    python: PathBuf,
    ini: PathBuf,
    url: String,
    options: Vec<String>,
    setup: Option<String>,
    environment: Vec<(&'static str, String)>,
}

impl Prove {
    pub(crate) fn run(self, paths: &Paths) -> Result<(), Error> {
        let lback = match &self.lback {
            Some(lback) => std::path::absolute(lback).map_err(Error::file("resolve", lback))?,
            None => lback::build(paths)?,
        };
        let room = paths.target.join("prove");
        files::make_folder(&room)?;
        let work = Prover { paths, lback, room, sample: self.sample, rows: !self.without_rows };
        let proven = match (&self.project, &self.url) {
            (Some(project), Some(url)) => vec![work.prove(&foreign(project, url, self.python.as_deref())?)],
            _ => work.prove_all(&histories::chosen(&self.histories))?,
        };
        anstream::println!("\n{}", table::comparisons(&proven));
        anstream::println!("{}", table::rollbacks(&proven));
        let bad: Vec<String> = proven.iter().filter(|each| !each.is_proven()).map(|each| each.name.clone()).collect();
        if bad.is_empty() { Ok(()) } else { Err(Error::NotProven(bad)) }
    }
}

/// Returns a project of the user. Its env.py must connect to the database at the URL.
fn foreign(project: &Path, url: &str, python: Option<&Path>) -> Result<Ready, Error> {
    let folder = std::path::absolute(project).map_err(Error::file("resolve", project))?;
    let ini = folder.join("alembic.ini");
    if !ini.is_file() {
        return Err(Error::Lacking(
            format!("there is no `{}`", ini.display()),
            "name the folder in which you type `alembic`",
        ));
    }
    let python = match python {
        Some(python) => std::path::absolute(python).map_err(Error::file("resolve", python))?,
        None => folder.join(".venv/bin/python"),
    };
    let name = folder.file_name().unwrap_or_default().to_string_lossy().into_owned();
    Ok(Ready { name, python, ini, url: url.to_owned(), options: Vec::new(), setup: None, environment: Vec::new() })
}

struct Prover<'a> {
    paths: &'a Paths,
    lback: PathBuf,
    room: PathBuf,
    sample: u32,
    rows: bool,
}

impl Prover<'_> {
    fn prove_all(&self, chosen: &[&History]) -> Result<Vec<Proven>, Error> {
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
    fn prepare(&self, history: &History, postgres: Option<&Postgres>) -> Result<Ready, Error> {
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

    fn prove(&self, ready: &Ready) -> Proven {
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
    fn prove_with(&self, ready: &Ready, program: &str, results: &str, options: &[String]) -> Option<Value> {
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
