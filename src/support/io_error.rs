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
        match self {
            Self::Read { .. } => Exit::Unavailable,
            Self::Write { cause, .. } => exit_of_write(cause),
        }
    }
}

/// Stdout that takes no more data.
#[derive(Debug, thiserror::Error)]
#[error("cannot write to stdout: {0}; the output is incomplete")]
pub(crate) struct StdoutError(#[from] pub(crate) io::Error);

impl UserError for StdoutError {
    fn exit(&self) -> Exit {
        if self.is_silent() { Exit::Success } else { Exit::OutputLost }
    }

    fn hint(&self) -> Option<String> {
        Some("free some space, or redirect stdout to another file, and run the command again".to_owned())
    }

    fn is_silent(&self) -> bool {
        is_reader_gone(&self.0)
    }
}

/// Stdout that takes no more data, after a result with an exit code of its own.
#[derive(Debug, thiserror::Error)]
#[error("{lost}")]
pub(crate) struct ResultNotShown {
    lost: StdoutError,
    exit: Exit,
}

impl ResultNotShown {
    pub(crate) fn after(exit: Exit) -> impl FnOnce(io::Error) -> Self {
        move |cause| Self { lost: StdoutError(cause), exit }
    }
}

impl UserError for ResultNotShown {
    fn exit(&self) -> Exit {
        match self.exit {
            Exit::Success => self.lost.exit(),
            exit => exit,
        }
    }

    fn is_silent(&self) -> bool {
        self.lost.is_silent()
    }
}

/// Returns whether the reader of a pipe has closed it, which readers do on purpose.
pub(crate) fn is_reader_gone(error: &io::Error) -> bool {
    error.kind() == io::ErrorKind::BrokenPipe
}

/// Returns the exit code after a file that could not be written: output was lost only where the
/// file took no more of it.
pub(crate) fn exit_of_write(cause: &io::Error) -> Exit {
    use io::ErrorKind::{FileTooLarge, QuotaExceeded, StorageFull};

    let is_device_error = cause.raw_os_error() == Some(rustix::io::Errno::IO.raw_os_error());
    if is_device_error || matches!(cause.kind(), FileTooLarge | QuotaExceeded | StorageFull) {
        Exit::OutputLost
    } else {
        Exit::Unavailable
    }
}
