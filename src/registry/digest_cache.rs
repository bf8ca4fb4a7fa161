//! Digests of files that were read, so that later runs don't read the files again.
//!
//! A file is recognised by its [`FileStamp`]. The cache is in the private folder of the compiled
//! plugins. No code depends on it: compiled code is found by the locked digest, and was compiled
//! from bytes with that digest. A change of a file that left no trace would have no effect.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use serde::{Deserialize, Serialize};

use crate::support::atomic_write::replace_unsynced;
use crate::support::digest::Digest;
use crate::support::file_stamp::FileStamp;
use crate::support::private_folder::PrivateFolder;
use crate::support::read_file;

/// The version of the layout. Other versions are not read.
const FORMAT: u32 = 1;
/// The number of files to keep. With more plugins, some are read again.
const MOST: usize = 512;

/// The known files, as they were at the first request.
#[derive(Debug)]
pub(crate) struct DigestCache {
    folder: PrivateFolder,
    known: OnceLock<Kept>,
}

type Kept = BTreeMap<String, Entry>;

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    format: u32,
    files: Kept,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    #[serde(rename = "identity")]
    stamp: FileStamp,
    sha256: String,
}

impl DigestCache {
    pub(crate) fn new(folder: PrivateFolder) -> Self {
        Self { folder, known: OnceLock::new() }
    }

    /// Returns the stamp of the file, if it is known to have this digest.
    pub(super) fn find(&self, path: &Path, digest: &Digest) -> Option<FileStamp> {
        let Entry { stamp, sha256 } = self.known.get_or_init(|| self.read()).get(path.to_str()?)?;
        (*sha256 == digest.hex() && FileStamp::of(path)? == *stamp).then_some(*stamp)
    }

    /// Records that a file has this digest. `before` is its stamp before it was read. Of two
    /// concurrent writes, one may be lost.
    pub(super) fn learn(&self, path: &Path, before: Option<FileStamp>, digest: &Digest) {
        let Some(before) = before.filter(|before| before.is_settled() && FileStamp::of(path) == Some(*before)) else {
            return;
        };
        let Some(name) = path.to_str() else { return };
        let mut files = self.read();
        files.insert(name.to_owned(), Entry { stamp: before, sha256: digest.hex() });
        if files.len() > MOST {
            files.retain(|name, _| Path::new(name).exists());
        }
        if let Some(excess) = files.len().checked_sub(MOST) {
            let others: Vec<_> = files.keys().filter(|kept| *kept != name).take(excess).cloned().collect();
            files.retain(|name, _| !others.contains(name));
        }
        if let Err(error) = self.write(files) {
            tracing::debug!("that a plugin's file was read is not kept: {error}");
        }
    }

    fn read(&self) -> Kept {
        let bytes = read_file::read(&self.path(), read_file::WRITTEN_BY_PROGRAMS).unwrap_or_default();
        let document: Option<Document> = serde_json::from_slice(&bytes).ok();
        document.filter(|document| document.format == FORMAT).map(|document| document.files).unwrap_or_default()
    }

    fn write(&self, files: Kept) -> io::Result<()> {
        replace_unsynced(&self.path(), &serde_json::to_vec(&Document { format: FORMAT, files })?)
    }

    fn path(&self) -> PathBuf {
        self.folder.path().join("plugin-files")
    }
}

#[cfg(test)]
mod tests {
    use std::fs::{self, File};
    use std::time::{Duration, SystemTime};

    use super::*;

    struct Place {
        temp: tempfile::TempDir,
        digest: Digest,
    }

    impl Place {
        fn new() -> Self {
            Self { temp: tempfile::tempdir().unwrap(), digest: Digest::of(b"plugin") }
        }

        fn known(&self) -> DigestCache {
            DigestCache::new(PrivateFolder::open(&self.temp.path().join("cache")).unwrap())
        }

        /// Writes a file of this name, and waits until it is settled: its change time can't be set.
        fn settled(&self, name: &str) -> PathBuf {
            let path = self.temp.path().join(name);
            fs::write(&path, "plugin").unwrap();
            while !FileStamp::of(&path).unwrap().is_settled() {
                std::thread::sleep(Duration::from_millis(100));
            }
            path
        }
    }

    #[test]
    fn a_file_is_known_as_long_as_nothing_about_it_changes() {
        let place = Place::new();
        let path = place.settled("a.wasm");
        let before = FileStamp::of(&path);
        assert_eq!(place.known().find(&path, &place.digest), None);
        place.known().learn(&path, before, &place.digest);
        assert_eq!(place.known().find(&path, &place.digest), before);
        assert_eq!(place.known().find(&path, &Digest::of(b"another")), None);

        // A file of the same size, with its old time restored.
        let time = fs::metadata(&path).unwrap().modified().unwrap();
        fs::write(&path, "plugim").unwrap();
        File::options().write(true).open(&path).unwrap().set_modified(time).unwrap();
        assert_eq!(place.known().find(&path, &place.digest), None);

        // The same content, as another file.
        fs::remove_file(&path).unwrap();
        fs::write(&path, "plugin").unwrap();
        assert_eq!(place.known().find(&path, &place.digest), None);
    }

    #[test]
    fn one_that_has_just_changed_is_not_kept() {
        let place = Place::new();
        let path = place.temp.path().join("a.wasm");
        fs::write(&path, "plugin").unwrap();
        place.known().learn(&path, FileStamp::of(&path), &place.digest);
        assert_eq!(place.known().find(&path, &place.digest), None);
        let soon = SystemTime::now() + Duration::from_hours(1);
        File::options().write(true).open(&path).unwrap().set_modified(soon).unwrap();
        place.known().learn(&path, FileStamp::of(&path), &place.digest);
        assert_eq!(place.known().find(&path, &place.digest), None, "nor one from the future");
    }

    #[test]
    fn one_that_changed_while_it_was_read_is_not_kept() {
        let place = Place::new();
        let path = place.settled("a.wasm");
        let before = FileStamp::of(&path);
        fs::write(&path, "another").unwrap();
        place.known().learn(&path, before, &place.digest);
        place.known().learn(&path, None, &place.digest);
        assert!(!place.known().path().exists());
    }

    #[test]
    fn what_is_kept_is_bounded_and_what_is_damaged_counts_for_nothing() {
        let place = Place::new();
        let path = place.settled("a.wasm");
        let entry = Entry { stamp: FileStamp::of(&path).unwrap(), sha256: place.digest.hex() };
        let gone = (0..MOST).map(|number| (format!("/gone/{number}"), entry.clone()));
        place.known().write(gone.collect()).unwrap();
        place.known().learn(&path, FileStamp::of(&path), &place.digest);
        assert_eq!(place.known().read().len(), 1, "those that are gone went first");
        let there = (0..=MOST).map(|number| (format!("/{}usr", "./".repeat(number)), entry.clone()));
        place.known().write(there.collect()).unwrap();
        place.known().learn(&path, FileStamp::of(&path), &place.digest);
        assert!(place.known().read().len() <= MOST && place.known().find(&path, &place.digest).is_some());
        fs::write(place.known().path(), b"{\"format\":1,\"files\":{").unwrap();
        assert_eq!(place.known().find(&path, &place.digest), None);
    }
}
