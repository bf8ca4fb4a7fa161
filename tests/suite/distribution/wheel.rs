//! The content of the wheel.

use std::fs;

use super::{Machine, pack, wheel};
use crate::support::{Project, python, sha256};

#[test]
fn the_same_program_gives_the_same_wheel() {
    let folder = tempfile::tempdir().expect("a folder");
    let again = pack(folder.path());
    assert_eq!(again.file_name(), wheel().file_name());
    assert_eq!(sha256(&again).expect("a digest"), sha256(wheel()).expect("a digest"));
}

#[test]
fn its_name_says_where_it_runs() {
    let name = wheel().file_name().expect("a name").to_string_lossy();
    let start = concat!("lback_cli-", env!("CARGO_PKG_VERSION"), "-py3-none-manylinux");
    assert!(name.starts_with(start), "{name}");
    assert!(name.contains(std::env::consts::ARCH), "{name}");
}

#[test]
fn it_installs_completely_and_leaves_completely() {
    let machine = Machine::new();
    let installed = ["bin/lback", "share/man/man1/lback.1", "share/man/man1/lback-plugin-install.1"];
    let completions = [
        "share/bash-completion/completions/lback",
        "share/zsh/site-functions/_lback",
        "share/fish/vendor_completions.d/lback.fish",
    ];
    for file in [&installed[..], &completions].concat() {
        assert!(machine.venv(file).is_file(), "{file}");
    }
    for file in completions {
        let script = fs::read_to_string(machine.venv(file)).expect("a script");
        assert!(script.contains("LBACK_COMPLETE"), "{file}: {script}");
        assert!(!script.contains(env!("CARGO_MANIFEST_DIR")), "{file} names a folder of the build: {script}");
    }
    machine.lback(&["plugin", "list", "--available"]).exits(0).stdout_has(&["guard"]);
    machine.pip(&["uninstall", "--yes", "lback-cli"]);
    for file in installed {
        assert!(!machine.venv(file).exists(), "{file}");
    }
}

#[test]
fn its_record_is_true() {
    let check = "\
import base64, hashlib, sys, zipfile
with zipfile.ZipFile(sys.argv[1]) as wheel:
    names = set(wheel.namelist())
    record = next(name for name in names if name.endswith('/RECORD'))
    for line in wheel.read(record).decode().splitlines():
        name, digest, size = line.rsplit(',', 2)
        names.remove(name)
        if name != record:
            content = wheel.read(name)
            made = base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b'=').decode()
            assert (digest, size) == ('sha256=' + made, str(len(content))), name
    assert not names, names
    mode = next(entry.external_attr >> 16 for entry in wheel.infolist() if entry.filename.endswith('scripts/lback'))
    assert mode & 0o777 == 0o755, oct(mode)
    metadata = wheel.read(record.replace('RECORD', 'METADATA')).decode()
    assert 'Name: lback-cli\\n' in metadata and 'lback-framework' in metadata, metadata
    assert 'Requires-Dist' not in metadata
";
    let room = Project::empty();
    room.program(python().as_os_str(), &["-c", check, &wheel().display().to_string()]).exits(0);
}

#[test]
fn what_is_not_a_program_for_linux_is_not_packed() {
    let room = Project::empty().file("lback", "#!/bin/sh\necho lback\n");
    room.program("chmod".as_ref(), &["+x", "lback"]).exits(0);
    let pack = concat!(env!("CARGO_MANIFEST_DIR"), "/xtask/src/release/pack.py");
    let program = room.path("lback").display().to_string();
    let out = room.path("out").display().to_string();
    let done = room.program(python().as_os_str(), &[pack, &program, "--wheel-only", "--out", &out]).run();
    assert_ne!(done.code(), Some(0), "{done}");
}
