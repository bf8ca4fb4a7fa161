//! Passwords in the files that configure Alembic and lback.
//!
//! Python quotes a part of a URL that it can't read, and its message reaches plugins and the
//! journal before any engine exists whose password the launcher could report.

use std::ffi::OsString;
use std::path::Path;

use crate::support::read_file;
use crate::support::redact::process;

/// The files that Alembic reads if the command line names none.
const USUAL: [&str; 2] = ["alembic.ini", "pyproject.toml"];
/// The number of bytes of a file that are searched for passwords.
const SEARCHED: u64 = 1024 * 1024;

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
