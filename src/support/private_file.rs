//! Files that only this user can write to: journals, stores, compiled code.

use std::fs::{File, Metadata, Permissions};
use std::io;
use std::os::unix::fs::{MetadataExt as _, OpenOptionsExt as _, PermissionsExt as _};
use std::path::Path;

use rustix::fs::OFlags;

/// The mode of a file that only this user can read and write, whatever the umask is.
pub(crate) const PRIVATE_FILE: u32 = 0o600;

/// Opens a file to read and write, and creates it if it is missing.
///
/// A file of another user is refused, and so are a link and everything that isn't a regular file.
/// An existing file that others can read or write is closed to them.
pub(crate) fn open(path: &Path) -> io::Result<File> {
    let file = open_shared(path)?;
    let found = file.metadata()?;
    require_own(&found)?;
    if found.mode() & 0o077 != 0 {
        file.set_permissions(Permissions::from_mode(PRIVATE_FILE))?;
    }
    Ok(file)
}

/// Opens a file as [`open`] does, and leaves the owner and the mode of an existing file to the user
/// who chose its path.
pub(crate) fn open_shared(path: &Path) -> io::Result<File> {
    opened(path, true)
}

/// Opens a file as [`open_shared`] does, if it exists.
pub(crate) fn open_existing(path: &Path) -> io::Result<File> {
    opened(path, false)
}

#[expect(clippy::disallowed_methods, reason = "it doesn't wait, and is a regular file")]
fn opened(path: &Path, create: bool) -> io::Result<File> {
    let flags = OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::NOCTTY | OFlags::CLOEXEC;
    let mut options = std::fs::OpenOptions::new();
    options.read(true).write(true).create(create).truncate(false);
    let file = options.mode(PRIVATE_FILE).custom_flags(flags.bits().cast_signed()).open(path)?;
    if file.metadata()?.is_file() { Ok(file) } else { Err(io::Error::other("it is not a regular file")) }
}

/// Checks that no other user can have written a file: its owner is this user or root, it is no
/// link, and its mode lets no other user write.
pub(crate) fn require_private(path: &Path) -> io::Result<Metadata> {
    let found = path.symlink_metadata()?;
    if !found.is_file() {
        return Err(io::Error::other("it is not a regular file"));
    }
    if found.uid() != 0 {
        require_own(&found)?;
    }
    if found.mode() & 0o022 != 0 {
        return Err(io::Error::other("other users can write it"));
    }
    Ok(found)
}

fn require_own(found: &Metadata) -> io::Result<()> {
    if found.uid() == rustix::process::geteuid().as_raw() {
        return Ok(());
    }
    Err(io::Error::new(io::ErrorKind::PermissionDenied, "it belongs to another user"))
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::symlink;

    use super::*;

    #[test]
    fn a_file_is_closed_to_others_when_it_is_opened() {
        let temp = tempfile::tempdir().unwrap();
        let path = temp.path().join("store");
        drop(open(&path).unwrap());
        assert_eq!(fs::metadata(&path).unwrap().mode() & 0o777, 0o600);
        fs::set_permissions(&path, Permissions::from_mode(0o666)).unwrap();
        assert!(require_private(&path).is_err());
        drop(open(&path).unwrap());
        require_private(&path).unwrap();
    }

    #[test]
    fn links_and_folders_are_refused() {
        let temp = tempfile::tempdir().unwrap();
        let (path, link) = (temp.path().join("store"), temp.path().join("link"));
        symlink(&path, &link).unwrap();
        assert!(open(&link).is_err());
        assert!(!path.exists(), "nothing is created through a link");
        drop(open(&path).unwrap());
        assert!(require_private(&link).is_err());
        assert!(open(temp.path()).is_err());
    }
}
