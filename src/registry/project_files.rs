//! Changes `lback.toml` and `lback.lock` together, in one process at a time.
//!
//! Two files can't be replaced atomically, so they are replaced in an order in which the project
//! works at every moment, as before or as after: `lback.lock` always contains what `lback.toml`
//! lists. A plugin is locked before it is listed, and removed from the list before its lock entry
//! is. An update grants only permissions that the plugin locked until then doesn't request. An
//! entry of the lock file that isn't listed has no effect, and the next change removes it. A failed
//! change is undone.

use std::fs::{self, File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

use super::lock_file::LOCK_FILE_NAME;
use crate::support::atomic_write::{NEW_PREFIX, NEW_SUFFIX, replace};
use crate::support::read_file;

/// The exclusive right to change the files of a project. It ends with the process.
#[derive(Debug)]
pub(crate) struct ProjectFiles {
    config: PathBuf,
    lock: PathBuf,
    /// The lock on the project's folder, held until this value is dropped.
    _held: File,
}

/// The content of the two files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ProjectTexts {
    pub(crate) config: String,
    /// `None` if there is no file.
    pub(crate) lock: Option<String>,
}

/// The order in which the files are replaced.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum WriteOrder {
    /// The order of an addition.
    LockFirst,
    /// The order of a removal or a replacement, which may have more permissions: the earlier plugin
    /// doesn't request them.
    ConfigFirst,
}

impl ProjectFiles {
    /// Waits for other processes that change the files, and calls `waiting` before that. `config`
    /// is the path of `lback.toml`.
    pub(crate) fn hold(config: &Path, waiting: impl FnOnce()) -> io::Result<Self> {
        let root = config.parent().unwrap_or(Path::new("."));
        // The folder itself is locked, so that no lock file remains in it.
        let held = read_file::open_folder(root)?;
        match held.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                waiting();
                held.lock()?;
            }
            Err(TryLockError::Error(error)) => return Err(error),
        }
        sweep(root);
        Ok(Self { config: config.to_owned(), lock: root.join(LOCK_FILE_NAME), _held: held })
    }

    pub(crate) fn read(&self) -> io::Result<ProjectTexts> {
        let lock = match read_file::read_text(&self.lock, read_file::WRITTEN_BY_PROGRAMS) {
            Ok(text) => Some(text),
            Err(error) if error.kind() == io::ErrorKind::NotFound => None,
            Err(error) => return Err(error),
        };
        Ok(ProjectTexts { config: read_file::read_text(&self.config, read_file::WRITTEN_BY_HAND)?, lock })
    }

    /// Changes the files from `before` to `after`. If that fails, they are as before.
    pub(crate) fn write(&self, before: &ProjectTexts, after: &ProjectTexts, first: WriteOrder) -> io::Result<()> {
        let lock = || match &after.lock {
            Some(text) if after.lock != before.lock => replace(&self.lock, text.as_bytes()),
            _ => Ok(()),
        };
        let config = || {
            if after.config == before.config { Ok(()) } else { replace(&self.config, after.config.as_bytes()) }
        };
        match first {
            WriteOrder::LockFirst => lock().and_then(|()| config().inspect_err(|_| self.take_back_lock(before))),
            WriteOrder::ConfigFirst => config().and_then(|()| {
                lock().inspect_err(|_| {
                    let _ = replace(&self.config, before.config.as_bytes());
                })
            }),
        }
    }

    fn take_back_lock(&self, before: &ProjectTexts) {
        let _ = match &before.lock {
            Some(text) => replace(&self.lock, text.as_bytes()),
            None => fs::remove_file(&self.lock),
        };
    }
}

/// Removes temporary files of a process that was killed.
fn sweep(root: &Path) {
    let Ok(entries) = fs::read_dir(root) else { return };
    for entry in entries.flatten() {
        let name = entry.file_name();
        let is_left = |name: &str| name.starts_with(NEW_PREFIX) && name.ends_with(NEW_SUFFIX);
        if name.to_str().is_some_and(is_left) {
            let _ = fs::remove_file(entry.path());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(config: &str, lock: Option<&str>) -> ProjectTexts {
        ProjectTexts { config: config.into(), lock: lock.map(str::to_owned) }
    }

    #[test]
    fn both_files_change_or_none() {
        let temp = tempfile::tempdir().unwrap();
        let config = temp.path().join("lback.toml");
        fs::write(&config, "a").unwrap();
        fs::write(temp.path().join(".lback-x1.new"), "left").unwrap();
        let files = ProjectFiles::hold(&config, || panic!("no other process holds it")).unwrap();
        assert!(!temp.path().join(".lback-x1.new").exists());
        let before = files.read().unwrap();
        assert_eq!(before, texts("a", None));
        let after = texts("b", Some("1"));
        files.write(&before, &after, WriteOrder::LockFirst).unwrap();
        assert_eq!(files.read().unwrap(), after);

        // A folder can't be replaced by a file.
        fs::remove_file(&config).unwrap();
        fs::create_dir(&config).unwrap();
        files.write(&after, &texts("c", Some("2")), WriteOrder::LockFirst).unwrap_err();
        assert_eq!(fs::read_to_string(temp.path().join("lback.lock")).unwrap(), "1");
        fs::remove_dir(&config).unwrap();
        fs::write(&config, "b").unwrap();
        fs::remove_file(temp.path().join("lback.lock")).unwrap();
        fs::create_dir(temp.path().join("lback.lock")).unwrap();
        files.write(&after, &texts("c", Some("2")), WriteOrder::ConfigFirst).unwrap_err();
        assert_eq!(fs::read_to_string(&config).unwrap(), "b");
    }
}
