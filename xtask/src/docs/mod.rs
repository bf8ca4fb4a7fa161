//! `cargo xtask docs`: the documentation site, made by mkdocs from the repository's pages.

mod navigation;
mod pages;
mod wide_tables;

use crate::{error::Error, files, lback, paths::Paths, process, progress::Step, venv};
use std::{fs, path::PathBuf, process::Command};

/// Builds the documentation site, and checks its links
#[derive(clap::Args)]
pub(crate) struct Docs {
    /// The folder for the site [default: `site` in cargo's target folder]
    #[arg(long, value_name = "FOLDER")]
    out: Option<PathBuf>,
    /// Make the pictures in `docs/pictures` anew first, from runs of lback
    #[arg(long)]
    pictures: bool,
}

const SETTINGS: &str = include_str!("site.yml");
const STYLE: &str = include_str!("site.css");
/// The page that lists all others.
const CONTENTS: &str = "docs/README.md";

impl Docs {
    pub(crate) fn run(self, paths: &Paths) -> Result<(), Error> {
        venv::ensure(paths, &[venv::EXAMPLE, venv::SITE])?;
        if self.pictures {
            make_pictures(paths)?;
        }
        let mut step = Step::start("documentation site");
        let source = paths.target.join("site-source");
        files::remove_folder(&source)?;
        let count = pages::collect(&paths.root, &source.join("pages"))?;
        let style = source.join("pages/site.css");
        fs::write(&style, STYLE).map_err(Error::file("write", &style))?;
        let out = self.out.unwrap_or_else(|| paths.target.join("site"));
        let out = std::path::absolute(&out).map_err(Error::file("resolve", &out))?;
        let contents = paths.root.join(CONTENTS);
        let text = fs::read_to_string(&contents).map_err(Error::file("read", &contents))?;
        let navigation = navigation::of(&text, "docs");
        // YAML reads JSON.
        let of_this_site = [
            format!("docs_dir: {}", serde_json::json!(source.join("pages"))),
            format!("site_dir: {}", serde_json::json!(out)),
            format!("nav: {navigation}\n"),
        ];
        let settings = source.join("mkdocs.yml");
        let all = [SETTINGS, &of_this_site.join("\n")].concat();
        fs::write(&settings, all).map_err(Error::file("write", &settings))?;
        let mut mkdocs = Command::new(paths.python());
        // The theme prints a notice about other programs otherwise.
        mkdocs.env("NO_MKDOCS_2_WARNING", "true").env("DISABLE_MKDOCS_2_WARNING", "true");
        mkdocs.args(["-m", "mkdocs", "build", "--strict", "--config-file"]).arg(&settings);
        process::quiet(&mut step, "build the site", &mut mkdocs, None)?;
        step.done(format!("{count} files, in {}", out.display()));
        Ok(())
    }
}

/// Makes the pictures of the pages: what a terminal shows after a run.
fn make_pictures(paths: &Paths) -> Result<(), Error> {
    let lback = lback::build(paths)?;
    let mut step = Step::start("pictures");
    let mut python = Command::new(paths.python());
    python.arg(paths.root.join("xtask/src/docs/pictures.py")).arg(lback);
    python.arg(paths.root.join("example")).arg(paths.root.join("docs/pictures"));
    process::quiet(&mut step, "make the pictures", &mut python, None)?;
    step.done("docs/pictures");
    Ok(())
}
