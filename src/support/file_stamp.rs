//! Recognises a file that did not change since it was read.

use std::fs;
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::support::clock;

/// The resolution of file systems' clocks, rounded up: a file that changed within this time could
/// change again and keep its times.
const CLOCK_RESOLUTION: Duration = Duration::from_secs(2);

/// The metadata that changes together with a file's content.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct FileStamp {
    /// The size in bytes.
    pub(crate) size: u64,
    device: u64,
    inode: u64,
    /// The last change of the content, in nanoseconds since 1970.
    modified: i128,
    /// The last change of the content or the metadata, in nanoseconds since 1970.
    changed: i128,
}

impl FileStamp {
    /// Returns the stamp of the file at `path`, or `None` if it isn't a regular file.
    pub(crate) fn of(path: &Path) -> Option<Self> {
        let file = fs::metadata(path).ok().filter(fs::Metadata::is_file)?;
        let nanoseconds = |seconds: i64, rest: i64| i128::from(seconds) * 1_000_000_000 + i128::from(rest);
        Some(Self {
            size: file.len(),
            device: file.dev(),
            inode: file.ino(),
            modified: nanoseconds(file.mtime(), file.mtime_nsec()),
            changed: nanoseconds(file.ctime(), file.ctime_nsec()),
        })
    }

    /// Returns whether the file is older than the resolution of the clock, so that every later
    /// change gives it another stamp.
    pub(crate) fn is_settled(&self) -> bool {
        let resolution = i128::try_from(CLOCK_RESOLUTION.as_nanos()).unwrap_or(i128::MAX);
        self.modified.max(self.changed) < clock::now().as_nanosecond() - resolution
    }
}
