//! Lines of the channel that no launcher writes.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;

/// The kinds of messages, with one that doesn't exist.
const KINDS: [&str; 27] = [
    "hello",
    "unable",
    "versions",
    "blind",
    "database",
    "lock_waiting",
    "lock_acquired",
    "lock_not_acquired",
    "lock_gave_way",
    "unlocked",
    "heads_before",
    "ambiguous",
    "drifted",
    "wrong_environment",
    "steps",
    "step_started",
    "step_ended",
    "left_transaction",
    "heads_after",
    "not_cancelled",
    "error",
    "secrets",
    "analysing",
    "database_plan",
    "refused",
    "plan_ended",
    "unheard_of",
];
/// Names of fields.
const FIELDS: [&str; 25] = [
    "process",
    "database",
    "why",
    "waited",
    "place",
    "is_own",
    "environment",
    "seconds",
    "heads",
    "planned",
    "total",
    "number",
    "of",
    "direction",
    "revision",
    "down_revisions",
    "doc",
    "dialect",
    "name",
    "message",
    "error",
    "passwords",
    "urls",
    "status",
    "more",
];

fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        "\\PC{0,12}".prop_map(Value::from),
        Just(json!("upgrade")),
        Just(json!(1)),
    ];
    leaf.prop_recursive(3, 16, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::hash_map("[a-z]{1,4}", inner, 0..4).prop_map(Value::from_iter),
        ]
    })
}

fn parse_as_each(line: &[u8]) {
    let mut databases = Databases::default();
    databases.parse::<LauncherEvent>(line);
    databases.parse::<PlannerMessage>(line);
    databases.parse::<Greeting>(line);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_line_is_a_panic(line in prop::collection::vec(any::<u8>(), 0..200)) {
        parse_as_each(&line);
    }

    #[test]
    fn no_document_is_a_panic(
        kind in prop::sample::select(&KINDS[..]),
        fields in prop::collection::vec((prop::sample::select(&FIELDS[..]), value()), 0..8),
    ) {
        let mut document = json!({ "type": kind, "process": 1 });
        for (name, value) in fields {
            document[name] = value;
        }
        parse_as_each(document.to_string().as_bytes());
    }
}

#[test]
fn fields_and_kinds_that_are_unknown_are_ignored() {
    let mut databases = Databases::default();
    let line = br#"{"type": "left_transaction", "process": 7, "database": 3, "more": {"a": [1]}}"#;
    assert_eq!(databases.parse(line), Some(LauncherEvent::LeftTransaction { database: 1 }));
    assert_eq!(databases.parse::<LauncherEvent>(br#"{"type": "unheard_of", "process": 7}"#), None);
    assert_eq!(databases.parse::<LauncherEvent>(br#"{"type": "left_transaction", "database": 3}"#), None);
    let deep = format!("{}1{}", "[".repeat(10_000), "]".repeat(10_000));
    assert_eq!(databases.parse::<LauncherEvent>(deep.as_bytes()), None);
}
