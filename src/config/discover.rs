//! Finds `lback.toml`: in this folder or the nearest parent that has one.

use std::{
    fs, io, path,
    path::{Path, PathBuf},
};

use super::ConfigError;

/// The name of the file in a project's root.
pub(crate) const FILE_NAME: &str = "lback.toml";

/// Returns the absolute path of the nearest `lback.toml`, from the folder `start` upwards.
///
/// A folder that can't be searched is an error: continuing would ignore the policies of a file that
/// exists.
pub(crate) fn discover(start: &Path) -> Result<Option<PathBuf>, ConfigError> {
    for folder in absolute(start)?.ancestors() {
        let candidate = folder.join(FILE_NAME);
        match kind(&candidate) {
            Ok(Kind::File) => return Ok(Some(candidate)),
            Ok(Kind::Folder | Kind::Absent) => {}
            Err(source) => {
                return Err(ConfigError::Unreadable { path: candidate, source });
            }
        }
    }
    Ok(None)
}

/// Returns the project root of the file at `path`.
pub(super) fn root_of(path: &Path) -> Result<PathBuf, ConfigError> {
    let path = absolute(path)?;
    Ok(path.parent().unwrap_or(&path).to_owned())
}

/// Returns `path` as an absolute path. Symbolic links stay unresolved: a project is where its users
/// refer to it.
pub(super) fn absolute(path: &Path) -> Result<PathBuf, ConfigError> {
    path::absolute(if path.as_os_str().is_empty() { Path::new(".") } else { path })
        .map_err(|source| ConfigError::NoFolder { path: path.to_owned(), source })
}

enum Kind {
    File,
    Folder,
    Absent,
}

fn kind(path: &Path) -> io::Result<Kind> {
    match fs::metadata(path) {
        Ok(found) if found.is_dir() => Ok(Kind::Folder),
        Ok(_) => Ok(Kind::File),
        Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => {
            // A dangling link is meant as a file: reading it reports the problem.
            Ok(if fs::symlink_metadata(path).is_ok() { Kind::File } else { Kind::Absent })
        }
        Err(error) => Err(error),
    }
}
