//! `lback plugin bench`.

use serde_json::Value;

use crate::cli::schema::{assert_matches, schema};
use crate::support::{Project, component, plugin};

#[test]
fn every_cost_is_in_the_document_and_in_the_table() {
    let project = Project::empty();
    let path = component("recorder").display().to_string();
    let done = project.lback(&["plugin", "bench", &path, "--json"]).exits(0);
    let document: Value = serde_json::from_str(&done.stdout).expect("one JSON document");
    assert_matches(&schema("plugin-bench.schema.json"), &document);
    let time = |times: &Value| {
        let [lower, median, upper] =
            ["lower_quartile", "median", "upper_quartile"].map(|key| times[key].as_f64().expect("a time"));
        assert!(0.0 < lower && lower <= median && median <= upper, "{times}");
        times["count"].as_u64().expect("a count")
    };
    assert_eq!((time(&document["compile"]), time(&document["load"])), (1, 9));
    let calls = document["calls"].as_array().expect("a list");
    assert_eq!(calls.iter().map(|calls| calls["role"].as_str()).collect::<Vec<_>>(), [Some("policy"), Some("handler")]);
    for call in calls {
        assert_eq!(time(&call["first"]), 1);
        assert!(time(&call["warm"]) >= 5);
        assert!(call["memory_bytes"].as_u64() > Some(65_535) && call["error"].is_null());
    }
    let done = project.lback(&["plugin", "bench", &plugin("guard").display().to_string()]).exits(0);
    assert_eq!(done.stderr, "");
    for line in
        ["guard 0.1.0, ", "first load (compiles) ", "load from the cache ", "policy, first call ", "policy, warm call "]
    {
        assert!(done.stdout.contains(line), "{line:?} is missing: {done}");
    }
}

#[test]
fn a_failing_plugin_is_measured_and_reported() {
    let project = Project::empty().plugin("evil", &component("hostile-policy"), "settings.attack = 'panic'");
    let done = project.lback(&["plugin", "bench", "evil"]).exits(0);
    assert!(done.stdout.contains("it failed: it trapped: "), "{done}");
}

#[test]
fn nothing_is_sent_while_it_is_measured() {
    let receiver = crate::support::Receiver::start();
    let lines = format!(
        "allow.http = ['{0}']\nallow.private = true\nsettings.attack = 'http'\nsettings.url = '{0}/x'",
        receiver.origin()
    );
    let project = Project::empty().plugin("caller", &component("hostile-handler"), &lines);
    project.lback(&["plugin", "bench", "caller"]).exits(0);
    assert!(receiver.received().is_empty());
}
