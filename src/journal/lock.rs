//! Locks that show which processes are alive: each writer locks a file of its own, and the system
//! releases the lock when the process ends.
//!
//! A process that ends normally removes its file. A file that exists and isn't locked belongs to a
//! crashed process.

use std::fs::{File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use uuid::Uuid;

use crate::support::private_file;

/// The age at which an unlocked file belongs to a crashed process, not to one that is about to lock
/// it.
const SURELY_LEFT: Duration = Duration::from_hours(24);

/// The folder of the locks. It is beside the journal, because processes that share the journal must
/// share the locks.
#[derive(Clone, Debug)]
pub(super) struct Locks(PathBuf);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Liveness {
    Alive,
    /// The process crashed.
    Crashed,
    /// The process ended normally, or its file was removed.
    Gone,
}

/// A lock, from its acquisition until its release or the end of the process.
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

    /// Returns an owner without a lock.
    pub(super) fn owner(&self, id: Uuid) -> LockOwner {
        LockOwner { id, path: self.file(&id.to_string()), file: Arc::default() }
    }

    pub(super) fn life(&self, id: &str) -> Liveness {
        let file = match private_file::open_existing(&self.file(id)) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Liveness::Gone,
            // Unknown: the process counts as alive, so that no other process acts in its place.
            Err(_) => return Liveness::Alive,
        };
        match file.try_lock() {
            Ok(()) => Liveness::Crashed,
            Err(TryLockError::WouldBlock | TryLockError::Error(_)) => Liveness::Alive,
        }
    }

    /// Removes the file of an owner that isn't alive.
    pub(super) fn remove(&self, id: &str) {
        let _ = std::fs::remove_file(self.file(id));
    }

    /// Removes the files of processes that crashed before the journal knew of them.
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
    /// Acquires the lock, once.
    pub(super) fn take(&self) -> io::Result<()> {
        let mut held = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        if held.is_none() {
            if let Some(folder) = self.path.parent() {
                let mut builder = std::fs::DirBuilder::new();
                builder.recursive(true);
                std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
                builder.create(folder)?;
            }
            let file = private_file::open_shared(&self.path)?;
            // Acquired at once, unless another process examines the file at this moment.
            file.lock()?;
            *held = Some(file);
        }
        Ok(())
    }

    /// Releases the lock and keeps the file, as the end of the process does.
    #[cfg(test)]
    pub(super) fn forget(&self) {
        self.file.lock().unwrap().take();
    }

    /// Releases the lock and removes the file.
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
