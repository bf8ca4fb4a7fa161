//! Texts of plugins can't imitate the messages of lback, or of another plugin.

use super::attack::{DENIED, attack};
use crate::support::Done;

/// Checks that no line with the plugin's text begins where lback's own lines do.
#[track_caller]
fn imitates_nothing(done: &Done, deepest: &str) {
    let lines: Vec<_> = done.stderr.lines().chain(done.stdout.lines()).collect();
    for line in &lines {
        let begins = ["error:", "guard:", "hint: forged", "note: forged"];
        assert!(
            !begins.iter().any(|beginning| line.starts_with(beginning) && line.contains("forged")),
            "{line:?} in {done}"
        );
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
        .stderr_has(&["    error: forged message", "  error: forged hint", "  error: forged warning"]);
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
}
