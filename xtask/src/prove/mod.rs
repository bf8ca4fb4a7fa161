//! `cargo xtask prove`: compares lback's plans and its rollbacks of tables with real databases, for
//! public Alembic histories. The Python programs beside this file do so in the environment of each
//! history; this module prepares and starts them, and shows the results. `locks` does the same for
//! the locks of statements, and `lint` counts the scripts that lint flags.

mod environment;
mod histories;
mod lint;
mod locks;
mod proven;
mod prover;
mod table;

use crate::{error::Error, paths::Paths};
use prover::{Prover, Ready};
use std::path::{Path, PathBuf};

/// Proves plans and rollbacks of tables on real databases, for public histories or your project
#[derive(clap::Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(crate) struct Prove {
    #[command(subcommand)]
    mode: Option<locks::Mode>,

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

impl Prove {
    pub(crate) fn run(self, paths: &Paths) -> Result<(), Error> {
        match &self.mode {
            Some(locks::Mode::Locks(locks)) => return locks.run(paths),
            Some(locks::Mode::Lint(lint)) => return lint.run(paths),
            None => {}
        }
        let work = Prover::new(paths, self.lback.as_deref(), self.sample, !self.without_rows)?;
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
