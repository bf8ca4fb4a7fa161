//! The observable results of a run.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::os::unix::process::ExitStatusExt as _;
use std::path::Path;

use crate::support::Done;

pub(super) struct Observed {
    /// The exit code as a shell gives it: 128 + N for signal N.
    pub(super) code: i32,
    pub(super) stdout: Vec<u8>,
    pub(super) stderr: Vec<u8>,
    pub(super) files: BTreeMap<String, Vec<u8>>,
    /// The content of the database, if it is on a server.
    pub(super) database: String,
}

impl Observed {
    pub(super) fn new(done: &Done, folders: &[&Path], database: String) -> Self {
        let status = done.status();
        let code = status.code().or_else(|| Some(128 + status.signal()?)).expect("it ended by itself or by a signal");
        let mut files = BTreeMap::new();
        for folder in folders {
            collect(folder, folder, &mut files);
        }
        let (stdout, stderr) = (without_addresses(&done.stdout_bytes), without_addresses(&done.stderr_bytes));
        Self { code, stdout, stderr, files, database }
    }
}

/// Returns files with permissions and content, links with targets, and folders, by path.
fn collect(top: &Path, folder: &Path, files: &mut BTreeMap<String, Vec<u8>>) {
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        let name = format!(
            "{}/{}",
            top.file_name().unwrap_or_default().to_string_lossy(),
            path.strip_prefix(top).expect("it is in the folder").display()
        );
        let kind = fs::symlink_metadata(&path).expect("an entry");
        if kind.is_symlink() {
            let target = fs::read_link(&path).expect("a link");
            files.insert(name, target.into_os_string().into_encoded_bytes());
        } else if kind.is_dir() {
            collect(top, &path, files);
            files.insert(format!("{name}/"), Vec::new());
        } else {
            let mut content = fs::read(&path).expect("a file");
            if path.extension().is_some_and(|end| end == "pyc") {
                // The compiled file holds the time of its source.
                content.clear();
            }
            files.insert(format!("{name} {:o}", kind.permissions().mode()), without_time(content));
        }
    }
}

/// Removes the line of a revision that has its creation date.
fn without_time(content: Vec<u8>) -> Vec<u8> {
    const MARK: &[u8] = b"\nCreate Date: ";
    let Some(start) = content.windows(MARK.len()).position(|bytes| bytes == MARK) else { return content };
    let start = start + MARK.len();
    let length = content[start..].iter().position(|byte| *byte == b'\n').unwrap_or(content.len() - start);
    [&content[..start], b"(a time)", &content[start + length..]].concat()
}

/// Replaces addresses of Python objects, which differ from process to process.
fn without_addresses(text: &[u8]) -> Vec<u8> {
    const MARK: &[u8] = b" at 0x";
    let mut kept = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.windows(MARK.len()).position(|bytes| bytes == MARK) {
        let (before, address) = rest.split_at(start + MARK.len());
        kept.extend_from_slice(before);
        let digits = address.iter().take_while(|byte| byte.is_ascii_hexdigit()).count();
        rest = &address[digits..];
    }
    kept.extend_from_slice(rest);
    kept
}

#[test]
fn addresses_and_times_are_left_out() {
    assert_eq!(without_addresses(b"<f at 0x7f1b2eef20>, <g at 0x7f>\n"), b"<f at 0x>, <g at 0x>\n");
    let revision = without_time(b"\"\"\"x\nCreate Date: 2026-01-01\n\"\"\"".to_vec());
    assert_eq!(revision, b"\"\"\"x\nCreate Date: (a time)\n\"\"\"");
}
