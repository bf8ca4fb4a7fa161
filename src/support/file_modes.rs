//! The modes of files that are later executed or trusted.

use rustix::fs::Mode;

/// Has no file that lback, or a program that it starts, creates from now on be writable for other
/// users, whatever the umask was.
pub(crate) fn shield_from_others() {
    let others = Mode::WGRP | Mode::WOTH;
    let careless = rustix::process::umask(others);
    rustix::process::umask(careless | others);
}
