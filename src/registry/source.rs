//! Reading a plugin's bytes from where `lback.toml` says they are.

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

/// The largest plugin that is read, in bytes. Python and JavaScript components have 12 to 18 MB.
const MAX_BYTES: u64 = 64 * 1024 * 1024;

#[derive(Debug, thiserror::Error)]
pub(crate) enum SourceError {
    #[error("the file `{}` does not exist", .0.display())]
    Missing(PathBuf),
    #[error("cannot read the file `{}`: {cause}", .path.display())]
    Unreadable { path: PathBuf, cause: io::Error },
    #[error("the file `{}` has more than {} MiB, the limit for a plugin", .0.display(), MAX_BYTES / (1024 * 1024))]
    TooLarge(PathBuf),
}

/// The bytes of the plugin at `path`.
pub(crate) fn read(path: &Path) -> Result<Vec<u8>, SourceError> {
    let unreadable = |cause: io::Error| match cause.kind() {
        io::ErrorKind::NotFound => SourceError::Missing(path.to_owned()),
        _ => SourceError::Unreadable { path: path.to_owned(), cause },
    };
    let file = File::open(path).map_err(unreadable)?;
    let size = file.metadata().map_err(unreadable)?.len();
    // The file's stated size is a hint only: it may grow, or be a device. What counts is what is read.
    let mut bytes = Vec::with_capacity(usize::try_from(size.min(MAX_BYTES)).unwrap_or_default());
    file.take(MAX_BYTES + 1).read_to_end(&mut bytes).map_err(unreadable)?;
    if bytes.len() as u64 > MAX_BYTES {
        return Err(SourceError::TooLarge(path.to_owned()));
    }
    Ok(bytes)
}
