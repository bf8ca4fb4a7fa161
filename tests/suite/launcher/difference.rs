//! The differences of two runs, in readable form.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use super::observed::Observed;
use crate::support::is_success_line;

/// Returns every difference; an empty text for none. lback may add to stderr where the run failed,
/// or where `may_speak`.
pub(super) fn between(alone: &Observed, lback: &Observed, may_speak: bool) -> String {
    let mut text = String::new();
    if alone.code != lback.code {
        let _ = writeln!(text, "exit code: {} alone, {} with lback", alone.code, lback.code);
    }
    text.push_str(&bytes("stdout", &alone.stdout, &lback.stdout));
    let may_speak = may_speak || alone.code != 0;
    let stderr = without_success(alone, lback);
    if !(may_speak && only_adds(&alone.stderr, stderr)) {
        text.push_str(&bytes("stderr", &alone.stderr, stderr));
    }
    for name in alone.files.keys().chain(lback.files.keys()).collect::<BTreeSet<_>>() {
        match (alone.files.get(name), lback.files.get(name)) {
            (Some(one), Some(other)) => text.push_str(&bytes(name, one, other)),
            (Some(_), None) => drop(writeln!(text, "{name}: not there with lback")),
            (None, _) => drop(writeln!(text, "{name}: only there with lback")),
        }
    }
    text.push_str(&bytes("database", alone.database.as_bytes(), lback.database.as_bytes()));
    text
}

/// Returns stderr of lback without its last lines that report what a successful run did, one for
/// each database.
fn without_success<'a>(alone: &Observed, lback: &'a Observed) -> &'a [u8] {
    let mut stderr: &[u8] = &lback.stderr;
    if alone.code != 0 {
        return stderr;
    }
    loop {
        let body = stderr.strip_suffix(b"\n").unwrap_or(stderr);
        let start = body.iter().rposition(|byte| *byte == b'\n').map_or(0, |end| end + 1);
        if !is_success_line(&String::from_utf8_lossy(&body[start..])) {
            return stderr;
        }
        stderr = &stderr[..start];
    }
}

/// Returns whether `lback` has all lines of `alone`, and besides them only lback's own: `error:`,
/// `note:`, `hint:`, and indented lines below them.
fn only_adds(alone: &[u8], lback: &[u8]) -> bool {
    let mut rest = alone;
    let mut own = false;
    for line in lback.split_inclusive(|byte| *byte == b'\n') {
        if let Some(after) = rest.strip_prefix(line) {
            rest = after;
            own = false;
            continue;
        }
        let starts = |mark: &&[u8]| line.starts_with(mark);
        let begins = [&b"error: "[..], b"warning: ", b"note: ", b"hint: "].iter().any(starts);
        own = begins || own && [&b"  "[..], b"\n"].iter().any(starts) || line == b"\n" && rest.is_empty();
        if !own {
            return false;
        }
    }
    rest.is_empty()
}

/// Returns the first line that differs, with its neighbours.
fn bytes(what: &str, alone: &[u8], lback: &[u8]) -> String {
    const AROUND: usize = 3;
    if alone == lback {
        return String::new();
    }
    let lines = |bytes: &[u8]| -> Vec<String> {
        bytes.split_inclusive(|byte| *byte == b'\n').map(|line| line.escape_ascii().to_string()).collect()
    };
    let (alone, lback) = (lines(alone), lines(lback));
    let first = alone.iter().zip(&lback).take_while(|(one, other)| one == other).count();
    let mut text = format!("{what} differs at line {}:\n", first + 1);
    for (who, lines) in [("alone", &alone), ("lback", &lback)] {
        let shown = &lines[first.saturating_sub(AROUND).min(lines.len())..(first + AROUND + 1).min(lines.len())];
        for line in shown {
            let cut: String = line.chars().take(400).collect();
            let _ = writeln!(text, "  {who} | {cut}");
        }
        if first >= lines.len() {
            let _ = writeln!(text, "  {who} | (ends here)");
        }
    }
    text
}

#[test]
fn additions_of_lback_differ_from_changes() {
    let alone = b"one\ntwo\n";
    for added in ["one\ntwo\n", "one\ntwo\n\nerror: it\n  and so on\n\nhint: that\n", "note: n\none\ntwo\n"] {
        assert!(only_adds(alone, added.as_bytes()), "{added}");
    }
    for changed in
        ["one\n", "one\ntwo\nthree\n", "two\none\n", "one\n  indented\ntwo\n", "error: it\nthree\none\ntwo\n"]
    {
        assert!(!only_adds(alone, changed.as_bytes()), "{changed}");
    }
}
