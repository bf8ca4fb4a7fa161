//! `cargo xtask bench`: measures whole processes in pairs, lback against Alembic alone and against
//! a program that does nothing. It prints a table and judges nothing: a benchmark isn't a test.
//! `catalogue` defines the comparisons, `pair` how they are measured.

mod call;
mod catalogue;
mod gnu_time;
mod goal;
mod machine;
mod pair;
mod picture;
mod plugins;
mod project;
mod room;
mod server;
mod statistics;
mod subject;
mod table;

use crate::{error::Error, languages, lback, paths::Paths, progress::Step, test::postgres::Postgres, venv, wasm};
use std::{fs, path::PathBuf};

/// Measures lback against Alembic alone, in pairs, with a release build
#[derive(clap::Args)]
pub(crate) struct Bench {
    /// Measured rounds of each comparison, after one that warms up [default: 20, with `--quick` 5]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    rounds: Option<u32>,

    /// Use 100 version scripts at most, and fewer rounds
    #[arg(long)]
    quick: bool,

    /// Measure only the comparisons whose line contains this text, as `handlers` or `PostgreSQL`
    #[arg(long, value_name = "TEXT")]
    only: Option<String>,

    /// Measure this lback instead of building one
    #[arg(long, value_name = "PATH")]
    lback: Option<PathBuf>,

    /// Draw the whole runs into this file, as SVG
    #[arg(long, value_name = "FILE")]
    picture: Option<PathBuf>,
}

impl Bench {
    pub(crate) fn run(self, paths: &Paths) -> Result<(), Error> {
        venv::ensure(paths, &[venv::EXAMPLE, venv::TESTS])?;
        wasm::ensure_target(paths)?;
        wasm::build_plugins(paths)?;
        wasm::build_components(paths)?;
        languages::ensure(paths)?;
        let lback = match self.lback {
            Some(lback) => std::path::absolute(&lback).map_err(Error::file("resolve", lback))?,
            None => lback::build_release(paths)?,
        };
        let sizes: &[usize] = if self.quick { &[10, 100] } else { &[10, 1000, 3000] };
        let rounds = self.rounds.unwrap_or(if self.quick { 5 } else { 20 });

        let room = room::Room::prepare(paths, lback)?;
        let postgres = Postgres::start(paths)?;
        let mut comparisons = catalogue::comparisons(&room, &postgres, sizes)?;
        if let Some(only) = &self.only {
            comparisons.retain(|comparison| comparison.line().contains(only.as_str()));
            if comparisons.is_empty() {
                let text = format!("no comparison has `{only}` in its line");
                return Err(Error::Lacking(
                    text,
                    "the first two columns of the table in `docs/internals/performance.md` are the lines",
                ));
            }
        }
        let versions = machine::versions(&room)?;
        let load_at_start = machine::load();
        let step = Step::start("measurements");
        let mut rows = Vec::new();
        for (index, comparison) in comparisons.iter().enumerate() {
            let place = format!("{} of {}", index + 1, comparisons.len());
            let summary = pair::measure(comparison, rounds, &room.server, &|round| {
                step.show(&format!("{place}: round {round} of {rounds}"));
            })?;
            step.note(&format!("{place}: {}", comparison.line()));
            rows.push(table::Row { comparison, summary });
        }
        step.done(format!("{} comparisons", rows.len()));
        anstream::println!("{versions}\n{}\n", machine::describe(&load_at_start));
        anstream::print!("{}", table::render(&rows));
        if self.only.is_none() {
            anstream::print!("\n{}", call::of_guard(&room)?);
        }
        if let Some(file) = self.picture {
            fs::write(&file, picture::draw(&rows)).map_err(Error::file("write", file))?;
        }
        if !room.time_tool.is_there() {
            anstream::println!("\nPeak memory was not measured: there is no GNU time at `{}`.", gnu_time::PROGRAM);
        }
        Ok(())
    }
}
