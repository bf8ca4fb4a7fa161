//! Files and folders: copying and removing.

use crate::error::Error;
use std::{fs, io::ErrorKind, path::Path};

/// Copies a file unless the target has the same content, so that its modification time stays.
pub(crate) fn copy_if_changed(from: &Path, to: &Path) -> Result<(), Error> {
    let content = fs::read(from).map_err(Error::file("read", from))?;
    if fs::read(to).is_ok_and(|present| present == content) {
        return Ok(());
    }
    fs::write(to, content).map_err(Error::file("write", to))
}

/// Copies a folder with every entry whose name `keep` accepts.
pub(crate) fn copy_tree(from: &Path, to: &Path, keep: &dyn Fn(&str) -> bool) -> Result<(), Error> {
    make_folder(to)?;
    for entry in fs::read_dir(from).map_err(Error::file("list", from))? {
        let entry = entry.map_err(Error::file("list", from))?;
        let name = entry.file_name();
        if !keep(&name.to_string_lossy()) {
            continue;
        }
        let (source, target) = (entry.path(), to.join(&name));
        if source.is_dir() {
            copy_tree(&source, &target, keep)?;
        } else {
            fs::copy(&source, &target).map_err(Error::file("copy", &source))?;
        }
    }
    Ok(())
}

pub(crate) fn make_folder(folder: &Path) -> Result<(), Error> {
    fs::create_dir_all(folder).map_err(Error::file("create", folder))
}

/// Removes a folder with its contents; a missing one is no error.
pub(crate) fn remove_folder(folder: &Path) -> Result<(), Error> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(Error::file("remove", folder)(error)),
        _ => Ok(()),
    }
}
