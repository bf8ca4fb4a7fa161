//! The target folder of the Rust templates: a link to this repository's own, where most of their
//! dependencies are compiled already.

use super::stamp::folder;
use crate::{error::Error, files, paths::Paths};
use std::{fs, os::unix::fs::symlink};

pub(super) fn ensure(paths: &Paths) -> Result<(), Error> {
    let link = folder(paths).join("rust");
    if fs::read_link(&link).is_ok_and(|target| target == paths.target) {
        return Ok(());
    }
    if fs::remove_file(&link).is_err() {
        files::remove_folder(&link)?;
    }
    symlink(&paths.target, &link).map_err(Error::file("create", link))
}
