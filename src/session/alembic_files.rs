//! The files that configure Alembic: whether they are files, and the passwords in them.
//!
//! Python quotes a part of a URL that it can't read, and its message reaches plugins and the
//! journal before any engine exists whose password the launcher could report.

use std::ffi::OsString;
use std::io;
use std::path::{Path, PathBuf};

use crate::support::exit::Exit;
use crate::support::read_file;
use crate::support::redact::process;
use crate::support::user_error::UserError;

/// The files that Alembic reads if the command line names none.
const USUAL: [&str; 2] = ["alembic.ini", "pyproject.toml"];
/// The number of bytes of a file that are searched for passwords.
const SEARCHED: u64 = 1024 * 1024;

/// A configuration file of Alembic that is a pipe or a device: Alembic could wait for it for ever.
#[derive(Debug, thiserror::Error)]
#[error("can't use `{}` as Alembic's configuration: {source}", path.display())]
pub(crate) struct SpecialFile {
    path: PathBuf,
    source: io::Error,
}

impl UserError for SpecialFile {
    fn exit(&self) -> Exit {
        Exit::Config
    }

    fn hint(&self) -> Option<String> {
        Some("put a regular file there, or name another one with `-c`".to_owned())
    }
}

/// Checks that these files, or the usual ones if no file is named, can be read without waiting.
pub(super) fn check(root: &Path, files: &[OsString]) -> Result<(), SpecialFile> {
    let usual = USUAL.map(OsString::from);
    for file in if files.is_empty() { &usual[..] } else { files } {
        let path = root.join(file);
        if let Some(source) = read_file::why_special(&path) {
            return Err(SpecialFile { path, source });
        }
    }
    Ok(())
}

/// Lets the gate learn the passwords of these files, or of the usual ones if there are none. A file
/// that can't be read is skipped: its reader reports the error.
pub(super) fn learn(root: &Path, files: &[OsString]) {
    let usual = USUAL.map(OsString::from);
    for file in if files.is_empty() { &usual[..] } else { files } {
        let path = root.join(file);
        match read_file::read_start(&path, SEARCHED) {
            Ok(bytes) => process().learn_text(&String::from_utf8_lossy(&bytes)),
            Err(error) => tracing::debug!("no passwords are learned from `{}`: {error}", path.display()),
        }
    }
}
