//! Folders that only this user can write to.
//!
//! Compiled plugins are native code that lback maps and runs, so only this user may write them.
//! lback refuses a folder that others can write to.

use std::io;
use std::os::unix::fs::{DirBuilderExt as _, MetadataExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

#[derive(Debug, thiserror::Error)]
pub(crate) enum PrivateFolderError {
    #[error("cannot use the folder `{}`: {cause}", .path.display())]
    Io { path: PathBuf, cause: io::Error },
    #[error("the folder `{}` belongs to another user", .0.display())]
    OtherOwner(PathBuf),
    #[error("the folder `{}` can be written by other users (its mode is {mode:o})", .path.display())]
    Shared { path: PathBuf, mode: u32 },
    #[error("`{}` is not a folder", .0.display())]
    NotAFolder(PathBuf),
}

/// A folder that exists, belongs to the current user, and is closed to others.
#[derive(Clone, Debug)]
pub(crate) struct PrivateFolder(PathBuf);

impl PrivateFolder {
    /// Creates the folder if it is missing, and checks it otherwise.
    pub(crate) fn open(path: &Path) -> Result<Self, PrivateFolderError> {
        let io = |cause| PrivateFolderError::Io { path: path.to_owned(), cause };
        if let Err(cause) = create(path)
            && cause.kind() != io::ErrorKind::AlreadyExists
        {
            return Err(io(cause));
        }
        // A symbolic link is refused: the owner of its folder may change its target.
        let metadata = path.symlink_metadata().map_err(io)?;
        if !metadata.is_dir() {
            return Err(PrivateFolderError::NotAFolder(path.to_owned()));
        }
        if metadata.uid() != rustix::process::geteuid().as_raw() {
            return Err(PrivateFolderError::OtherOwner(path.to_owned()));
        }
        let mode = metadata.permissions().mode() & 0o7777;
        if mode & 0o022 != 0 {
            return Err(PrivateFolderError::Shared { path: path.to_owned(), mode });
        }
        Ok(Self(path.to_owned()))
    }

    pub(crate) fn path(&self) -> &Path {
        &self.0
    }
}

fn create(path: &Path) -> io::Result<()> {
    if let Some(parent) = path.parent() {
        std::fs::create_dir_all(parent)?;
    }
    std::fs::DirBuilder::new().mode(0o700).create(path)
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::symlink;

    use super::*;

    #[test]
    fn a_new_folder_is_closed_to_others() {
        let temp = tempfile::tempdir().unwrap();
        let folder = PrivateFolder::open(&temp.path().join("a/b")).unwrap();
        assert_eq!(fs::metadata(folder.path()).unwrap().permissions().mode() & 0o777, 0o700);
        PrivateFolder::open(folder.path()).expect("an existing one is taken again");
    }

    #[test]
    fn a_folder_that_others_can_write_is_refused() {
        let temp = tempfile::tempdir().unwrap();
        let path = temp.path().join("shared");
        fs::create_dir(&path).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o777)).unwrap();
        assert!(matches!(PrivateFolder::open(&path), Err(PrivateFolderError::Shared { mode: 0o777, .. })));
    }

    #[test]
    fn a_link_and_a_file_are_refused() {
        let temp = tempfile::tempdir().unwrap();
        let link = temp.path().join("link");
        symlink(temp.path(), &link).unwrap();
        assert!(matches!(PrivateFolder::open(&link), Err(PrivateFolderError::NotAFolder(_))));
        let file = temp.path().join("file");
        fs::write(&file, "").unwrap();
        assert!(matches!(PrivateFolder::open(&file), Err(PrivateFolderError::NotAFolder(_))));
    }
}
