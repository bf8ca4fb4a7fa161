//! Folders that only this user can write to.
//!
//! Compiled plugins are native code that lback maps and runs, and the launcher's files are
//! executed, so only this user may write them. lback refuses a folder that others can write to, or
//! that others could replace by another one.
//!
//! Containers need two exceptions. A cache may belong to root, who can replace this program anyway:
//! an image is built by root, and runs under any user. And state may be in a volume, see
//! [`PrivateFolder::open_for_state`].

use std::io;
use std::os::unix::fs::{DirBuilderExt as _, MetadataExt as _};
use std::path::{Component, Path, PathBuf};

/// The number of symbolic links on a path, as Linux limits it.
const MOST_LINKS: usize = 40;
const ROOT: u32 = 0;
/// The bits of a mode by which others can write, and the bit that protects entries of a folder.
const SHARED: u32 = 0o022;
const STICKY: u32 = 0o1000;

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

/// A folder that exists, belongs to the current user (or to root, where it is a cache), and is
/// closed to others.
#[derive(Clone, Debug)]
pub(crate) struct PrivateFolder(PathBuf);

/// The purpose of a folder, which decides the exceptions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Purpose {
    Own,
    /// May belong to root.
    Cache,
    /// May be in a volume.
    State,
}

impl PrivateFolder {
    /// Creates the folder if it is missing, and checks it otherwise, with every folder above it.
    #[cfg(test)]
    pub(crate) fn open(path: &Path) -> Result<Self, PrivateFolderError> {
        Self::open_for(path, Purpose::Own)
    }

    /// Opens a folder of files that can be made again. One that belongs to root, such as a folder
    /// of an image, is used if others can't write to it, and may be one that this user can't write
    /// to either.
    pub(crate) fn open_for_cache(path: &Path) -> Result<Self, PrivateFolderError> {
        Self::open_for(path, Purpose::Cache)
    }

    /// Opens a folder of data, which may be in a [volume](is_volume): the system that mounts a
    /// volume into a container makes its root, and leaves it open to everyone in the container.
    pub(crate) fn open_for_state(path: &Path) -> Result<Self, PrivateFolderError> {
        Self::open_for(path, Purpose::State)
    }

    fn open_for(path: &Path, purpose: Purpose) -> Result<Self, PrivateFolderError> {
        let io = |cause| PrivateFolderError::Io { path: path.to_owned(), cause };
        create(path).map_err(io)?;
        // A symbolic link is refused: the owner of its folder may change its target.
        let metadata = path.symlink_metadata().map_err(io)?;
        if !metadata.is_dir() {
            return Err(PrivateFolderError::NotAFolder(path.to_owned()));
        }
        let is_trusted = metadata.uid() == own() || (purpose == Purpose::Cache && metadata.uid() == ROOT);
        if !is_trusted {
            return Err(PrivateFolderError::OtherOwner(path.to_owned()));
        }
        let mode = metadata.mode() & 0o7777;
        if mode & SHARED != 0 {
            return Err(PrivateFolderError::Shared { path: path.to_owned(), mode });
        }
        require_fixed(path, purpose)?;
        Ok(Self(path.to_owned()))
    }

    pub(crate) fn path(&self) -> &Path {
        &self.0
    }

    /// Returns whether the folder belongs to root, and this user isn't root.
    pub(crate) fn belongs_to_root(&self) -> bool {
        own() != ROOT && self.0.symlink_metadata().is_ok_and(|found| found.uid() == ROOT)
    }
}

/// Returns the folder for state in a chosen folder: the folder itself or, if it is the root of a
/// volume, a folder in it that is this user's own.
pub(crate) fn state_within(chosen: PathBuf) -> PathBuf {
    if is_volume(&chosen) { chosen.join(format!("user-{}", own())) } else { chosen }
}

/// Returns whether a path is the root of a volume that is open to others: a mounted folder that
/// belongs to root, as an `emptyDir` of Kubernetes or a volume with `fsGroup`.
#[cfg(target_os = "linux")]
fn is_volume(path: &Path) -> bool {
    use rustix::fs::{AtFlags, CWD, StatxAttributes, StatxFlags, statx};
    let Ok(found) = statx(CWD, path, AtFlags::SYMLINK_NOFOLLOW, StatxFlags::BASIC_STATS) else { return false };
    let is_mount = found.stx_attributes.contains(StatxAttributes::MOUNT_ROOT);
    is_mount && found.stx_uid == ROOT && u32::from(found.stx_mode) & SHARED != 0
}

#[cfg(not(target_os = "linux"))]
fn is_volume(_: &Path) -> bool {
    false
}

/// Checks that no other user can put something else in the place of this path: each folder on the
/// way belongs to this user or to root, and others can't write to it, except where its sticky bit
/// protects the entries of others. The same holds for the folders to which symbolic links lead.
pub(crate) fn require_fixed_path(path: &Path) -> Result<(), PrivateFolderError> {
    require_fixed(path, Purpose::Own)
}

fn require_fixed(path: &Path, purpose: Purpose) -> Result<(), PrivateFolderError> {
    let io = |cause| PrivateFolderError::Io { path: path.to_owned(), cause };
    let absolute = std::path::absolute(path).map_err(io)?;
    // Names that are still to be walked, the next one last.
    let mut ahead = names(&absolute);
    let mut at = PathBuf::from("/");
    let trusted = [own(), ROOT, at.symlink_metadata().map_err(io)?.uid()];
    let mut links = 0;
    while let Some(name) = ahead.pop() {
        if name == Component::ParentDir.as_os_str() {
            at.pop();
            continue;
        }
        let next = at.join(name);
        let found = next.symlink_metadata().map_err(io)?;
        if !trusted.contains(&found.uid()) {
            return Err(PrivateFolderError::OtherOwner(next));
        }
        if found.is_symlink() {
            links += 1;
            if links > MOST_LINKS {
                return Err(PrivateFolderError::NotAFolder(next));
            }
            let target = next.read_link().map_err(io)?;
            if target.is_absolute() {
                at = PathBuf::from("/");
            }
            ahead.extend(names(&target));
            continue;
        }
        let mode = found.mode() & 0o7777;
        let is_excepted = || purpose == Purpose::State && is_volume(&next);
        if can_others_replace(mode, found.gid()) && !is_excepted() {
            return Err(PrivateFolderError::Shared { path: next, mode });
        }
        at = next;
    }
    Ok(())
}

/// Returns the names of a path, the last one first.
fn names(path: &Path) -> Vec<std::ffi::OsString> {
    let is_name = |part: &Component<'_>| matches!(part, Component::Normal(_) | Component::ParentDir);
    path.components().rev().filter(is_name).map(|part| part.as_os_str().to_owned()).collect()
}

/// Returns whether other users can replace the entries of a folder with this mode.
///
/// The group of root, and a group that has this user's own number, as many systems make one for
/// each user, have no other members.
fn can_others_replace(mode: u32, group: u32) -> bool {
    let is_own_group = group == 0 || (group == own() && group == rustix::process::getegid().as_raw());
    let writable = if is_own_group { mode & 0o002 } else { mode & SHARED };
    writable != 0 && mode & STICKY == 0
}

fn own() -> u32 {
    rustix::process::geteuid().as_raw()
}

/// Creates the folder and those above it, each for this user alone, whatever the umask is.
///
/// Anything else that has the path is left for the checks that follow, which name it.
fn create(path: &Path) -> io::Result<()> {
    match std::fs::DirBuilder::new().recursive(true).mode(0o700).create(path) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        done => done,
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::{PermissionsExt as _, symlink};

    use super::*;

    fn set_mode(path: &Path, mode: u32) {
        fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    }

    #[test]
    fn a_new_folder_is_closed_to_others() {
        let temp = tempfile::tempdir().unwrap();
        let folder = PrivateFolder::open(&temp.path().join("a/b")).unwrap();
        assert_eq!(fs::metadata(folder.path()).unwrap().permissions().mode() & 0o777, 0o700);
        assert_eq!(fs::metadata(temp.path().join("a")).unwrap().permissions().mode() & 0o777, 0o700);
        PrivateFolder::open(folder.path()).expect("an existing one is taken again");
    }

    #[test]
    fn a_folder_that_others_can_write_is_refused() {
        let temp = tempfile::tempdir().unwrap();
        let path = temp.path().join("shared");
        fs::create_dir(&path).unwrap();
        for mode in [0o777, 0o770, 0o1777] {
            set_mode(&path, mode);
            assert!(
                matches!(PrivateFolder::open(&path), Err(PrivateFolderError::Shared { mode: found, .. }) if found == mode)
            );
        }
    }

    #[test]
    fn a_folder_that_others_could_replace_is_refused() {
        let temp = tempfile::tempdir().unwrap();
        let above = temp.path().join("above");
        let path = above.join("between/own");
        PrivateFolder::open(&path).unwrap();
        set_mode(&above, 0o777);
        assert!(matches!(PrivateFolder::open(&path), Err(PrivateFolderError::Shared { path, .. }) if path == above));
        set_mode(&above, 0o1777);
        PrivateFolder::open(&path).expect("the sticky bit protects `between`");

        // Through a link in a folder that is closed itself.
        set_mode(&above, 0o777);
        let link = temp.path().join("link");
        symlink("above/../above", &link).unwrap();
        assert!(matches!(PrivateFolder::open(&link.join("between/own")), Err(PrivateFolderError::Shared { .. })));
        let own = temp.path().join("loop");
        symlink("loop", &own).unwrap();
        assert!(PrivateFolder::open(&own.join("x")).is_err());
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
