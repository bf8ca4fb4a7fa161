//! Who lives: a process that writes holds a lock on a file of its own, which the system frees when
//! the process ends, however it ends.
//!
//! The file goes when its owner ends in good order. So one that is there and free belonged to a
//! process that crashed.

use std::fs::{File, OpenOptions, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use uuid::Uuid;

/// A file that is free after this time was left by someone who crashed, not made by someone who is
/// about to lock it.
const SURELY_LEFT: Duration = Duration::from_hours(24);

/// The folder of the locks: beside the journal, since whoever shares the one must share the other.
#[derive(Clone, Debug)]
pub(super) struct Locks(PathBuf);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Liveness {
    Alive,
    /// It ended without a word.
    Crashed,
    /// It ended in good order, or was tidied away.
    Gone,
}

/// A lock, from when it is taken until it is released or the process ends.
#[derive(Clone, Debug)]
pub(super) struct LockOwner {
    pub(super) id: Uuid,
    path: PathBuf,
    file: Arc<Mutex<Option<File>>>,
}

impl Locks {
    pub(super) fn beside(journal: &Path) -> Self {
        let mut folder = journal.as_os_str().to_owned();
        folder.push(".running");
        Self(folder.into())
    }

    fn file(&self, id: &str) -> PathBuf {
        self.0.join(format!("{id}.lock"))
    }

    /// An owner that has no lock yet.
    pub(super) fn owner(&self, id: Uuid) -> LockOwner {
        LockOwner { id, path: self.file(&id.to_string()), file: Arc::default() }
    }

    pub(super) fn life(&self, id: &str) -> Liveness {
        let file = match OpenOptions::new().read(true).write(true).open(self.file(id)) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Liveness::Gone,
            // Nobody can say: so it is not spoken for.
            Err(_) => return Liveness::Alive,
        };
        match file.try_lock() {
            Ok(()) => Liveness::Crashed,
            Err(TryLockError::WouldBlock | TryLockError::Error(_)) => Liveness::Alive,
        }
    }

    /// Clears away what is left of an owner that isn't alive.
    pub(super) fn remove(&self, id: &str) {
        let _ = std::fs::remove_file(self.file(id));
    }

    /// Clears away the files of those who crashed before the journal knew of them.
    pub(super) fn tidy(&self) {
        let Ok(entries) = std::fs::read_dir(&self.0) else { return };
        for entry in entries.flatten() {
            let age = entry.metadata().and_then(|metadata| metadata.modified()).ok();
            let age = age.and_then(|modified| SystemTime::now().duration_since(modified).ok());
            let name = entry.file_name();
            if let Some(id) = name.to_str().and_then(|name| name.strip_suffix(".lock"))
                && age.is_some_and(|age| age > SURELY_LEFT)
                && self.life(id) == Liveness::Crashed
            {
                self.remove(id);
            }
        }
    }
}

impl LockOwner {
    /// Takes the lock, if that isn't done yet.
    pub(super) fn take(&self) -> io::Result<()> {
        let mut held = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        if held.is_none() {
            if let Some(folder) = self.path.parent() {
                let mut builder = std::fs::DirBuilder::new();
                builder.recursive(true);
                #[cfg(unix)]
                std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
                builder.create(folder)?;
            }
            let mut options = OpenOptions::new();
            options.create(true).append(true);
            #[cfg(unix)]
            std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
            let file = options.open(&self.path)?;
            // Free at once, unless someone looks at it in this moment.
            file.lock()?;
            *held = Some(file);
        }
        Ok(())
    }

    /// As the end of the process does: the file stays, the lock goes.
    #[cfg(test)]
    pub(super) fn forget(&self) {
        self.file.lock().unwrap().take();
    }

    /// Ends in good order.
    pub(super) fn release(&self) {
        let mut held = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        if held.is_some() {
            let _ = std::fs::remove_file(&self.path);
            *held = None;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lock_tells_who_lives() {
        let temp = tempfile::tempdir().unwrap();
        let locks = Locks::beside(&temp.path().join("journal"));
        let id = Uuid::now_v7();
        let life = || locks.life(&id.to_string());
        assert_eq!(life(), Liveness::Gone);
        let owner = locks.owner(id);
        owner.take().unwrap();
        assert_eq!(life(), Liveness::Alive);
        owner.forget();
        assert_eq!(life(), Liveness::Crashed);
        owner.take().unwrap();
        owner.release();
        assert_eq!(life(), Liveness::Gone);
    }

    #[test]
    fn only_old_free_files_are_tidied() {
        let temp = tempfile::tempdir().unwrap();
        let locks = Locks::beside(&temp.path().join("journal"));
        let [old_free, old_held, young] = [(); 3].map(|()| locks.owner(Uuid::now_v7()));
        for owner in [&old_free, &old_held, &young] {
            owner.take().unwrap();
        }
        let long_ago = SystemTime::now() - SURELY_LEFT * 2;
        for owner in [&old_free, &old_held] {
            owner.file.lock().unwrap().as_ref().unwrap().set_modified(long_ago).unwrap();
        }
        for owner in [&old_free, &young] {
            owner.forget();
        }
        locks.tidy();
        assert_eq!([&old_free, &old_held, &young].map(|owner| owner.path.exists()), [false, true, true]);
    }
}
