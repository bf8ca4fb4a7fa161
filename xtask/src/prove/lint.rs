//! `cargo xtask prove lint`: the share of scripts of public histories that lint's default rules
//! flag, with the sizes of all tables unknown.

use super::{histories, prover::Prover, table};
use crate::{error::Error, paths::Paths};
use std::path::PathBuf;

#[derive(clap::Args)]
pub(super) struct Lint {
    /// Histories to judge; all by default
    #[arg(value_name = "HISTORY", value_parser = histories::names())]
    histories: Vec<String>,

    /// Change a setting of lint, as `rules.ban-drop-column=off`. May be given several times
    #[arg(long, value_name = "KEY=VALUE")]
    set: Vec<String>,

    /// Use this lback instead of building one
    #[arg(long, value_name = "PATH")]
    lback: Option<PathBuf>,
}

impl Lint {
    pub(super) fn run(&self, paths: &Paths) -> Result<(), Error> {
        let work = Prover::new(paths, self.lback.as_deref(), 0, true)?;
        let mut judged = Vec::new();
        for history in histories::chosen_for_lint(&self.histories) {
            let ready = work.prepare(history, None)?;
            let mut options = ready.options.clone();
            options.extend(self.set.iter().flat_map(|setting| ["--set".to_owned(), setting.clone()]));
            judged.push((ready.name.clone(), work.prove_with(&ready, "lint.py", "--json", &options)));
        }
        anstream::println!("\n{}", table::lint(&judged));
        let crashed = |found: &Option<serde_json::Value>| found.as_ref().is_none_or(|found| found["crashes"] != 0);
        let bad: Vec<String> =
            judged.iter().filter(|(_, found)| crashed(found)).map(|(name, _)| name.clone()).collect();
        if bad.is_empty() { Ok(()) } else { Err(Error::NotProven(bad)) }
    }
}
