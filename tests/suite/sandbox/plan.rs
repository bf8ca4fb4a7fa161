//! The plan, which policies may request: who can't, and its limits.

use serde_json::{Value, json};

use super::attack::{Attack, DENIED, attack};
use crate::support::{Project, component, reports};

/// The sample plan of an upgrade that lback ships.
const SAMPLE: &str = include_str!("../../../src/sample/plans/upgrade.json");

fn sample() -> Value {
    serde_json::from_str(SAMPLE).expect("JSON")
}

/// Makes a plan with `count` steps of `operations` operations each.
fn of_steps(count: usize, operations: usize) -> String {
    let mut plan = sample();
    let mut step = plan["databases"][0]["steps"][0].clone();
    step["operations"] = Value::from(vec![step["operations"][0].clone(); operations]);
    plan["databases"][0]["steps"] = Value::from(vec![step; count]);
    plan.to_string()
}

/// Tests a component with this plan of an upgrade, and returns the run.
fn shown(plan: &str, component: &str, settings: &[&str]) -> Value {
    let source = crate::support::component(component).display().to_string();
    let started = r#"{"type":"lback.alembic_command_started","data":{"arguments":{"command":"upgrade"}}}"#;
    let project = Project::empty().file("started.json", started).file("plan.json", plan);
    let mut args = vec!["plugin", "test", &source, "--json", "--signal", "started.json", "--plan", "plan.json"];
    args.extend(settings.iter().flat_map(|setting| ["--set", setting]));
    let done = project.lback(&args).run();
    let report: Value = serde_json::from_str(&done.stdout).unwrap_or_else(|error| panic!("{error}: {done}"));
    report["calls"][0].clone()
}

fn logged(call: &Value, word: &str) -> Value {
    let message = call["logs"][0]["message"].as_str().unwrap_or_else(|| panic!("nothing was logged: {call}"));
    let text = message.strip_prefix(&format!("{word}: ")).unwrap_or_else(|| panic!("no {word}: {message}"));
    serde_json::from_str(text).expect("JSON")
}

#[test]
fn a_policy_is_shown_the_whole_plan() {
    let call = shown(SAMPLE, "record-policy", &["plan=true"]);
    assert_eq!(logged(&call, "record")["plan"], sample());
    // The document that `lback plan --json` prints, and a handler in the same component, which is
    // told nothing of it.
    let document = json!({ "version": 1, "plan": sample() }).to_string();
    assert_eq!(logged(&shown(&document, "recorder", &["plan=true"]), "record")["plan"], sample());
}

#[test]
fn a_long_plan_is_no_burden_and_one_without_measure_is_refused() {
    let call = shown(&of_steps(3000, 12), "hostile-policy", &["attack=plan"]);
    assert_eq!(logged(&call, "report"), json!({ "ok": { "steps": 3000 } }), "{call}");
    let call = shown(&of_steps(3000, 100), "hostile-policy", &["attack=plan"]);
    let why = "the plan has more than 16 MiB, the limit of what a policy is handed";
    assert_eq!(logged(&call, "report"), json!({ "error": { "unavailable": why } }), "{call}");
}

#[test]
fn statements_of_what_is_not_there_are_none() {
    let none = json!({ "ok": null });
    let call = shown(SAMPLE, "hostile-policy", &["attack=plan-sql"]);
    assert_eq!(logged(&call, "report"), json!([none, none, none, none, none]), "{call}");
}

#[test]
fn a_policy_that_asks_without_end_is_stopped_in_time() {
    for component in ["hostile-policy", "hostile-both"] {
        let attack = attack(component, "plan-loop", "timeout = '300ms'");
        let _ = attack.is_stopped(attack.lback(), DENIED).stderr_has(&["it did not finish within 300ms"]);
    }
    // The same where there is a plan.
    let call = shown(&of_steps(100, 10), "hostile-policy", &["attack=plan-loop"]);
    assert_eq!(call["error"], "it did not finish within 2s", "{call}");
}

#[test]
fn a_handler_that_asks_is_refused() {
    let attack = attack("hostile-both", "plan", "settings.as-handler = true");
    let report = attack.report(attack.lback());
    assert_eq!(report, json!({ "error": { "unavailable": "the plan is for policies alone" } }));
}

#[test]
fn a_handler_that_imports_the_plan_is_not_loaded() {
    let attack = Attack::new("").plugin("evil", &component("handler-wants-plan"), "");
    let done = attack.changes_nothing(attack.lback()).stderr_has(&[
        "the plugin `evil` could not be loaded",
        "it is a handler and imports `lback:plugin/plan`, which only a policy may import",
    ]);
    assert!(reports(&done.stderr).is_empty(), "{done}");
}
