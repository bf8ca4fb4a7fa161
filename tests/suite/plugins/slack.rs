//! slack: the messages that a webhook gets, and its failures.

use std::net::TcpListener;

use serde_json::Value;

use crate::support::{Done, Project, Receiver, Reply, Request, Run, plugin, script};

/// The path of the webhook, which is a secret: everyone who knows it can post.
const PATH: &str = "/services/T0/B0/s3cr3tpath";

/// A project that reports to this origin; `settings` are more lines of the plugin's.
fn reporting(project: Project, origin: &str, settings: &str) -> Project {
    let granted = format!(
        "timeout = \"45s\"\nallow.http = [\"{origin}\"]\nallow.secrets = [\"SLACK_WEBHOOK_URL\"]\nallow.private = true\n\
         [plugin.settings]\norigin = \"{origin}\"\n{settings}"
    );
    project.plugin("slack", &plugin("slack"), &granted)
}

/// A run that logs everything, with the webhook's path as the secret.
fn run<'a>(project: &'a Project, origin: &str, args: &[&str]) -> Run<'a> {
    project
        .lback(args)
        .env("LBACK_LOG", "trace")
        .env("LBACK_ENVIRONMENT", "staging")
        .env("SLACK_WEBHOOK_URL", format!("{origin}{PATH}"))
}

#[track_caller]
fn exits(run: Run<'_>, code: i32) -> Done {
    run.exits(code).output_lacks(&["s3cr3tpath"])
}

/// Returns every text that a message shows.
fn texts(message: &Value) -> Vec<&str> {
    match message {
        Value::Array(items) => items.iter().flat_map(texts).collect(),
        Value::Object(object) => {
            let own = object.get("text").and_then(Value::as_str);
            own.into_iter().chain(object.values().flat_map(texts)).collect()
        }
        _ => Vec::new(),
    }
}

#[track_caller]
fn message(request: &Request) -> Value {
    assert_eq!((request.method.as_str(), request.url.as_str()), ("POST", PATH));
    let json =
        request.headers.iter().any(|(name, value)| name == "content-type" && value.starts_with("application/json"));
    assert!(json, "{request:?}");
    assert!(!request.body.contains("s3cr3tpath"), "{request:?}");
    serde_json::from_str(&request.body).expect("JSON")
}

#[track_caller]
fn assert_shows(message: &Value, expected: &[&str]) {
    let shown = texts(message).join("\n");
    for text in expected {
        assert!(shown.contains(text), "{text:?} is missing in {message:#}");
    }
}

#[test]
fn changes_failures_and_denials_are_posted() {
    let receiver = Receiver::start();
    let origin = receiver.origin();
    let project = reporting(
        Project::new().plugin("guard", &plugin("guard"), "[plugin.settings]\nprotect = [\"production\"]"),
        &origin,
        "title = \"Shop <a&b>\"\nmention = { denied = \"<!here>\" }",
    );
    let job = [
        ("GITHUB_ACTIONS", "true"),
        ("GITHUB_SERVER_URL", "https://ci.example.com"),
        ("GITHUB_REPOSITORY", "shop/db"),
        ("GITHUB_RUN_ID", "7"),
    ];
    let completed =
        job.into_iter().fold(run(&project, &origin, &["migrate"]), |run, (name, value)| run.env(name, value));
    exits(completed.env("GITHUB_ACTOR", "ana"), 0);
    exits(run(&project, &origin, &["history"]), 0);
    exits(run(&project, &origin, &["migrate", "no<such>&revision"]), 255);
    exits(run(&project, &origin, &["--environment", "production", "rollback"]), 77);

    let requests = receiver.received();
    assert_eq!(requests.len(), 3, "`history` changes nothing, so no message is sent: {requests:#?}");
    let [completed, failed, denied] = [0, 1, 2].map(|index| message(&requests[index]));

    assert_shows(
        &completed,
        &[
            "Shop",
            "upgrade completed",
            "`alembic upgrade head`",
            "*staging*",
            "shop",
            "ana",
            "https://ci.example.com/shop/db/actions/runs/7",
        ],
    );
    assert_shows(&failed, &["upgrade failed", "no&lt;such&gt;&amp;revision", "Can't locate revision", "255", "tester"]);
    assert_shows(
        &denied,
        &[
            "downgrade denied",
            "<!here>",
            "*production*",
            "guard",
            "downgrade-in-protected-environment",
            "is not allowed",
            "roll forward instead",
        ],
    );
    // A header is plain text; everything else is Slack's markup, where an unescaped `<` would be a
    // mention.
    for message in [&completed, &failed, &denied] {
        let header = message["blocks"]
            .as_array()
            .expect("blocks")
            .iter()
            .find(|block| block["type"] == "header")
            .expect("a header");
        assert_eq!(header["text"]["type"], "plain_text");
        let markup = texts(message).iter().filter(|text| text.contains("<such>") || text.contains("<a&b>")).count();
        let headers =
            texts(message).iter().filter(|text| **text == header["text"]["text"].as_str().expect("a text")).count();
        assert!(markup <= headers, "{message:#}");
    }
}

#[test]
fn without_its_secret_it_is_left_out() {
    const NOTE: &str = "note: the handler `slack` is not notified: `SLACK_WEBHOOK_URL` is not set\n";
    let receiver = Receiver::start();
    let origin = receiver.origin();
    let project = reporting(Project::new(), &origin, "");
    let unset = |words: &[&str]| project.lback(words);
    for words in [&["migrate"][..], &["rollback"], &["migrate"]] {
        let done = unset(words).exits(0).output_lacks(&["warning:"]);
        assert_eq!(done.stderr.matches(NOTE).count(), 1, "{done}");
        assert!(done.stderr.starts_with(NOTE), "{done}");
    }
    for words in [&["history"][..], &["current"], &["plan"], &["status"], &["migrate", "--sql"]] {
        unset(words).exits(0).output_lacks(&["SLACK_WEBHOOK_URL"]);
    }
    // As GitHub sets the secrets that a fork doesn't get.
    unset(&["migrate"]).env("SLACK_WEBHOOK_URL", "").exits(0).stderr_has(&[NOTE]);
    unset(&["log"]).exits(0).output_lacks(&["waiting", "undelivered"]);
    // Nothing is sent later.
    exits(run(&project, &origin, &["rollback"]), 0);
    let requests = receiver.received();
    assert_eq!(requests.len(), 1, "{requests:#?}");
    assert_shows(&message(&requests[0]), &["downgrade completed"]);
}

#[test]
fn a_run_that_depends_on_it_does_not_go_on_without_its_secret() {
    let receiver = Receiver::start();
    let origin = receiver.origin();
    let granted = format!(
        "on-error = \"block\"\nallow.http = [\"{origin}\"]\nallow.secrets = [\"SLACK_WEBHOOK_URL\"]\n\
         allow.private = true\n[plugin.settings]\norigin = \"{origin}\"\non = [\"started\"]"
    );
    let project = Project::new().plugin("slack", &plugin("slack"), &granted);
    project.lback(&["migrate"]).exits(77).stderr_has(&["slack", "SLACK_WEBHOOK_URL"]);
    assert_eq!(project.revision_of_database(), None);
    // A file that can't be read is a mistake, and no absence.
    let project = reporting(Project::new(), &origin, "");
    let done = project.lback(&["migrate"]).env("SLACK_WEBHOOK_URL_FILE", "gone").exits(0);
    done.stderr_has(&["the secret `SLACK_WEBHOOK_URL` counts as not set", "the plugin `slack` failed"]);
}

#[test]
fn a_webhook_that_asks_for_patience_gets_it() {
    let receiver = Receiver::answering(|_, before| match before {
        0 => Reply::status(429).header("retry-after", "1"),
        _ => Reply::status(200),
    });
    let project = reporting(Project::new(), &receiver.origin(), "");
    let done = exits(run(&project, &receiver.origin(), &["migrate", "one"]), 0);
    let requests = receiver.received();
    assert_eq!(requests.len(), 2, "{done}");
    assert_eq!(requests[0].body, requests[1].body);
    assert!(!done.stderr.contains("the plugin `slack` failed"), "{done}");
}

#[test]
fn a_webhook_that_breaks_is_tried_three_times_and_changes_nothing() {
    let receiver = Receiver::answering(|_, _| Reply::status(500));
    let project = reporting(Project::new(), &receiver.origin(), "");
    let done = exits(run(&project, &receiver.origin(), &["migrate", "one"]), 0);
    done.stderr_has(&["warning: the plugin `slack` failed at alembic_command_completed: ", "Slack answered 500"]);
    assert_eq!(receiver.received().len(), 3);
    assert_eq!(project.revision_of_database().as_deref(), Some("one"));
}

#[test]
fn a_webhook_that_refuses_is_not_asked_again() {
    let receiver = Receiver::answering(|_, _| Reply { body: b"no_service".to_vec(), ..Reply::status(404) });
    let project = reporting(Project::new(), &receiver.origin(), "");
    exits(run(&project, &receiver.origin(), &["migrate", "one"]), 0).stderr_has(&["Slack answered 404: no_service"]);
    assert_eq!(receiver.received().len(), 1);
}

#[test]
fn an_unreachable_address_is_a_warning() {
    let free = TcpListener::bind("127.0.0.1:0").expect("a port").local_addr().expect("an address");
    let origin = format!("http://{free}");
    let project = reporting(Project::new(), &origin, "");
    let done = exits(run(&project, &origin, &["migrate", "no_such_revision"]), 255);
    done.stderr_has(&["warning: the plugin `slack` failed at alembic_command_failed: "]);
}

#[test]
fn a_secret_that_is_not_granted_is_named() {
    let receiver = Receiver::start();
    let origin = receiver.origin();
    let settings =
        format!("allow.http = [\"{origin}\"]\nallow.private = true\n[plugin.settings]\norigin = \"{origin}\"");
    let not_granted = Project::new().plugin("slack", &plugin("slack"), &settings);
    exits(run(&not_granted, &origin, &["migrate", "one"]), 0)
        .stderr_has(&["warning: the plugin `slack` failed", "`SLACK_WEBHOOK_URL`"]);
    assert!(receiver.received().is_empty());
}

#[test]
fn an_address_elsewhere_gets_nothing() {
    let (granted, elsewhere) = (Receiver::start(), Receiver::start());
    let project = reporting(Project::new(), &granted.origin(), "");
    exits(run(&project, &elsewhere.origin(), &["migrate", "one"]), 0)
        .stderr_has(&["warning: the plugin `slack` failed"]);
    assert!(granted.received().is_empty() && elsewhere.received().is_empty());
}

#[test]
fn output_without_end_is_cut_to_slacks_limits() {
    let receiver = Receiver::start();
    let origin = receiver.origin();
    let project = Project::new();
    let noise = "i=0; while [ $i -lt 400 ]; do printf '%01000d <&> `````\\n' $i >&2; i=$((i+1)); done; echo 'the last word' >&2; exit 3";
    let alembic = script(&project, "noisy", noise);
    let project = reporting(project.alembic_command(&alembic), &origin, "");
    exits(run(&project, &origin, &["migrate"]), 3);

    let requests = receiver.received();
    assert_eq!(requests.len(), 1);
    let message = message(&requests[0]);
    assert_shows(&message, &["upgrade failed", "the last word", "…"]);
    let blocks = message["blocks"].as_array().expect("blocks");
    assert!(blocks.len() <= 50);
    for block in blocks {
        let most = if block["type"] == "header" { 150 } else { 3000 };
        assert!(block["text"]["text"].as_str().unwrap_or_default().encode_utf16().count() <= most, "{block:#}");
        for field in block["fields"].as_array().into_iter().flatten() {
            assert!(field["text"].as_str().expect("a text").encode_utf16().count() <= 2000, "{block:#}");
        }
    }
    assert!(texts(&message).iter().all(|text| !text.contains("<&>")), "{message:#}");
}

/// Returns the time that a message tells.
fn told_time(message: &Value) -> String {
    let texts = texts(message);
    let origin = texts.iter().find(|text| text.contains(" · lback ")).expect("the sender");
    origin.split(" · ").next().expect("a time").to_owned()
}

#[test]
fn a_message_names_the_database_its_revisions_and_the_one_that_failed() {
    let receiver = Receiver::start();
    let broken = Project::new().revision("four", Some("three"), "raise ValueError('no')", "pass");
    let project = reporting(broken, &receiver.origin(), "");
    exits(run(&project, &receiver.origin(), &["migrate"]), 1);
    let failed = message(&receiver.received()[0]);
    assert_shows(&failed, &["test.db` (sqlite)", "• upgrade `one` make one", "✗ upgrade `four`", "cut off in `four`"]);
}

#[test]
fn a_message_that_is_late_tells_when_it_was() {
    let receiver = Receiver::answering(|_, before| Reply::status(if before < 3 { 500 } else { 200 }));
    let project = reporting(Project::new(), &receiver.origin(), "");
    exits(run(&project, &receiver.origin(), &["migrate"]), 0);
    exits(run(&project, &receiver.origin(), &["log", "redeliver"]), 0);
    let requests = receiver.received();
    let [first, late] = [requests.first(), requests.last()].map(|request| message(request.expect("a request")));
    assert_eq!(requests.len(), 4);
    assert!(told_time(&first).ends_with(" UTC"), "{first:#}");
    assert_eq!(told_time(&first), told_time(&late));
}
