//! Texts of plugins can't control the terminal.

use super::attack::{Attack, DENIED, attack};
use crate::support::{Done, component};

/// Checks that the output has no character that a terminal or bidirectional text acts upon.
#[track_caller]
fn is_harmless(done: &Done) {
    let acts = |c: &char| (c.is_control() && *c != '\n' && *c != '\t') || *c == '\u{202e}';
    let found: Vec<_> = done.stderr.chars().chain(done.stdout.chars()).filter(acts).collect();
    assert!(found.is_empty(), "{found:?} in {done}");
}

/// The sequences as lback escapes them, around the name of the place.
fn written_out(place: &str) -> String {
    format!("\\u{{1b}}[2K\\u{{1b}}[32m\\u{{1b}}]0;owned\\u{{7}}\\u{{9b}}1A\\u{{202e}}{place}\\u{{1b}}[2K")
}

#[test]
fn in_a_verdict() {
    let attack = attack("hostile-policy", "verdict-terminal", "");
    let done = attack.is_stopped(attack.lback(), DENIED);
    is_harmless(&done);
    let _ = ["code", "message", "hint", "url", "warning"]
        .iter()
        .fold(done, |done, place| done.stderr_has(&[&written_out(place)]));
}

#[test]
fn in_the_log_the_output_and_the_error() {
    for component in ["hostile-policy", "hostile-handler"] {
        let attack = attack(component, "terminal", "");
        let done = if component == "hostile-policy" {
            attack.is_stopped(attack.lback(), DENIED)
        } else {
            attack.changes_nothing(attack.lback())
        };
        is_harmless(&done);
        let _ = ["log", "stdout", "stderr", "error"]
            .iter()
            .fold(done, |done, place| done.stderr_has(&[&written_out(place)]));
    }
}

#[test]
fn escape_sequences_in_descriptions() {
    let source = component("terminal-describe");
    let attack = Attack::new("").plugin("evil", &source, "");
    let path = source.display().to_string();
    for args in [&["plugin", "inspect", &path][..], &["plugin", "list"]] {
        let done = attack.project().lback(args).exits(0);
        is_harmless(&done);
    }
    let inspected = attack.project().lback(&["plugin", "inspect", &path]).exits(0);
    for text in ["\\u{1b}[2K\\u{1b}]0;owned\\u{7}summary", "\\u{1b}[2Kname", "\\u{1b}[32mdescription\\u{202e}"] {
        assert!(inspected.stdout.contains(text), "{text}: {inspected}");
    }
}

#[test]
fn in_the_names_of_a_file_that_does_not_compile() {
    // The validator's message repeats the name of the export.
    let text = r#"(component (core module (func $f) (export "\1b[2Kx" (func $f)) (export "\1b[2Kx" (func $f))))"#;
    let attack = Attack::new("");
    let file = attack.project().path("evil.wasm");
    std::fs::write(&file, wat::parse_str(text).expect("it is well-formed")).expect("a file");
    let attack = attack.plugin("evil", &file, "");
    let done = attack.is_stopped(attack.lback(), super::attack::INVALID_PLUGIN).stderr_has(&["\\u{1b}[2Kx"]);
    is_harmless(&done);
}
