//! `cargo xtask prove locks`: compares the locks and rewrites of plans with a PostgreSQL server.

use super::{
    histories::{self, Database},
    lint::Lint,
    prover::Prover,
    table,
};
use crate::{error::Error, paths::Paths, test::postgres::Postgres, venv};
use serde_json::Value;
use std::path::PathBuf;

/// The comparisons beside the one of whole plans.
#[derive(clap::Subcommand)]
pub(super) enum Mode {
    /// Compares the locks and rewrites of each step with a PostgreSQL server
    Locks(Locks),
    /// Counts the scripts that the default rules of lint flag, with the sizes of tables unknown
    Lint(Lint),
}

#[derive(clap::Args)]
pub(super) struct Locks {
    /// Histories on PostgreSQL; all by default
    #[arg(value_name = "HISTORY", value_parser = histories::names())]
    histories: Vec<String>,

    /// Prove this lback instead of building one
    #[arg(long, value_name = "PATH")]
    lback: Option<PathBuf>,
}

impl Locks {
    pub(super) fn run(&self, paths: &Paths) -> Result<(), Error> {
        let work = Prover::new(paths, self.lback.as_deref(), 0, true)?;
        venv::ensure(paths, &[venv::EXAMPLE, venv::TESTS])?;
        let postgres = Postgres::start(paths)?;
        let mut proven = Vec::new();
        for history in histories::chosen(&self.histories) {
            if history.database == Database::Postgres {
                let ready = work.prepare(history, Some(&postgres))?;
                let found = work.prove_with(&ready, "locks.py", "--score", &ready.options);
                proven.push((ready.name, found));
            }
        }
        anstream::println!("\n{}", table::locks(&proven));
        let bad: Vec<String> =
            proven.iter().filter(|(_, found)| !is_proven(found.as_ref())).map(|(name, _)| name.clone()).collect();
        if bad.is_empty() { Ok(()) } else { Err(Error::NotProven(bad)) }
    }
}

/// Returns whether the program finished without a silent miss.
fn is_proven(found: Option<&Value>) -> bool {
    found.is_some_and(|found| ["locks", "rewrites"].iter().all(|kind| found[*kind]["silent"] == 0))
}
