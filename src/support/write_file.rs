//! Output files that a user names: opened without waiting.

use std::fs::{File, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

use rustix::fs::{OFlags, fcntl_getfl, fcntl_setfl};

/// Opens a file to write it, in the way that `options` name. A named pipe must have a reader.
#[expect(clippy::disallowed_methods, reason = "it is opened without waiting")]
pub(crate) fn open(options: &mut OpenOptions, path: &Path) -> io::Result<File> {
    let flags = OFlags::NONBLOCK | OFlags::NOCTTY | OFlags::CLOEXEC;
    let file = options.custom_flags(flags.bits().cast_signed()).open(path)?;
    // Only opening must not wait.
    fcntl_setfl(&file, fcntl_getfl(&file)? - OFlags::NONBLOCK)?;
    Ok(file)
}

/// Writes a file, and replaces the content of one that exists.
pub(crate) fn write(path: &Path, bytes: &[u8]) -> io::Result<()> {
    open(File::options().write(true).create(true).truncate(true), path)?.write_all(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pipe_without_a_reader_is_an_error() {
        let temp = tempfile::tempdir().unwrap();
        let (file, pipe) = (temp.path().join("file"), temp.path().join("pipe"));
        let mode = rustix::fs::Mode::from_raw_mode(0o600);
        rustix::fs::mknodat(rustix::fs::CWD, &pipe, rustix::fs::FileType::Fifo, mode, 0).unwrap();
        assert!(open(File::options().append(true), &pipe).is_err());
        write(&file, b"a longer text").unwrap();
        write(&file, b"text").unwrap();
        assert_eq!(std::fs::read(&file).unwrap(), b"text");
    }
}
