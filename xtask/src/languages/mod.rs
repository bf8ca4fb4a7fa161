//! Compilers of other languages than Rust, for the templates of `lback plugin new` and for the plugins here that are written in them. They
//! come from package registries into the target folder; nothing is installed on the machine.

mod go_modules;
mod node;
mod python;
mod webhook;

use crate::{error::Error, files, paths::Paths};
use std::path::{Path, PathBuf};

/// The folder that the compilers are in: `python`, `node`, and what they keep.
pub(crate) fn folder(paths: &Paths) -> PathBuf {
    paths.target.join("tools/languages")
}

/// Makes the compilers ready.
pub(crate) fn ensure(paths: &Paths) -> Result<(), Error> {
    python::ensure(paths)?;
    node::ensure(paths)?;
    go_modules::ensure(paths)
}

/// Builds the plugins of this repository that aren't Rust.
pub(crate) fn build_plugins(paths: &Paths) -> Result<(), Error> {
    webhook::build(paths)
}

/// Was this made, in this place, from the same text? Otherwise the folder is removed, to be made anew.
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

/// The path too: what was moved names programs that are gone.
fn stamped(folder: &Path, wanted: &str) -> String {
    format!("{}\n{wanted}", folder.display())
}
