use std::time::Duration;

use super::super::{defaults, fault::Fault, nearest, value};
use crate::model::signal::SignalName;
use crate::registry::Source;

#[test]
fn the_defaults_that_the_schema_shows_are_those_that_hold() {
    assert_eq!(value::duration(defaults::HANDLER_GRACE_TEXT).unwrap(), defaults::HANDLER_GRACE);
    assert_eq!(value::size(defaults::MEMORY_TEXT).unwrap(), defaults::MEMORY);
}

#[test]
fn durations() {
    assert_eq!(value::duration("1ms").unwrap(), Duration::from_millis(1));
    assert_eq!(value::duration("1h 30m").unwrap(), Duration::from_mins(90));
    assert_eq!(value::duration("30days").unwrap(), Duration::from_hours(720));
    for text in ["", " ", "2", "s", "-2s", "2 parsecs", "two seconds"] {
        assert!(matches!(value::duration(text), Err(Fault::Duration { .. })), "{text:?}");
    }
    for (text, is_short) in [("0s", true), ("999us", true), ("30days 1ms", false), ("99999999999999999999s", false)] {
        let found = value::duration(text);
        assert!(matches!(found, Err(Fault::DurationRange { short, .. }) if short == is_short), "{text:?}");
    }
}

#[test]
fn sizes() {
    assert_eq!(value::size("1MiB").unwrap(), 1 << 20);
    assert_eq!(value::size("1048576").unwrap(), 1 << 20);
    assert_eq!(value::size("100 MB").unwrap(), 100_000_000);
    assert_eq!(value::size("4GiB").unwrap(), 1 << 32);
    for text in ["", "MiB", "-1MiB", "64 cats", "1.2.3MiB"] {
        assert!(matches!(value::size(text), Err(Fault::Size { .. })), "{text:?}");
    }
    for (text, is_little) in [("0", true), ("1023KiB", true), ("4097MiB", false), ("99999EiB", false)] {
        let found = value::size(text);
        assert!(matches!(found, Err(Fault::SizeRange { little, .. }) if little == is_little), "{text:?}");
    }
}

#[test]
fn names() {
    for name in ["a", "guard", "freeze-guard", "slack2-eu"] {
        assert_eq!(value::plugin_name(name).unwrap(), name);
    }
    let long = "a".repeat(65);
    for name in ["", "Guard", "2fast", "a_b", "-a", "a-", "a--b", "a b", "gärd", "../x", &long] {
        assert!(value::plugin_name(name).is_err(), "{name:?}");
    }
    for name in ["A", "_a1", "SLACK_WEBHOOK_URL"] {
        assert_eq!(value::secret_name(name).unwrap(), name);
    }
    for name in ["", "1A", "A-B", "A=B", "A.B", "Ä", "$A"] {
        assert!(value::secret_name(name).is_err(), "{name:?}");
    }
}

#[test]
fn sources() {
    for text in ["plugins/a.wasm", "../a:b.wasm", "/opt/a.wasm"] {
        assert_eq!(value::source(text).unwrap(), Source::Path(text.into()));
    }
    for text in ["https://a.example/a.wasm", "oci://a.example/a:1"] {
        assert_eq!(value::source(text).unwrap().to_string(), text);
    }
    for text in ["http://a.example/a.wasm", "file:///a.wasm", "git+ssh://a", "oci://a"] {
        assert!(matches!(value::source(text), Err(Fault::Source(_))), "{text}");
    }
    assert!(matches!(value::source(""), Err(Fault::EmptyText { .. })));
}

#[test]
fn the_nearest_name() {
    let keys = ["name", "source", "signals", "mode", "on-error", "timeout", "memory"];
    for (typed, near) in [
        ("on_error", Some("on-error")),
        ("onerror", Some("on-error")),
        ("Mode", Some("mode")),
        ("tiemout", Some("timeout")),
        ("sources", Some("source")),
        ("signal", Some("signals")),
        ("protect", None),
        ("x", None),
        ("", None),
    ] {
        assert_eq!(nearest(typed, keys), near, "{typed:?}");
    }
    let signals = SignalName::ALL.map(|signal| signal.to_string());
    let near = |typed| nearest(typed, signals.iter().map(String::as_str));
    assert_eq!(near("alembic_command_start"), Some("alembic_command_started"));
    assert_eq!(near("rollback"), Some("migration_rollback_command"));
    // A part of more than one name says nothing.
    assert_eq!(near("migration"), None);
}
