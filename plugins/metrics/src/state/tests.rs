use super::*;
use crate::run::tests::{ENDED_MS, denial, run};
use plugin_kit::outcome::Outcome;

const BOUNDS: [u64; 3] = [500, 1_000, 5_000];

fn counted(runs: &[Run]) -> State {
    let mut state = State::new("/g");
    for run in runs {
        assert!(state.count(run, &Labels::new(), &BOUNDS));
    }
    state
}

#[test]
fn runs_add_up() {
    let slow = Run { duration_ms: Some(9_000), ended_ms: ENDED_MS - 1, ..run("upgrade") };
    let edge = Run { duration_ms: Some(1_000), ..run("upgrade") };
    let failed = Run { outcome: Outcome::Failed, ..run("upgrade") };
    let state = counted(&[run("upgrade"), slow, edge, failed, run("downgrade")]);
    let summary = state
        .commands
        .iter()
        .map(|series| (series.labels["command"].as_str(), series.labels["outcome"].as_str(), series.total));
    assert_eq!(
        summary.collect::<Vec<_>>(),
        [("downgrade", "completed", 1), ("upgrade", "completed", 3), ("upgrade", "failed", 1)]
    );
    let upgrades = &state.commands[1];
    assert_eq!(upgrades.last_ms, ENDED_MS);
    // A duration equal to a bound belongs below it.
    let expected = Histogram { bounds_ms: BOUNDS.to_vec(), counts: vec![0, 1, 1, 1], sum_ms: 11_500 };
    assert_eq!(upgrades.durations, Some(expected));
}

#[test]
fn an_event_that_is_told_again_is_known() {
    let mut state = State::new("/g");
    assert!(state.is_new("a") && state.is_new("b"));
    assert!(!state.is_new("a"));
    let mut state = State::read(&state.to_bytes(), "/g").unwrap();
    assert!(!state.is_new("b") && state.is_new("c"), "also after it was kept");
    for n in 0..MOST_EVENTS {
        assert!(state.is_new(&n.to_string()));
    }
    assert!(state.is_new("a"), "only so many are remembered");
    assert!(state.to_bytes().len() < 64 * 1024);
}

#[test]
fn counters_that_were_kept_before_events_were_remembered_go_on() {
    let kept = br#"{"version":1,"group":"/g","commands":[],"denials":[]}"#;
    assert_eq!(State::read(kept, "/g"), Ok(State::new("/g")));
}

#[test]
fn a_denied_run_has_denials_and_no_duration() {
    let denials = [denial("guard", "a"), denial("guard", "b"), denial("guard", "a")];
    let denied = Run { outcome: Outcome::Denied, duration_ms: None, denials: &denials, ..run("downgrade") };
    let state = counted(&[denied.clone(), denied]);
    assert_eq!(state.commands[0].durations, None);
    let summary = state.denials.iter().map(|series| (series.labels["code"].as_str(), series.total)).collect::<Vec<_>>();
    assert_eq!(summary, [("a", 4), ("b", 2)]);
}

#[test]
fn other_buckets_start_anew() {
    let mut state = counted(&[run("upgrade"), run("upgrade")]);
    assert!(state.count(&run("upgrade"), &Labels::new(), &[100]));
    assert_eq!(state.commands[0].total, 3);
    assert_eq!(
        state.commands[0].durations,
        Some(Histogram { bounds_ms: vec![100], counts: vec![0, 1], sum_ms: 1_500 })
    );
}

#[test]
fn the_number_of_series_has_an_end() {
    let mut state = State::new("/g");
    for n in 0..=MOST_COMMANDS {
        assert_eq!(state.count(&run(&format!("c{n}")), &Labels::new(), &BOUNDS), n < MOST_COMMANDS);
    }
    assert!(state.count(&run("c0"), &Labels::new(), &BOUNDS));
    let many = (0..MOST_DENIALS + 5).map(|n| denial("guard", &format!("c{n}"))).collect::<Vec<_>>();
    let mut state = State::new("/g");
    state.count(&Run { denials: &many, ..run("downgrade") }, &Labels::new(), &BOUNDS);
    assert_eq!(state.denials.len(), MOST_DENIALS + 1);
    assert_eq!(state.denials.iter().find(|series| series.labels["code"] == OTHER).unwrap().total, 5);
    // The store's limit is 256 KiB a value.
    assert!(state.to_bytes().len() < 64 * 1024);
}

#[test]
fn what_is_kept_is_read_again() {
    let state = counted(&[run("upgrade"), Run { denials: &[denial("g", "c")], ..run("stamp") }]);
    assert_eq!(State::read(&state.to_bytes(), "/g"), Ok(state));
}

#[test]
fn what_is_not_known_is_not_read() {
    let text = String::from_utf8(counted(&[run("upgrade")]).to_bytes()).unwrap();
    let read = |text: &str| State::read(text.as_bytes(), "/g").unwrap_err();
    assert_eq!(read(&text.replace(r#""version":1"#, r#""version":2,"more":[]"#)), Unusable::Version(2));
    assert_eq!(State::read(text.as_bytes(), "/h"), Err(Unusable::OtherGroup));
    for broken in [
        "",
        "{",
        "[]",
        "{}",
        &text.replace("total", "sum"),
        &text.replace("\"counts\":[0,", "\"counts\":["),
        &text[..60],
    ] {
        assert!(matches!(read(broken), Unusable::Unreadable(_)), "{broken}");
    }
    assert!(State::read(&[0xff, 0xfe], "/g").is_err());
}
