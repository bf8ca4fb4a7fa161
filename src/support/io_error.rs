//! Errors of files and streams that a command reads or writes for its user.

use std::io;
use std::path::{Path, PathBuf};

use super::exit::Exit;
use super::user_error::UserError;

/// A file that cannot be read or written.
#[derive(Debug, thiserror::Error)]
pub(crate) enum FileError {
    #[error("cannot read `{}`: {cause}", .path.display())]
    Read { path: PathBuf, cause: io::Error },
    #[error("cannot write `{}`: {cause}", .path.display())]
    Write { path: PathBuf, cause: io::Error },
}

impl FileError {
    pub(crate) fn read(path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        |cause| Self::Read { path, cause }
    }

    pub(crate) fn write(path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        |cause| Self::Write { path, cause }
    }
}

impl UserError for FileError {
    fn exit(&self) -> Exit {
        Exit::Unavailable
    }
}

/// Stdout that takes no more data.
#[derive(Debug, thiserror::Error)]
#[error("cannot write to stdout: {0}")]
pub(crate) struct StdoutError(#[from] pub(crate) io::Error);

impl UserError for StdoutError {
    fn exit(&self) -> Exit {
        if self.is_silent() { Exit::Success } else { Exit::Unavailable }
    }

    fn is_silent(&self) -> bool {
        self.0.kind() == io::ErrorKind::BrokenPipe
    }
}
