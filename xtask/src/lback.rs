//! The lback of this repository, built by cargo.

use crate::{error::Error, paths::Paths, process, progress::Step};
use std::path::PathBuf;

/// Builds lback for the demo and the tests, with the packages that the tests select, so that both
/// compile dependencies once.
pub(crate) fn build(paths: &Paths) -> Result<PathBuf, Error> {
    let step = Step::start("lback");
    let lback = binary(paths, "debug");
    if !lback.exists() {
        step.note("the first build takes some minutes");
    }
    run(paths, step, &["--workspace", "--bin", "lback"])?;
    Ok(lback)
}

/// Builds lback for measurements, as `cargo install` does.
pub(crate) fn build_release(paths: &Paths) -> Result<PathBuf, Error> {
    let step = Step::start("lback");
    let lback = binary(paths, "release");
    if !lback.exists() {
        step.note("the first release build takes up to ten minutes");
    }
    run(paths, step, &["--package", "lback", "--release"])?;
    Ok(lback)
}

/// Builds lback as it is published.
pub(crate) fn build_dist(paths: &Paths) -> Result<PathBuf, Error> {
    let step = Step::start("lback");
    step.note("the build of a release takes up to twenty minutes");
    run(paths, step, &["--package", "lback", "--profile", "dist"])?;
    Ok(binary(paths, "dist"))
}

fn binary(paths: &Paths, profile: &str) -> PathBuf {
    paths.target.join(profile).join(format!("lback{}", std::env::consts::EXE_SUFFIX))
}

fn run(paths: &Paths, mut step: Step, options: &[&str]) -> Result<(), Error> {
    let mut cargo = process::cargo(paths, &paths.root);
    cargo.args(["build", "--locked"]).args(options);
    process::quiet(&mut step, "build lback", &mut cargo, None)?;
    step.done("built");
    Ok(())
}
