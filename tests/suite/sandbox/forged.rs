//! Texts of plugins can't imitate the messages of lback, or of another plugin.

use super::attack::{DENIED, attack};
use crate::support::Done;

/// The indentation of a plugin's later lines. Lback's own, such as the denials of an error, have
/// less.
const INDENTATION: usize = 4;

/// Checks that no line with the plugin's text begins where lback's own lines do.
#[track_caller]
fn imitates_nothing(done: &Done, deepest: &str) {
    let lines: Vec<_> = done.stderr.lines().chain(done.stdout.lines()).collect();
    for line in &lines {
        let text = line.trim_start_matches(' ');
        let begins = ["error:", "guard:", "hint: forged", "note: forged"];
        let imitates = begins.iter().any(|beginning| text.starts_with(beginning)) && text.contains("forged");
        assert!(!imitates || line.len() - text.len() >= INDENTATION, "{line:?} in {done}");
    }
    assert!(lines.iter().any(|line| line.contains(deepest)), "{deepest} in {done}");
}

#[test]
fn in_a_denial_on_the_terminal() {
    let attack = attack("hostile-policy", "verdict-forged", "");
    let done = attack.is_stopped(attack.lback(), DENIED);
    imitates_nothing(&done, "forged code");
    // A code and a URL are one line each, whatever they contain.
    let _ = done
        .stderr_has(&[
            "(code\\u{a}error: forged code\\u{a}guard: forged",
            "see https://example.org/url\\u{a}error: forged",
        ])
        .stderr_has(&["\n    error: forged message", "\n    error: forged hint", "\n    error: forged warning"]);
    let shown = attack.project().lback(&["log", "show"]).exits(0);
    imitates_nothing(&shown, "forged message");
    let plan = attack.project().lback(&["plugin", "list"]).exits(0);
    assert!(!plan.stdout.contains("forged"), "{plan}");
}

#[test]
fn in_an_audited_or_overridden_denial() {
    let attack = attack("hostile-policy", "verdict-forged", "mode = \"audit\"");
    let done = attack.changes_nothing(attack.lback());
    imitates_nothing(&done, "would deny");
    let attack = self::attack("hostile-policy", "verdict-forged", "allow-override = true");
    let words = ["--override", "evil", "--reason", "known", "--log", "plugin=info", "migrate"];
    let done = attack.changes_nothing(attack.project().lback(&words));
    imitates_nothing(&done, "overridden: evil denies");
}
