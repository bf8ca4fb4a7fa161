//! Many runs on one journal.

use std::collections::BTreeMap;

use super::looking::{deliveries, heard, logged, recorded, runs};
use super::outage::Slack;
use crate::support::Project;

const RUNS: usize = 10;

#[test]
fn concurrent_runs_journal_and_deliver_everything() {
    let project = recorded(Project::new(), "rec", "");
    let started: Vec<_> = (0..RUNS).map(|_| logged(&project, &["history"]).start()).collect();
    let mut times_heard = BTreeMap::new();
    for run in started {
        let done = run.wait().exits(0).output_lacks(&["warning: "]);
        for (_, id) in heard(&done, "rec") {
            *times_heard.entry(id).or_insert(0) += 1;
        }
    }
    let told = deliveries(&project, "rec");
    assert_eq!(told.len(), RUNS * 4);
    assert!(told.iter().all(|(id, state)| state == "done" && times_heard[id] == 1), "{told:?} {times_heard:?}");
    assert!(runs(&project).iter().all(|run| run["run"]["outcome"] == "completed"));
}

#[test]
fn a_message_is_never_delivered_twice_at_the_same_time() {
    let slack = Slack::down();
    let project = slack.project(Project::new());
    for target in ["one", "two", "three"] {
        slack.run(&project, &["migrate", target]).exits(0);
    }
    let before = slack.posted(0).len();
    slack.comes_up();
    let mut both: Vec<_> = (0..2).map(|_| slack.run(&project, &["log", "redeliver"]).start()).collect();
    both.extend((0..4).map(|_| slack.run(&project, &["history"]).start()));
    for one in both {
        // A delivery by another run isn't complete yet.
        assert!([Some(0), Some(69)].contains(&one.wait().code()));
    }
    assert_eq!(slack.posted(before), ["upgrade one", "upgrade two", "upgrade three"]);
}
