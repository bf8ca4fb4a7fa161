//! Plugins that take too much: time, memory, stack, handles, the user's attention.

use super::attack::{Attack, DENIED, attack};
use crate::support::{component, reports};

const TOO_MUCH_DATA: &str = "it ran out of room for the data of one call between guest and host (limit: 2 MiB)";

/// Rows: the attack, lines of the plugin's table, and the limit in lback's words.
const ATTACKS: &[(&str, &str, &str)] = &[
    ("loop", "timeout = '300ms'", "it did not finish within 300ms"),
    ("sleep", "timeout = '300ms'", "it did not finish within 300ms"),
    ("memory", "", "it ran out of memory (limit: 64.0 MiB)"),
    ("memory", "memory = '8MiB'", "it ran out of memory (limit: 8.0 MiB)"),
    ("", "memory = '1MiB'", "it ran out of memory (limit: 1.0 MiB)"),
    ("stack", "", "it ran out of stack (limit: 512 KiB)"),
    ("poll-many", "", "it ran out of resource handles (limit: 4096)"),
    ("random", "", "it ran out of random bytes (limit: 64 KiB for one request)"),
    ("random-insecure", "", "it ran out of random bytes (limit: 64 KiB for one request)"),
    ("zeroes-huge", "", "cannot write more zeroes than `check_write` allows"),
    ("log-huge", "", TOO_MUCH_DATA),
    ("error-huge", "", TOO_MUCH_DATA),
    ("panic", "", "a panic of the hostile component"),
    ("abort", "", "it trapped: wasm trap: wasm `unreachable` instruction executed"),
    ("exit", "", "it tried to exit the process (status 0)"),
    ("exit-1", "", "it tried to exit the process (status 1)"),
];

const VERDICTS: &[&str] = &["verdict-huge", "verdict-many", "warnings-many"];

const FLOODS: &[&str] = &["log-flood", "stdout-flood", "stderr-flood"];

#[test]
fn a_policy_that_takes_too_much_blocks_the_run_and_the_limit_is_named() {
    for (name, lines, limit) in ATTACKS {
        let attack = attack("hostile-policy", name, lines);
        let _ = attack.is_stopped(attack.lback(), DENIED).stderr_has(&[limit]);
    }
}

#[test]
fn a_handler_that_takes_too_much_is_reported_and_changes_nothing() {
    for (name, lines, limit) in ATTACKS {
        let attack = attack("hostile-handler", name, lines);
        let _ = attack
            .changes_nothing(attack.lback())
            .stderr_has(&["the plugin `evil` failed at alembic_command_started: ", limit]);
    }
}

#[test]
fn a_verdict_beyond_measure_blocks_the_run() {
    for name in VERDICTS {
        let attack = attack("hostile-policy", name, "");
        let _ = attack.is_stopped(attack.lback(), DENIED).stderr_has(&[TOO_MUCH_DATA]);
    }
}

#[test]
fn a_long_verdict_is_cut_to_what_a_person_can_read() {
    let attack = attack("hostile-policy", "verdict-long", "");
    let done = attack.is_stopped(attack.lback(), DENIED);
    assert_eq!(done.stderr.matches("warning: evil: warning ").count(), 64, "{done}");
    assert_eq!(done.stderr.matches("evil: reason ").count(), 64, "{done}");
    assert_eq!(done.stderr.matches("x… (hostile)").count(), 64, "each text is cut: {done}");
    assert!(done.stderr.len() < 64 * 5000, "{} bytes", done.stderr.len());
}

#[test]
fn a_long_error_is_cut_to_what_a_person_can_read() {
    let attack = attack("hostile-policy", "error-long", "");
    let done = attack.is_stopped(attack.lback(), DENIED).stderr_has(&["it returned an error: xxx", "x…"]);
    assert!(done.stderr.len() < 5000, "{} bytes", done.stderr.len());
}

#[test]
fn a_flood_is_dammed_and_ends_with_the_time_of_the_call() {
    for component in ["hostile-policy", "hostile-handler"] {
        for name in FLOODS {
            let attack = attack(component, name, "timeout = '500ms'");
            let done = if component == "hostile-policy" {
                attack.is_stopped(attack.lback(), DENIED)
            } else {
                attack.changes_nothing(attack.lback())
            };
            let done = done.stderr_has(&[
                "evil: a line of the flood",
                "warning: evil: it logged more than 64 KiB in one call; the rest is dropped",
                "it did not finish within 500ms",
            ]);
            assert!(done.stderr.len() < 72 * 1024, "{} bytes", done.stderr.len());
        }
    }
}

#[test]
fn memory_that_is_refused_may_be_done_without() {
    let attack = attack("hostile-handler", "memory-report", "memory = '16MiB'");
    let done = attack.changes_nothing(attack.lback()).stderr_has(&["it returned an error: memory was refused after "]);
    let mebibytes = reports(&done.stderr)[0]["mebibytes"].as_u64().expect("a number");
    assert!((8..16).contains(&mebibytes), "{mebibytes} MiB");
}

#[test]
fn without_a_word_in_lback_toml_a_policy_has_two_seconds() {
    let attack = attack("hostile-policy", "loop", "");
    let _ = attack.is_stopped(attack.lback(), DENIED).stderr_has(&["it did not finish within 2s"]);
}

#[test]
fn without_a_word_in_lback_toml_a_handler_has_ten_seconds() {
    let attack = Attack::new("[dispatch]\nhandler-grace = '60s'").plugin(
        "evil",
        &component("hostile-handler"),
        "settings.attack = 'sleep'",
    );
    let _ = attack.changes_nothing(attack.lback()).stderr_has(&["it did not finish within 10s"]);
}

#[test]
fn a_handler_with_time_left_is_stopped_when_the_grace_is_over() {
    for name in ["loop", "sleep"] {
        let attack = Attack::new("[dispatch]\nhandler-grace = '300ms'").plugin(
            "evil",
            &component("hostile-handler"),
            &format!("timeout = '10m'\nsettings.attack = {name:?}"),
        );
        let _ = attack
            .changes_nothing(attack.lback())
            .stderr_has(&["the handler `evil` did not finish within 300ms after the end of the run and was stopped"]);
    }
}

#[test]
fn many_policies_that_loop_are_all_stopped_in_time() {
    let endless = |attack: Attack, name: &str| {
        attack.plugin(name, &component("hostile-policy"), "timeout = '1s'\nsettings.attack = 'loop'")
    };
    let attack = ["evil", "evil-b", "evil-c", "evil-d", "evil-e"].into_iter().fold(Attack::new(""), endless);
    let done = attack.is_stopped(attack.lback(), DENIED);
    assert_eq!(done.stderr.matches("it did not finish within 1s").count(), 5, "{done}");
}
