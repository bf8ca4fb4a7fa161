//! HTTP of a plugin under test: refused, sent, recorded, and replayed.

use serde_json::{Value, json};

use super::{calls, report};
use crate::support::{Project, Receiver, Reply, component, plugin};

const SECRET: &str = "hunter2-and-more";

/// Runs one attack of the hostile handler on this URL, with `more` settings.
fn requesting(attack: &str, url: &str, more: &str) -> Project {
    let lines = format!("settings.attack = '{attack}'\nsettings.url = '{url}'\nsettings.name = 'TOKEN'\n{more}");
    Project::empty().plugin("caller", &component("hostile-handler"), &lines)
}

fn test<'a>(project: &'a Project, more: &[&str]) -> crate::support::Run<'a> {
    project.lback(&[&["plugin", "test", "caller", "--json"], more].concat())
}

fn requests(report: &Value) -> Vec<Value> {
    calls(report).iter().flat_map(|call| call["requests"].as_array().expect("a list").clone()).collect()
}

#[test]
fn a_request_without_a_grant_is_refused_and_shown() {
    let receiver = Receiver::start();
    for attack in ["http", "wasi-http"] {
        let project = requesting(attack, &format!("{}/x", receiver.origin()), "");
        let (report, _) = report(test(&project, &[]), 0);
        let found = requests(&report);
        assert_eq!(found[0]["outcome"], "refused", "{report:#}");
        assert_eq!(found[0]["url"], format!("{}/x", receiver.origin()));
        assert!(found[0]["reason"].as_str().expect("a reason").contains("are not granted"));
        // Granted, but at an address of its own machine.
        let (report, _) = self::report(test(&project, &["--allow-http"]), 0);
        assert!(requests(&report)[0]["reason"].as_str().expect("a reason").contains("loopback"), "{report:#}");
    }
    assert!(receiver.received().is_empty());
}

#[test]
fn recorded_requests_are_replayed_without_a_network() {
    for attack in ["http", "wasi-http"] {
        let receiver = Receiver::answering(|request, _| Reply {
            body: format!(r#"{{"path":"{}","token":"{SECRET}"}}"#, request.url).into_bytes(),
            ..Reply::status(201).header("x-answer", "yes")
        });
        let project = requesting(attack, &format!("{}/x", receiver.origin()), "");
        let grants = ["--allow-http", "--allow-private", "--record", "tape.json", "--secret", "TOKEN"];
        let (recorded, done) = report(test(&project, &grants).env("TOKEN", SECRET), 0);
        done.stderr_has(&["recorded 2 exchanges in `tape.json`"]).output_lacks(&[SECRET]);
        assert_eq!(receiver.received().len(), 2, "one for each sample of the signal");
        drop(receiver);

        let tape = std::fs::read_to_string(project.path("tape.json")).expect("a recording");
        assert!(!tape.contains(SECRET) && tape.contains("[secret TOKEN]") && tape.contains("x-answer"), "{tape}");
        // The server is gone, and nothing is granted but by the recording.
        let (replayed, done) = report(test(&project, &["--replay", "tape.json", "--secret", "TOKEN=other-other"]), 0);
        assert_eq!(requests(&replayed), requests(&recorded), "{done}");
        assert_eq!(requests(&replayed)[0]["status"], 201);
        for call in calls(&replayed) {
            let said = call["logs"][0]["message"].as_str().expect("a report");
            assert!(said.contains("201") && said.contains("/x"), "{said}");
        }
    }
}

#[test]
fn a_request_that_is_not_in_the_recording_is_an_error_that_shows_the_nearest() {
    for attack in ["http", "wasi-http"] {
        let receiver = Receiver::start();
        let url = format!("{}/x", receiver.origin());
        let project = requesting(attack, &url, "");
        test(&project, &["--allow-http", "--allow-private", "--record", "tape.json"]).exits(0);
        let other = format!("settings.url={}/y", receiver.origin());
        let other = other.trim_start_matches("settings.");
        let (report, done) = report(test(&project, &["--replay", "tape.json", "--set", other]), 1);
        for request in requests(&report) {
            assert_eq!(request["outcome"], "unexpected", "{report:#}");
            let nearest = format!("the nearest in the recording is GET {url}");
            assert!(request["reason"].as_str().expect("a reason").starts_with(&nearest), "{request}");
        }
        done.stderr_has(&["note: 2 exchanges of the recording were not asked for"]);
        assert_eq!(receiver.received().len(), 2, "only while it was recorded");
    }
}

#[test]
fn a_server_that_is_down_can_be_recorded_too() {
    let origin = Receiver::start().origin();
    let project = requesting("http", &format!("{origin}/x"), "");
    let (recorded, _) = report(test(&project, &["--allow-http", "--allow-private", "--record", "tape.json"]), 0);
    assert_eq!(requests(&recorded)[0]["outcome"], "failed");
    let (replayed, _) = report(test(&project, &["--replay", "tape.json"]), 0);
    assert_eq!(requests(&replayed), requests(&recorded));
}

#[test]
fn an_origin_that_the_plugin_does_not_ask_for_is_refused_under_a_recording_as_well() {
    let lines = "settings.attack = 'http'\nsettings.unasked-url = 'https://b.example/y'";
    let tape = r#"{"format":1,"exchanges":[{"request":{"method":"GET","url":"https://b.example/y"},"response":{"status":200}}]}"#;
    let project = Project::empty().plugin("caller", &component("hostile-handler"), lines).file("tape.json", tape);
    let (report, _) = report(test(&project, &["--replay", "tape.json"]), 0);
    assert_eq!(requests(&report)[0]["outcome"], "refused", "{report:#}");
}

#[test]
fn slack_is_tested_against_a_recording_that_a_person_wrote() {
    let path = plugin("slack").display().to_string();
    let project = Project::empty();
    let secret = "SLACK_WEBHOOK_URL=https://hooks.slack.com/services/T0/B0/s3cr3tpath";
    project.write("tape.json", r#"{"format":1,"exchanges":[]}"#);
    let run = ["plugin", "test", &path, "--json", "--replay", "tape.json", "--secret", secret];
    let (report, done) = report(project.lback(&run), 1);
    done.output_lacks(&["s3cr3tpath"]);
    let found = requests(&report);
    assert!(!found.is_empty());
    for request in found {
        assert_eq!(request["url"], "[secret SLACK_WEBHOOK_URL]");
        assert_eq!(request["reason"], "the recording is empty");
    }
}

#[test]
fn a_secret_is_shown_by_its_name_and_what_came_of_it() {
    for (more, outcome) in [
        (&[][..], "not_granted"),
        (&["--secret", "TOKEN"], "not_set"),
        (&["--secret", "TOKEN=hunter2-and-more"], "handed"),
    ] {
        let project = requesting("secret", "https://a.example/", "");
        let (report, done) = report(test(&project, more), 0);
        assert_eq!(calls(&report)[0]["secrets"], json!([{ "name": "TOKEN", "outcome": outcome }]), "{done}");
        done.output_lacks(&[SECRET]);
    }
}
