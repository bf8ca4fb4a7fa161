//! Finds `lback.toml`: in this folder or the nearest parent that has one.

use std::{
    fs::{self, TryLockError},
    io, path,
    path::{Path, PathBuf},
};

use super::ConfigError;
use super::file_name::FILE_NAME;
use crate::registry::{LOCK_FILE_NAME, LockFile};
use crate::support::read_file;

/// Returns the absolute path of the nearest `lback.toml`, from the folder `start` upwards.
///
/// A folder that can't be searched is an error, and so is a folder that has traces of the file, but
/// not the file itself: continuing would ignore the policies of a file that exists, or is meant to.
/// Whatever has the name counts as the file: reading reports what is wrong with a folder, a device
/// or a dangling link.
pub(crate) fn discover(start: &Path) -> Result<Option<PathBuf>, ConfigError> {
    for folder in absolute(start)?.ancestors() {
        let candidate = folder.join(FILE_NAME);
        match exists(&candidate) {
            Ok(true) => return Ok(Some(candidate)),
            Ok(false) => require_no_trace(folder)?,
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

/// Returns whether anything has this name.
fn exists(path: &Path) -> io::Result<bool> {
    // A loop of links is an error here, while a dangling link exists.
    match fs::metadata(path) {
        Ok(_) => Ok(true),
        Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => {
            Ok(fs::symlink_metadata(path).is_ok())
        }
        Err(error) => Err(error),
    }
}

/// Refuses a project whose file lists no plugin and whose lock file names some, or can't be read:
/// the list was lost.
pub(super) fn require_no_locked_plugins(root: &Path) -> Result<(), ConfigError> {
    let path = root.join(LOCK_FILE_NAME);
    match LockFile::read(&path) {
        Ok(lock) if lock.is_empty() => Ok(()),
        _ => Err(ConfigError::LostPlugins { path }),
    }
}

/// Returns whether another process changes the files of the project of this file: it then holds a
/// lock on the folder.
pub(super) fn is_being_changed(path: &Path) -> bool {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let opened = read_file::open_folder(folder);
    opened.is_ok_and(|folder| matches!(folder.try_lock_shared(), Err(TryLockError::WouldBlock)))
}

/// Refuses a folder without `lback.toml` that has a lock file, or the name in other letters.
fn require_no_trace(folder: &Path) -> Result<(), ConfigError> {
    let lock = folder.join(LOCK_FILE_NAME);
    if fs::symlink_metadata(&lock).is_ok() {
        return Err(ConfigError::OnlyLockFile { path: lock });
    }
    // One look at the likely names instead of a list of the folder, which may be large.
    match ["Lback.toml", "LBACK.toml", "LBACK.TOML", "lback.TOML", "Lback.Toml", "lBack.toml", "LBack.toml"]
        .iter()
        .map(|name| folder.join(name))
        .find(|path| fs::symlink_metadata(path).is_ok())
    {
        Some(path) => Err(ConfigError::OtherCase { path }),
        None => Ok(()),
    }
}
