//! `cargo xtask release`: the files of a release, from one built program: a wheel, an archive, a
//! bill of materials and checksums. `.github/workflows/release.yml` publishes them.

use crate::{error::Error, files, lback, paths::Paths, process, progress::Step};
use std::{path::PathBuf, process::Command};

/// Builds lback for a release and packs it: wheel, archive, bill of materials, checksums
#[derive(clap::Args)]
pub(crate) struct Release {
    /// Pack the dev build, to try the steps: the files are larger, and not to be published
    #[arg(long, conflicts_with = "program")]
    dry_run: bool,

    /// Pack this program instead of building one
    #[arg(long, value_name = "FILE")]
    program: Option<PathBuf>,

    /// Fail unless the version in Cargo.toml is that of this tag, as `v1.2.3`
    #[arg(long)]
    tag: Option<String>,

    /// The folder for the files [default: `release` in cargo's target folder]
    #[arg(long, value_name = "FOLDER")]
    out: Option<PathBuf>,
}

impl Release {
    pub(crate) fn run(self, paths: &Paths) -> Result<(), Error> {
        if let Some(tag) = self.tag.as_deref().filter(|tag| *tag != VERSION_TAG) {
            return Err(Error::Lacking(format!("the tag is `{tag}`, and Cargo.toml has {VERSION_TAG}"), TAG_HINT));
        }
        let program = match &self.program {
            Some(program) => program.clone(),
            None if self.dry_run => lback::build(paths)?,
            None => lback::build_dist(paths)?,
        };
        let out = self.out.unwrap_or_else(|| paths.target.join("release"));
        // A file of an earlier version would be published too.
        files::remove_folder(&out)?;
        let mut step = Step::start("release");
        let mut pack = Command::new("python3");
        pack.arg(paths.root.join(PACK)).arg(program).arg("--out").arg(&out);
        let made = process::quiet(&mut step, "pack the release", &mut pack, Some(PYTHON_HINT))?;
        step.done(format!("in {}", out.display()));
        made.lines().for_each(|line| anstream::println!("{line}"));
        Ok(())
    }
}

const PACK: &str = "xtask/src/release/pack.py";
const VERSION_TAG: &str = concat!("v", env!("CARGO_PKG_VERSION"));
const TAG_HINT: &str = "change the version in Cargo.toml, or the tag";
const PYTHON_HINT: &str = "Python 3.11 or newer is needed";
