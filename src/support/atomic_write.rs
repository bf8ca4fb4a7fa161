//! Replaces files atomically: a reader sees the old or the new content, even after a crash of the
//! machine.

use std::fs;
use std::io::{self, Write as _};
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use super::fault::fault_point;
use super::read_file;
use super::write_file;

/// The prefix of temporary files.
pub(crate) const NEW_PREFIX: &str = ".lback-";
pub(crate) const NEW_SUFFIX: &str = ".new";

/// Replaces the file at `path`, or creates it. A replaced file keeps its mode; of a new one,
/// other users may at most read it. A symbolic link stays, and its target is replaced. A device, or
/// anything else that isn't a regular file, is written to, because it can't be replaced by a file.
pub(crate) fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let path = &fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    if fs::metadata(path).is_ok_and(|present| !present.is_file()) {
        return write_file::write(path, bytes);
    }
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut builder = tempfile::Builder::new();
    builder.prefix(NEW_PREFIX).suffix(NEW_SUFFIX).permissions(fs::Permissions::from_mode(0o644));
    let mut file = builder.tempfile_in(folder)?;
    file.write_all(bytes)?;
    if let Ok(present) = fs::metadata(path) {
        file.as_file().set_permissions(present.permissions())?;
    }
    file.as_file().sync_all()?;
    let (_, new) = file.keep().map_err(|error| error.error)?;
    if let Err(error) = about_to_rename() {
        let _ = fs::remove_file(&new);
        return Err(error);
    }
    if let Err(error) = fs::rename(&new, path) {
        let _ = fs::remove_file(&new);
        return Err(error);
    }
    fault_point!("file-replaced");
    sync_folder(folder);
    Ok(())
}

#[cfg_attr(not(debug_assertions), expect(clippy::unnecessary_wraps, reason = "only tests have it fail"))]
fn about_to_rename() -> io::Result<()> {
    fault_point!("file-written", |error| error);
    Ok(())
}

/// Replaces the file at `path`, readable by this user only, without waiting for the disk: for
/// caches, which lback can compute again.
pub(crate) fn replace_unsynced(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = tempfile::NamedTempFile::new_in(path.parent().unwrap_or(Path::new(".")))?;
    file.write_all(bytes)?;
    file.persist(path).map_err(|error| error.error)?;
    Ok(())
}

/// Writes the change of names to the disk. Not every file system can; errors are ignored.
fn sync_folder(folder: &Path) {
    if let Ok(folder) = read_file::open_folder(folder) {
        let _ = folder.sync_all();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_replaced_and_nothing_is_left_beside_it() {
        let temp = tempfile::tempdir().unwrap();
        let path = temp.path().join("file");
        replace(&path, b"one").unwrap();
        replace(&path, b"two").unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"two");
        assert_eq!(fs::read_dir(temp.path()).unwrap().count(), 1);
        let error = replace(&temp.path().join("none/file"), b"one").unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::NotFound);
    }

    #[test]
    fn the_mode_of_the_file_stays() {
        let temp = tempfile::tempdir().unwrap();
        let path = temp.path().join("file");
        fs::write(&path, "one").unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
        replace(&path, b"two").unwrap();
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o640);
    }

    #[test]
    fn what_is_not_a_file_is_not_replaced_by_one() {
        let temp = tempfile::tempdir().unwrap();
        let pipe = temp.path().join("pipe");
        let mode = rustix::fs::Mode::from_raw_mode(0o600);
        rustix::fs::mknodat(rustix::fs::CWD, &pipe, rustix::fs::FileType::Fifo, mode, 0).unwrap();
        replace(&pipe, b"one").unwrap_err();
        assert!(!fs::symlink_metadata(&pipe).unwrap().is_file());
        assert_eq!(replace(temp.path(), b"one").unwrap_err().kind(), io::ErrorKind::IsADirectory);
    }
}
