//! Policies have no side effects: no network, secrets or store, even in a component that is also a
//! handler.

use serde_json::json;

use super::attack::{INVALID_PLUGIN, attack};
use crate::support::{Receiver, component};

/// The grants of everything that a handler can be granted.
fn all_granted(origin: &str) -> String {
    format!(
        "allow.http = [{origin:?}]\nallow.secrets = ['TOKEN']\nallow.private = true\n\
         settings.url = '{origin}/x'\nsettings.name = 'TOKEN'\n\
         settings.operations = [{{ set = {{ key = 'a', value = '1' }} }}, {{ get = 'a' }}, {{ keys = '' }}]"
    )
}

#[test]
fn a_policy_with_the_imports_of_a_handler_is_refused_all_of_them() {
    let receiver = Receiver::start();
    let refused = |what| json!({ "error": { "refused": what } });
    let no_store = json!({ "error": { "unavailable": "a policy has no store" } });
    let table = [
        ("http", refused("a policy sends no requests")),
        ("secret-header", refused("a policy sends no requests")),
        ("wasi-http", json!({ "error": { "wasi": "ErrorCode::HttpRequestDenied" } })),
        ("secret", json!({ "error": "not-granted" })),
        ("store", json!({ "results": [no_store, no_store, no_store] })),
    ];
    for (name, expected) in table {
        let attack = attack("hostile-both", name, &all_granted(&receiver.origin()));
        let report = attack.report(attack.lback().env("TOKEN", "hunter2-and-more"));
        assert_eq!(report, expected, "{name}");
    }
    assert!(receiver.received().is_empty(), "{:?}", receiver.received());
}

#[test]
fn a_policy_that_imports_http_is_not_even_linked() {
    let attack = super::attack::Attack::new("").plugin("evil", &component("policy-wants-http"), "");
    let _ = attack
        .is_stopped(attack.lback(), INVALID_PLUGIN)
        .stderr_has(&["it is a policy and imports `lback:plugin/http`, which only a handler may import"]);
}
