//! Stamps: a folder is made anew when the text changes that it was made from.

use crate::{error::Error, files, paths::Paths};
use std::path::{Path, PathBuf};

/// Returns the folder of the compilers: `python`, `node`, and their caches.
pub(crate) fn folder(paths: &Paths) -> PathBuf {
    paths.target.join("tools/languages")
}

/// Returns whether the folder was made in this place from the same text. Otherwise it is emptied,
/// to be made anew.
pub(super) fn is_made(folder: &Path, wanted: &str) -> Result<bool, Error> {
    if std::fs::read_to_string(file(folder)).is_ok_and(|present| present == text(folder, wanted)) {
        return Ok(true);
    }
    files::remove_folder(folder)?;
    files::make_folder(folder)?;
    Ok(false)
}

pub(super) fn made(folder: &Path, wanted: &str) -> Result<(), Error> {
    std::fs::write(file(folder), text(folder, wanted)).map_err(Error::file("write", file(folder)))
}

fn file(folder: &Path) -> PathBuf {
    folder.join("lback-made.txt")
}

/// Returns the text of the stamp. The path is part of it: a moved environment names programs that
/// are gone.
fn text(folder: &Path, wanted: &str) -> String {
    format!("{}\n{wanted}", folder.display())
}
