//! `cargo xtask demo`: runs the real lback on the example project, with a local receiver in place
//! of Slack and the Pushgateway. Each step is shown as it happens and then checked. The demo works
//! on a copy in the target folder, made anew at each run.

mod message;
mod receiver;
mod report;
mod scenes;
mod shop;
mod stage;

use crate::{error::Error, lback, paths::Paths, setup};
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
            None => lback::build(paths)?,
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
