//! `cargo xtask demo`: runs the real lback on the example project, with a local receiver in place
//! of Slack and the Pushgateway. Each step is shown as it happens and then checked. The demo works
//! on a copy in the target folder, made anew at each run.

mod message;
mod receiver;
mod report;
mod scenes;
mod shop;
mod stage;

use crate::{error::Error, paths::Paths, process, progress::Step, setup};
use std::{path::PathBuf, time::Instant};

/// Shows lback at work: migrations, a rollback that a policy denies, and the messages to Slack and
/// metrics
#[derive(clap::Args)]
pub(crate) struct Demo {
    /// Show this lback instead of building one
    #[arg(long, value_name = "PATH")]
    lback: Option<PathBuf>,
}

impl Demo {
    pub(crate) fn run(self, paths: &Paths) -> Result<(), Error> {
        let started = Instant::now();
        setup::for_demo(paths)?;
        let lback = match self.lback {
            Some(lback) => std::path::absolute(&lback).map_err(Error::file("resolve", lback))?,
            None => build(paths)?,
        };
        let stage = stage::Stage::set(paths, lback)?;
        let prepared = started.elapsed();

        report::opening(&stage);
        let mut acts = Vec::new();
        for (index, scene) in scenes::SCENES.iter().enumerate() {
            report::announce(index, scene);
            let act = stage.play(scene)?;
            report::messages(&act);
            let failed = !act.differences.is_empty();
            acts.push(act);
            if failed {
                break;
            }
        }
        report::summary(&acts, scenes::SCENES.len(), prepared, started.elapsed());
        match acts.pop() {
            Some(act) if !act.differences.is_empty() => {
                Err(Error::Differs { command: act.command, differences: act.differences })
            }
            _ => Ok(()),
        }
    }
}

/// Builds the lback of this repository.
pub(crate) fn build(paths: &Paths) -> Result<PathBuf, Error> {
    let mut step = Step::start("lback");
    let lback = paths.target.join("debug").join(format!("lback{}", std::env::consts::EXE_SUFFIX));
    if !lback.exists() {
        step.note("the first build takes some minutes");
    }
    let mut cargo = process::cargo(paths, &paths.root);
    cargo.args(["build", "--package", "lback", "--locked"]);
    process::quiet(&mut step, "build lback", &mut cargo, None)?;
    step.done("built");
    Ok(lback)
}
