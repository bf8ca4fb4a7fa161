//! The errors of sample files.

use std::io;
use std::path::PathBuf;

/// The reason why a file has no samples.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SampleError {
    #[error("cannot read the sample events of `{}`: {cause}", .path.display())]
    Unreadable { path: PathBuf, cause: io::Error },
    #[error("`{}` has no event", .0.display())]
    Empty(PathBuf),
    #[error("`{}`, event {number}: {why}", .path.display())]
    Invalid { path: PathBuf, number: usize, why: String },
    #[error("`{}` is not the plan of a command: {why}", .path.display())]
    Plan { path: PathBuf, why: String },
}
