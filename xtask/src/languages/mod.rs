//! Compilers of languages other than Rust, for the templates of `lback plugin new` and for plugins
//! in this repository. They come from package registries into the target folder; nothing is
//! installed on the machine.

mod go_modules;
mod node;
mod python;
mod webhook;

use crate::{error::Error, files, paths::Paths};
use std::path::{Path, PathBuf};

/// Returns the folder of the compilers: `python`, `node`, and their caches.
pub(crate) fn folder(paths: &Paths) -> PathBuf {
    paths.target.join("tools/languages")
}

/// Installs the compilers.
pub(crate) fn ensure(paths: &Paths) -> Result<(), Error> {
    python::ensure(paths)?;
    node::ensure(paths)?;
    go_modules::ensure(paths)
}

/// Builds the plugins of this repository that aren't Rust.
pub(crate) fn build_plugins(paths: &Paths) -> Result<(), Error> {
    webhook::build(paths)
}

/// Returns whether the folder was made in this place from the same text. Otherwise it is emptied,
/// to be made anew.
fn is_made(folder: &Path, wanted: &str) -> Result<bool, Error> {
    if std::fs::read_to_string(stamp(folder)).is_ok_and(|present| present == stamped(folder, wanted)) {
        return Ok(true);
    }
    files::remove_folder(folder)?;
    files::make_folder(folder)?;
    Ok(false)
}

fn made(folder: &Path, wanted: &str) -> Result<(), Error> {
    std::fs::write(stamp(folder), stamped(folder, wanted)).map_err(Error::file("write", stamp(folder)))
}

fn stamp(folder: &Path) -> PathBuf {
    folder.join("lback-made.txt")
}

/// Returns the text of the stamp. The path is part of it: a moved environment names programs that
/// are gone.
fn stamped(folder: &Path, wanted: &str) -> String {
    format!("{}\n{wanted}", folder.display())
}
