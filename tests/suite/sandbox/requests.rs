//! The number and size of requests that a plugin may send in one call.

use super::attack::attack;
use super::origins::{granted, report_of};
use crate::support::{Receiver, reports};

#[test]
fn thirty_two_requests_are_enough() {
    let receiver = Receiver::start();
    let report = report_of("http-many", &granted(&receiver.origin()));
    assert_eq!(report["answered"], 32, "{report}");
    assert_eq!(report["first"]["error"]["limit"], "more than 32 requests in one call", "{report}");
    assert_eq!(receiver.received().len(), 32);
}

#[test]
fn headers_and_bodies_have_a_size() {
    let receiver = Receiver::start();
    let grant = granted(&receiver.origin());
    let many = (0..101).map(|number| format!("x-{number} = 'x'")).collect::<Vec<_>>().join(", ");
    let many = format!("{grant}\nsettings.headers = {{ {many} }}");
    let long = format!("{grant}\nsettings.headers = {{ x = '{}' }}", "x".repeat(40 * 1024));
    let body = format!("{grant}\nsettings.method = 'POST'\nsettings.body-size = 1500000");

    for (lines, limit) in [
        (&many, "more than 100 headers"),
        (&long, "more than 100 headers, or 32 KiB of them"),
        (&body, "a body of more than 1024 KiB"),
    ] {
        let report = report_of("http", lines);
        assert_eq!(report["error"]["limit"], limit, "{report}");
        let through_wasi = report_of("wasi-http", lines);
        assert!(through_wasi["error"]["wasi"].is_string(), "{through_wasi}");
    }
    assert!(receiver.received().is_empty(), "{:?}", receiver.received());
}

#[test]
fn requests_beyond_measure_end_the_call() {
    let receiver = Receiver::start();
    let table = [
        ("http-headers", "it ran out of room for the data of one call between guest and host (limit: 2 MiB)"),
        ("http-body", "it ran out of room for the data of one call between guest and host (limit: 2 MiB)"),
        ("wasi-http-headers", "it ran out of room for HTTP headers (limit: 32 KiB)"),
        ("wasi-http-resources", "it ran out of resource handles (limit: 4096)"),
    ];
    for (name, limit) in table {
        let attack = attack("hostile-handler", name, &format!("memory = '256MiB'\n{}", granted(&receiver.origin())));
        let _ = attack.changes_nothing(attack.lback()).stderr_has(&["the plugin `evil` failed", limit]);
    }
    assert!(receiver.received().is_empty());
}

#[test]
fn the_host_has_stack_of_its_own_however_deep_the_plugin_is() {
    let receiver = Receiver::start();
    let (mut answered, mut stopped) = (0, 0);
    for depth in [2_000, 6_000, 8_000, 9_000, 10_000, 10_500, 11_000, 11_500, 12_000, 14_000, 24_000] {
        let lines = format!("settings.count = {depth}\n{}", granted(&receiver.origin()));
        let attack = attack("hostile-handler", "http-deep", &lines);
        // A host with too small a stack would be killed by a signal.
        let done = attack.changes_nothing(attack.lback());
        if let [report] = &reports(&done.stderr)[..] {
            assert_eq!(report["ok"]["status"], 200, "{report}");
            answered += 1;
        } else {
            let _ = done.stderr_has(&["it ran out of stack (limit: 512 KiB)"]);
            stopped += 1;
        }
    }
    assert!(answered > 0 && stopped > 0, "the depths are on both sides of the limit: {answered}, {stopped}");
}
