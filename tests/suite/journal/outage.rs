//! A receiver that is down and recovers: missed messages are delivered in order under the same ids.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use super::looking::{BEFORE, deliveries, heard, ids, json, logged, recorded, replaced, waiting};
use crate::support::{Project, Receiver, Reply, Run, plugin};

/// A stand-in for Slack that accepts messages while it is up.
pub(super) struct Slack {
    pub(super) receiver: Receiver,
    up: Arc<AtomicBool>,
}

impl Slack {
    pub(super) fn down() -> Self {
        let up = Arc::new(AtomicBool::new(false));
        let is_up = Arc::clone(&up);
        // The plugin accepts this answer, and doesn't retry.
        let answer = move |_: &_, _| Reply::status(if is_up.load(Ordering::SeqCst) { 200 } else { 404 });
        Self { receiver: Receiver::answering(answer), up }
    }

    pub(super) fn comes_up(&self) {
        self.up.store(true, Ordering::SeqCst);
    }

    pub(super) fn project(&self, project: Project) -> Project {
        let origin = self.receiver.origin();
        let granted = format!(
            "allow.http = [\"{origin}\"]\nallow.secrets = [\"SLACK_WEBHOOK_URL\"]\nallow.private = true\n\
             [plugin.settings]\norigin = \"{origin}\""
        );
        project.plugin("slack", &plugin("slack"), &granted)
    }

    pub(super) fn run<'a>(&self, project: &'a Project, typed: &[&str]) -> Run<'a> {
        project
            .lback(typed)
            .env("SLACK_WEBHOOK_URL", format!("{}/services/s3cr3t", self.receiver.origin()))
            .env("LBACK_ENVIRONMENT", "staging")
    }

    /// Returns the targets that the messages after the first `since` ones name.
    pub(super) fn posted(&self, since: usize) -> Vec<&'static str> {
        let about = |body: String| {
            let targets = ["upgrade one", "upgrade two", "upgrade three", "downgrade -1"];
            targets.into_iter().find(|target| body.contains(&format!("alembic {target}"))).unwrap_or("something else")
        };
        self.receiver.received().into_iter().skip(since).map(|request| about(request.body)).collect()
    }
}

const AGAIN: &str = "Slack answered 404: ok; the next run or `lback log redeliver` sends the signal again";

#[test]
fn the_next_run_delivers_missed_messages_first() {
    let slack = Slack::down();
    let project = slack.project(Project::new());
    slack.run(&project, &["migrate", "one"]).exits(0).stderr_has(&["failed at alembic_command_completed: ", AGAIN]);
    slack
        .run(&project, &["migrate", "two"])
        .exits(0)
        .stderr_has(&["failed again at alembic_command_completed of ", AGAIN]);
    assert_eq!(slack.posted(0), ["upgrade one", "upgrade one", "upgrade two"]);
    assert_eq!(waiting(&project), [("slack".to_owned(), 2, 0)]);
    let done = project.lback(&["log"]).exits(0);
    done.stderr_has(&[
        "note: 2 messages for `slack` not delivered yet (",
        "the next run or `lback log redeliver` tries again",
    ]);

    slack.comes_up();
    let done = slack.run(&project, &["migrate", "three"]).exits(0);
    done.output_lacks(&["warning: "]);
    assert_eq!(slack.posted(3), ["upgrade one", "upgrade two", "upgrade three"]);
    assert!(waiting(&project).is_empty());
    // Delivered messages aren't delivered again.
    slack.run(&project, &["history"]).exits(0);
    assert_eq!(slack.posted(6), [""; 0]);
}

#[test]
fn redeliver_delivers_at_once() {
    let slack = Slack::down();
    let project = slack.project(Project::new());
    slack.run(&project, &["migrate", "one"]).exits(0);
    slack.run(&project, &["rollback"]).exits(0);
    let failed = slack.run(&project, &["log", "redeliver"]).exits(69);
    failed.stderr_has(&["warning: the plugin `slack` did not receive every message: it returned an error: ", "404"]);
    let before = slack.posted(0).len();

    slack.comes_up();
    let done = slack.run(&project, &["log", "redeliver", "--plugin", "slack"]).exits(0);
    let cells = |line: &str| line.split_whitespace().collect::<Vec<_>>().join(" ");
    assert_eq!(
        done.stdout.lines().map(cells).collect::<Vec<_>>(),
        ["PLUGIN DELIVERED STILL WAITING PARKED", "slack 2 0 0"]
    );
    assert_eq!(slack.posted(before), ["upgrade one", "downgrade -1"]);
    slack.run(&project, &["log", "redeliver"]).exits(0).stderr_has(&["note: no events are waiting for handlers"]);
    assert!(!std::fs::read_dir(project.path(".state/journal.sqlite3.running")).expect("a folder").any(|_| true));
}

#[test]
fn a_receiver_that_is_still_down_is_not_hammered() {
    let slack = Slack::down();
    let project = slack.project(Project::new());
    for target in ["one", "two", "three"] {
        slack.run(&project, &["migrate", target]).exits(0);
    }
    let before = slack.posted(0).len();
    let done = slack.run(&project, &["rollback"]).exits(0).stderr_has(&["(2 more messages wait behind it)"]);
    assert_eq!(slack.posted(before), ["upgrade one", "downgrade -1"], "{done}");
}

#[test]
fn every_message_has_the_same_id_each_time() {
    let fails = "[plugin.settings]\nfail-handler = [\"alembic_command_started\", \"alembic_command_completed\"]";
    let project = recorded(Project::new(), "rec", fails);
    let first = heard(&logged(&project, &["migrate"]).exits(0), "rec");
    assert_eq!(first.len(), 4);
    let project = replaced(project, fails, "");
    let second = heard(&logged(&project, &["history"]).exits(0), "rec");
    let signals: Vec<_> = second.iter().map(|(signal, _)| signal.as_str()).collect();
    let missed = ["alembic_command_started", "alembic_command_completed"];
    let own = ["migration_commands_initialized", "migration_history_command", missed[0], missed[1]];
    assert_eq!(signals, [&missed[..], &own].concat());
    assert_eq!(second[..2], first[2..], "the ids of the first run");
    assert!(ids(&second[2..]).is_disjoint(&ids(&first)));
}

#[test]
fn each_handler_has_a_backlog_of_its_own() {
    let fails = "[plugin.settings]\nfail-handler = [\"alembic_command_started\"]";
    let project = recorded(recorded(Project::new(), "well", ""), "ill", fails);
    logged(&project, &["migrate"]).exits(0);
    let project = replaced(project, fails, "");
    let done = logged(&project, &["migrate"]).exits(0);
    assert_eq!((heard(&done, "well").len(), heard(&done, "ill").len()), (4, 5));
    assert!(deliveries(&project, "ill").iter().all(|(_, state)| state == "done"));
}

#[test]
fn the_next_run_delivers_what_the_end_of_a_run_cut_off() {
    let slow = "timeout = \"10m\"\nsignals = [\"alembic_command_started\", \"alembic_command_completed\"]\n\
                [plugin.settings]\nsleep-ms = 600000";
    let project = recorded(Project::new().config("[dispatch]\nhandler-grace = \"300ms\""), "slow", slow);
    let done = logged(&project, &["migrate"]).exits(0);
    done.stderr_has(&[
        "the handler `slow` did not finish within 300ms after the end of the run and was stopped; the next run or",
    ]);
    let project = replaced(project, "sleep-ms = 600000", "");
    let done = logged(&project, &["log", "redeliver"]).exits(0);
    let signals: Vec<_> = heard(&done, "slow").into_iter().map(|(signal, _)| signal).collect();
    assert_eq!(signals, ["alembic_command_started", "alembic_command_completed"]);
}

#[test]
fn undelivered_messages_of_a_denied_run_are_kept() {
    let fails = "[plugin.settings]\nfail-handler = [\"alembic_command_failed\"]";
    let deny = format!("[plugin.settings]\ndeny = [\"{}\"]", BEFORE[2]);
    let project = recorded(Project::new(), "rec", fails);
    let project = project.plugin("policy", &crate::support::component("record-policy"), &deny);
    logged(&project, &["migrate"]).exits(77);
    let project = replaced(project, fails, "");
    let done = logged(&project, &["log", "redeliver"]).exits(0);
    assert_eq!(heard(&done, "rec")[0].0, "alembic_command_failed");
}

#[test]
fn messages_for_a_handler_that_was_removed_wait_and_are_named() {
    let fails = "[plugin.settings]\nfail-handler = [\"alembic_command_started\"]";
    let project = recorded(Project::new(), "rec", fails);
    project.lback(&["migrate"]).exits(0);
    let project = replaced(project, "name = \"rec\"", "name = \"other\"");
    project.lback(&["migrate"]).exits(0);
    project.lback(&["log"]).exits(0).stderr_has(&["1 message for `rec`, which `lback.toml` no longer lists"]);
    let list = json(&project, &["log", "--json"]);
    let row = list["waiting"].as_array().expect("a list").iter().find(|row| row["plugin"] == "rec").expect("a row");
    assert_eq!(row["listed"], false);
    // It is delivered once the receiver is back.
    let project = replaced(project, "name = \"other\"", "name = \"rec\"");
    let project = replaced(project, fails, "");
    let done = logged(&project, &["history"]).exits(0);
    assert_eq!(heard(&done, "rec")[0].0, "alembic_command_started");
}
