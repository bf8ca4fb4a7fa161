//! Invalid files, and components that misbehave before their first call. Both block the run,
//! because lback doesn't know what they would do.

use std::fs;
use std::path::{Path, PathBuf};

use super::attack::{Attack, INVALID_PLUGIN};
use crate::support::component;

/// The reasons that lback gives for an invalid file.
fn files(folder: &Path) -> Vec<(PathBuf, &'static str)> {
    let file = |name: &str, bytes: &[u8]| {
        let path = folder.join(name);
        fs::write(&path, bytes).expect("a file");
        path
    };
    let whole = fs::read(component("recorder")).expect("a component");
    let mut flipped = whole.clone();
    for byte in flipped.iter_mut().skip(whole.len() / 2).take(4096) {
        *byte = !*byte;
    }
    let large = file("large.wasm", &whole);
    // Sparse: it has a size, but needs no space.
    fs::OpenOptions::new().write(true).open(&large).and_then(|file| file.set_len(65 << 20)).expect("a large file");
    vec![
        (folder.join("missing.wasm"), "does not exist"),
        (folder.to_owned(), "cannot read the file"),
        (file("empty.wasm", b""), "it is not a WebAssembly component: it doesn't begin like WebAssembly"),
        (
            file("text.wasm", b"print('hello')\n"),
            "it is not a WebAssembly component: it doesn't begin like WebAssembly",
        ),
        (file("core.wasm", b"\0asm\x01\0\0\0"), "it is a core WebAssembly module, not a component"),
        (file("cut.wasm", &whole[..whole.len() / 2]), "it is not a WebAssembly component: "),
        (file("flipped.wasm", &flipped), "it is not a WebAssembly component: "),
        (large, "has more than 64.0 MiB, the limit"),
        (component("wrong-world"), "it exports neither `lback:plugin/policy` nor `lback:plugin/handler`"),
        (component("newer-package"), "it is built for `lback:plugin@2.0.0`, but this lback supports 1.0.0"),
    ]
}

/// Handlers with invalid descriptions. Their type makes them handlers, not policies.
fn handlers() -> Vec<(PathBuf, &'static str)> {
    vec![
        (component("unknown-signal"), "there is no signal `alembic_command_imagined`"),
        (component("bad-describe"), "it trapped: wasm trap: wasm `unreachable` instruction executed"),
        (
            component("huge-describe"),
            "it ran out of room for the data of one call between guest and host (limit: 2 MiB)",
        ),
        (component("huge-schema"), "its settings schema has more than 256 KiB"),
        (component("long-describe"), "it lists more than 64 items of a kind"),
    ]
}

#[test]
fn a_handler_that_can_not_be_described_changes_nothing_unless_it_is_to_block() {
    for (file, fault) in handlers() {
        let attack = Attack::new("").plugin("evil", &file, "");
        let _ = attack.changes_nothing(attack.lback()).stderr_has(&["the plugin `evil` could not be loaded", fault]);
        let attack = Attack::new("").plugin("evil", &file, "on-error = 'block'");
        let _ = attack.is_stopped(attack.lback(), INVALID_PLUGIN).stderr_has(&[fault]);
    }
}

#[test]
fn an_invalid_file_blocks_the_run_with_the_reason() {
    let folder = tempfile::tempdir().expect("a folder");
    for (file, fault) in files(folder.path()) {
        let attack = Attack::new("").plugin("evil", &file, "");
        let _ = attack.is_stopped(attack.lback(), INVALID_PLUGIN).stderr_has(&[fault]);
    }
}

#[test]
fn with_on_error_warn_a_file_that_is_no_plugin_changes_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    for (file, fault) in files(folder.path()) {
        let attack = Attack::new("").plugin("evil", &file, "on-error = 'warn'");
        let _ = attack.changes_nothing(attack.lback()).stderr_has(&["the plugin `evil` could not be loaded", fault]);
    }
}

#[test]
fn a_plugin_that_never_describes_itself_has_five_seconds() {
    let attack = Attack::new("").plugin("evil", &component("loop-describe"), "on-error = 'block'");
    let _ = attack.is_stopped(attack.lback(), INVALID_PLUGIN).stderr_has(&["it did not finish within 5s"]);
}

#[test]
fn inspecting_an_invalid_file_reports_the_same_reason() {
    let attack = Attack::new("");
    for (name, fault) in [("bad-describe", "it trapped"), ("newer-package", "it is built for `lback:plugin@2.0.0`")] {
        let path = component(name).display().to_string();
        let _ = attack.project().lback(&["plugin", "inspect", &path]).exits(INVALID_PLUGIN).stderr_has(&[&path, fault]);
    }
}
