//! The one reader of files: regular files only, opened without waiting, and never beyond a limit.
//!
//! A named pipe, a device or a socket in the place of a file could hang a run that hears no signal,
//! or be read without end. clippy refuses `std::fs::read` and its relatives everywhere else
//! (`clippy.toml`).

use std::fs::{File, Metadata};
use std::io::{self, Read as _};
use std::os::unix::fs::{FileTypeExt as _, OpenOptionsExt as _};
use std::path::Path;
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fs::OFlags;
use rustix::io::Errno;

/// The limit of files that a person writes: configuration, settings, samples.
pub(crate) const WRITTEN_BY_HAND: u64 = 4 * 1024 * 1024;
/// The limit of files that programs write: lock files, plans, recordings, lists of references.
pub(crate) const WRITTEN_BY_PROGRAMS: u64 = 64 * 1024 * 1024;
/// The limit of a secret, and of files with one line.
pub(crate) const SMALL: u64 = 64 * 1024;

/// The time that a process may take to write into a pipe of `/dev/fd`.
const PIPE_TIMEOUT: Duration = Duration::from_secs(10);

/// Reads a regular file of at most `limit` bytes.
pub(crate) fn read(path: &Path, limit: u64) -> io::Result<Vec<u8>> {
    let file = open(path)?;
    // The size in the metadata is a hint only: the file may grow, and in `/proc` it is 0.
    let size = usize::try_from(file.metadata()?.len().min(limit)).unwrap_or_default();
    let mut bytes = Vec::with_capacity(size);
    file.take(limit + 1).read_to_end(&mut bytes)?;
    within(limit, bytes)
}

/// Reads a regular file of at most `limit` bytes as text in UTF-8.
pub(crate) fn read_text(path: &Path, limit: u64) -> io::Result<String> {
    text(read(path, limit)?)
}

/// Reads the beginning of a regular file, at most `length` bytes.
pub(crate) fn read_start(path: &Path, length: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    open(path)?.take(length).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Reads a file that the user names, as [`read`], or a pipe that the user's shell has opened for
/// lback, as in `--signal <(command)`.
///
/// A pipe is read only through `/dev/fd` or `/dev/stdin`, so never one that has a name of its own,
/// at most `limit` bytes, and for 10 seconds at the longest. A signal ends the wait.
pub(crate) fn read_named(path: &Path, limit: u64) -> io::Result<Vec<u8>> {
    if is_descriptor(path) && std::fs::metadata(path)?.file_type().is_fifo() {
        return within(limit, read_pipe(path, limit)?);
    }
    read(path, limit)
}

/// Reads text in UTF-8, as [`read_named`].
pub(crate) fn read_named_text(path: &Path, limit: u64) -> io::Result<String> {
    text(read_named(path, limit)?)
}

/// Returns why a file that another program opens may hang it, if there is such a file.
///
/// Descriptors that the user's shell has opened are left to that program.
pub(crate) fn why_special(path: &Path) -> Option<io::Error> {
    let metadata = std::fs::metadata(path).ok()?;
    if metadata.is_dir() || is_descriptor(path) {
        return None;
    }
    require_regular(&metadata).err()
}

/// Opens a regular file for reading, without waiting for a process at the other end of a pipe.
#[expect(clippy::disallowed_methods, reason = "this is the reader that the other code uses")]
pub(crate) fn open(path: &Path) -> io::Result<File> {
    // Before it is opened, since opening a device may have an effect.
    require_regular(&std::fs::metadata(path)?)?;
    let flags = OFlags::NONBLOCK | OFlags::NOCTTY | OFlags::CLOEXEC;
    let file = std::fs::OpenOptions::new().read(true).custom_flags(flags.bits().cast_signed()).open(path)?;
    require_regular(&file.metadata()?)?;
    Ok(file)
}

/// Opens a folder, to lock it or to write its names to the disk.
#[expect(clippy::disallowed_methods, reason = "a folder opens without waiting")]
pub(crate) fn open_folder(path: &Path) -> io::Result<File> {
    let flags = OFlags::DIRECTORY | OFlags::CLOEXEC;
    std::fs::OpenOptions::new().read(true).custom_flags(flags.bits().cast_signed()).open(path)
}

fn require_regular(metadata: &Metadata) -> io::Result<()> {
    let kind = metadata.file_type();
    if kind.is_file() {
        return Ok(());
    }
    if kind.is_dir() {
        return Err(Errno::ISDIR.into());
    }
    let what = match kind {
        kind if kind.is_fifo() => "a named pipe",
        kind if kind.is_socket() => "a socket",
        kind if kind.is_char_device() || kind.is_block_device() => "a device",
        _ => "something else",
    };
    Err(io::Error::new(io::ErrorKind::InvalidInput, format!("it is {what}, and lback reads regular files only")))
}

fn within(limit: u64, bytes: Vec<u8>) -> io::Result<Vec<u8>> {
    if bytes.len() as u64 <= limit {
        return Ok(bytes);
    }
    let most = bytesize::ByteSize(limit);
    Err(io::Error::new(io::ErrorKind::FileTooLarge, format!("it has more than {most}, the most that lback reads")))
}

fn text(bytes: Vec<u8>) -> io::Result<String> {
    String::from_utf8(bytes).map_err(|_| io::Error::new(io::ErrorKind::InvalidData, "it is not UTF-8"))
}

/// Returns whether a path names a descriptor of this process.
fn is_descriptor(path: &Path) -> bool {
    let is_number = |name: &std::ffi::OsStr| name.as_encoded_bytes().iter().all(u8::is_ascii_digit);
    let in_folder = ["/dev/fd", "/proc/self/fd"].iter().any(|folder| path.parent() == Some(Path::new(folder)));
    path == Path::new("/dev/stdin") || (in_folder && path.file_name().is_some_and(is_number))
}

#[expect(clippy::disallowed_methods, reason = "a pipe that was opened for lback; the wait for it has a limit")]
fn read_pipe(path: &Path, limit: u64) -> io::Result<Vec<u8>> {
    let flags = OFlags::NONBLOCK | OFlags::CLOEXEC;
    let mut pipe = std::fs::OpenOptions::new().read(true).custom_flags(flags.bits().cast_signed()).open(path)?;
    let end = Instant::now() + PIPE_TIMEOUT;
    let (mut bytes, mut part) = (Vec::new(), [0; 8192]);
    while bytes.len() as u64 <= limit {
        match pipe.read(&mut part) {
            Ok(0) => break,
            Ok(count) => bytes.extend_from_slice(&part[..count]),
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => wait_for(&pipe, end)?,
            Err(error) => return Err(error),
        }
    }
    Ok(bytes)
}

/// Waits until a pipe has data or has ended. A signal ends the wait with an error.
fn wait_for(pipe: &File, end: Instant) -> io::Result<()> {
    let left = end.saturating_duration_since(Instant::now());
    let limit = Timespec::try_from(left).map_err(io::Error::other)?;
    match poll(&mut [PollFd::new(pipe, PollFlags::IN)], Some(&limit))? {
        0 => Err(io::Error::new(io::ErrorKind::TimedOut, "the pipe did not end within 10 seconds")),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;
    use std::os::fd::AsRawFd as _;

    use rustix::fs::{CWD, FileType, Mode, mknodat};

    use super::*;

    #[test]
    fn only_regular_files_are_read() {
        let temp = tempfile::tempdir().unwrap();
        let pipe = temp.path().join("pipe");
        mknodat(CWD, &pipe, FileType::Fifo, Mode::from_raw_mode(0o600), 0).unwrap();
        let socket = temp.path().join("socket");
        let _listener = std::os::unix::net::UnixListener::bind(&socket).unwrap();
        let link = temp.path().join("link");
        std::os::unix::fs::symlink(&pipe, &link).unwrap();
        for (path, what) in [
            (pipe.as_path(), "a named pipe"),
            (&link, "a named pipe"),
            (&socket, "a socket"),
            (Path::new("/dev/zero"), "a device"),
        ] {
            for read in [read, read_named] {
                let error = read(path, SMALL).unwrap_err();
                assert_eq!(error.to_string(), format!("it is {what}, and lback reads regular files only"));
            }
        }
        assert_eq!(read(temp.path(), SMALL).unwrap_err().kind(), io::ErrorKind::IsADirectory);
        assert_eq!(read(&temp.path().join("none"), SMALL).unwrap_err().kind(), io::ErrorKind::NotFound);
    }

    #[test]
    fn a_limit_is_the_last_length_that_is_read() {
        let temp = tempfile::tempdir().unwrap();
        let path = temp.path().join("file");
        std::fs::write(&path, [b'x'; 10]).unwrap();
        assert_eq!(read(&path, 10).unwrap().len(), 10);
        let error = read(&path, 9).unwrap_err();
        assert_eq!(error.to_string(), "it has more than 9 B, the most that lback reads");
        assert_eq!(read_start(&path, 3).unwrap(), b"xxx");
        assert!(!read(Path::new("/proc/self/status"), SMALL).unwrap().is_empty(), "its size is 0");
    }

    #[test]
    fn a_pipe_is_read_through_its_descriptor() {
        let (reader, mut writer) = std::io::pipe().unwrap();
        let path = Path::new("/dev/fd").join(reader.as_raw_fd().to_string());
        let writing = std::thread::spawn(move || {
            std::thread::sleep(Duration::from_millis(20));
            writer.write_all(b"secret").unwrap();
        });
        assert_eq!(read_named_text(&path, SMALL).unwrap(), "secret");
        writing.join().unwrap();
        assert!(read(&path, SMALL).is_err());
    }
}
