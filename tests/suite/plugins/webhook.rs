//! webhook: its requests to a real server, their signatures, and failures to deliver.

use std::io::Write as _;
use std::process::{Command, Stdio};
use std::time::{SystemTime, UNIX_EPOCH};

use serde_json::Value;

use crate::support::{Done, Project, Receiver, Reply, Request, Run, plugin, python, suite_file};

const KEY: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const OTHER: &str = "whsec_a2V5LW51bWJlci10d28ta2V5LW51bWJlci10d28=";

fn project(receiver: &Receiver, more: &str) -> Project {
    let origin = receiver.origin();
    let granted = format!(
        "{more}\nallow.http = [\"{origin}\"]\nallow.secrets = [\"WEBHOOK_SECRET\"]\nallow.private = true\n\
         [plugin.settings]\nurl = \"{origin}/lback?a=b\""
    );
    Project::new().plugin("webhook", &plugin("webhook"), &granted)
}

fn run<'a>(project: &'a Project, args: &[&str]) -> Run<'a> {
    let run = project.lback(args);
    run.env("WEBHOOK_SECRET", KEY).env("LBACK_ENVIRONMENT", "staging").env("LBACK_LOG", "trace")
}

#[track_caller]
fn exits(run: Run<'_>, code: i32) -> Done {
    run.exits(code).output_lacks(&["MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"])
}

#[track_caller]
fn header<'a>(request: &'a Request, name: &str) -> &'a str {
    let found = request.headers.iter().find(|(header, _)| header == name);
    found.map_or_else(|| panic!("{name}: {request:?}"), |(_, value)| value)
}

/// Returns the indexes of the signatures that this key has made, as a receiver verifies them.
#[track_caller]
fn verified(request: &Request, key: &str) -> String {
    let [id, time, signatures] =
        ["id", "timestamp", "signature"].map(|name| header(request, &format!("webhook-{name}")));
    let mut verify = Command::new(python());
    let mut child = verify
        .arg(suite_file("plugins/python/verify_signature.py"))
        .args([key, id, time, signatures])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("Python");
    child.stdin.take().expect("it is piped").write_all(request.body.as_bytes()).expect("a body");
    String::from_utf8(child.wait_with_output().expect("an end").stdout).expect("text").trim().to_owned()
}

fn events(text: &str) -> Vec<Value> {
    text.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect()
}

#[test]
fn every_signal_is_posted_as_events_has_it_and_signed() {
    let receiver = Receiver::start();
    let project = project(&receiver, "");
    let now = || SystemTime::now().duration_since(UNIX_EPOCH).expect("a time").as_secs();
    let before = now();
    exits(run(&project, &["--events", "events.jsonl", "migrate"]), 0);
    exits(run(&project, &["--events", "events.jsonl", "migrate", "nowhere"]), 255);
    exits(run(&project, &["--events", "events.jsonl", "rollback"]), 0);
    exits(run(&project, &["--events", "events.jsonl", "history"]), 0);

    let told = events(&std::fs::read_to_string(project.path("events.jsonl")).expect("events"));
    let requests = receiver.received();
    let posted: Vec<Value> =
        requests.iter().map(|request| serde_json::from_str(&request.body).expect("JSON")).collect();
    assert_eq!(told, posted);
    assert_eq!(posted.len(), 16);
    for (request, event) in requests.iter().zip(&posted) {
        assert_eq!((request.method.as_str(), request.url.as_str()), ("POST", "/lback?a=b"));
        assert_eq!(header(request, "content-type"), "application/cloudevents+json; charset=utf-8");
        assert_eq!(event["id"], header(request, "webhook-id"));
        let time: u64 = header(request, "webhook-timestamp").parse().expect("seconds");
        assert!((before..=now()).contains(&time), "{time}");
        assert_eq!(verified(request, KEY), "0");
        assert_eq!(verified(request, OTHER), "");
    }
}

#[test]
fn denials_are_posted_and_signals_can_be_chosen() {
    let receiver = Receiver::start();
    let guard = "[plugin.settings]\nprotect = [\"staging\"]";
    let project = project(&receiver, "signals = [\"alembic_command_failed\"]").plugin("guard", &plugin("guard"), guard);
    exits(run(&project, &["migrate"]), 0);
    exits(run(&project, &["rollback"]), 77);
    let requests = receiver.received();
    assert_eq!(requests.len(), 1);
    let event: Value = serde_json::from_str(&requests[0].body).expect("JSON");
    assert_eq!(event["type"], "lback.alembic_command_failed");
    let denial = &event["data"]["arguments"]["exception"]["denials"][0];
    assert_eq!((&denial["plugin"], &denial["code"]), (&"guard".into(), &"downgrade-in-protected-environment".into()));
}

#[test]
fn undelivered_events_are_redelivered_under_the_same_id() {
    let receiver = Receiver::answering(|_, before| {
        if before == 0 { Reply { body: b"come back later".to_vec(), ..Reply::status(503) } } else { Reply::status(202) }
    });
    let project = project(&receiver, "signals = [\"alembic_command_completed\"]");
    exits(run(&project, &["migrate"]), 0).stderr_has(&[
        "warning: the plugin `webhook` failed at alembic_command_completed",
        "the receiver answered 503: come back later",
        "sends the signal again",
    ]);
    assert_eq!(receiver.received().len(), 1, "the plugin itself tries once");
    exits(run(&project, &["log", "redeliver"]), 0);
    let requests = receiver.received();
    assert_eq!(requests.len(), 2);
    assert_eq!(requests[0].body, requests[1].body);
    assert_eq!(header(&requests[0], "webhook-id"), header(&requests[1], "webhook-id"));
    assert_eq!(verified(&requests[1], KEY), "0");
}

#[test]
fn two_keys_sign_side_by_side() {
    let receiver = Receiver::start();
    let project = project(&receiver, "signals = [\"alembic_command_completed\"]");
    run(&project, &["migrate"]).env("WEBHOOK_SECRET", format!("{OTHER} {KEY}")).exits(0);
    let requests = receiver.received();
    assert_eq!((verified(&requests[0], KEY), verified(&requests[0], OTHER)), ("1".to_owned(), "0".to_owned()));
}

#[test]
fn a_redirect_is_reported_and_not_followed() {
    let receiver = Receiver::answering(|_, _| Reply::status(307).header("location", "/elsewhere"));
    let project = project(&receiver, "signals = [\"alembic_command_completed\"]");
    exits(run(&project, &["migrate"]), 0).stderr_has(&["the receiver answered 307", "correct `url`"]);
    assert_eq!(receiver.received().len(), 1);
}

#[test]
fn keys_and_settings_that_are_wrong_are_named_and_never_repeated() {
    let receiver = Receiver::start();
    let signals = "signals = [\"alembic_command_completed\"]";
    let project = project(&receiver, signals);
    for (key, reason) in [
        ("s3cr3t-0123456789", "begins with `whsec_`"),
        ("whsec_c2hvcnQtMDEyMzQ=", "24 to 64"),
        ("whsec_%%%-0123456789", "not base64"),
    ] {
        let done = run(&project, &["alembic", "--version"]).env("WEBHOOK_SECRET", key).exits(0);
        done.stderr_has(&["the plugin `webhook` failed", reason]).output_lacks(&[
            key,
            key.trim_start_matches("whsec_"),
            "panicked",
        ]);
    }
    run(&project, &["migrate"])
        .without_env("WEBHOOK_SECRET")
        .exits(0)
        .stderr_has(&["the handler `webhook` is not notified: `WEBHOOK_SECRET` is not set"]);
    assert!(receiver.received().is_empty());

    for (settings, named) in
        [("", "url"), ("url = 7", "url"), ("url = \"https://example.com\"\nsekret = \"A\"", "sekret")]
    {
        let wrong =
            Project::new().plugin("webhook", &plugin("webhook"), &format!("{signals}\n[plugin.settings]\n{settings}"));
        let done = run(&wrong, &["alembic", "--version"]).run();
        done.stderr_has(&["webhook", named]).output_lacks(&["panicked"]);
    }
}

#[test]
fn a_large_event_is_posted_whole() {
    let receiver = Receiver::start();
    let noise = "i=0; while [ $i -lt 90 ]; do printf '%01000d ä\\n' $i; printf '%01000d ö\\n' $i >&2; i=$((i+1)); done";
    let project = Project::new();
    let alembic = crate::support::script(&project, "noisy", noise);
    let origin = receiver.origin();
    let granted = format!(
        "signals = [\"alembic_command_completed\"]\nallow.http = [\"{origin}\"]\nallow.secrets = [\"WEBHOOK_SECRET\"]\n\
         allow.private = true\n[plugin.settings]\nurl = \"{origin}\""
    );
    let project = project.alembic_command(&alembic).plugin("webhook", &plugin("webhook"), &granted);
    let done = exits(run(&project, &["migrate"]), 0);
    let requests = receiver.received();
    assert_eq!(requests.len(), 1, "{done}");
    // 64 KiB of each stream are kept, in whole lines.
    assert!(requests[0].body.len() > 125 * 1024, "{}", requests[0].body.len());
    assert_eq!(verified(&requests[0], KEY), "0");
}

#[test]
fn its_example_grants_what_it_asks_for() {
    // The one in its README; that it works with a receiver is shown above.
    let readme = include_str!("../../../plugins/webhook/README.md");
    let (_, example) = readme.split_once("```toml\n").expect("an example");
    let (example, _) = example.split_once("```").expect("its end");
    let source = format!("{:?}", plugin("webhook").display().to_string());
    let project = Project::new().config(&example.replace("\"builtin:webhook\"", &source));
    let done = run(&project, &["plugin", "list", "--json"]).exits(0);
    let list: Value = serde_json::from_str(&done.stdout).expect("JSON");
    assert_eq!(list["plugins"][0]["plugin"]["not_granted"], serde_json::json!([]));
    assert_eq!(list["plugins"][0]["plugin"]["not_asked"], serde_json::json!([]));
}
