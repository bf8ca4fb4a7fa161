//! The questions about permissions on a terminal, and the effect of each answer.

use super::{entry, files, shop};
use crate::support::Project;

fn answer(project: &Project, answers: &str, args: &[&str]) -> (Option<i32>, String) {
    let run = project.lback(args).on_a_terminal(answers).env("LBACK_CACHE_DIR", project.path(".state/cache"));
    let done = run.run();
    assert_eq!(done.stderr, "", "{done}");
    (done.code(), done.stdout)
}

const INSTALL: [&str; 3] = ["plugin", "install", "plugins/slack.wasm"];

#[test]
fn each_permission_is_a_question() {
    for (answers, http, secret) in [("yy", true, true), ("yn", true, false), ("ny", false, true), ("nn", false, false)]
    {
        let project = shop();
        let (code, shown) = answer(&project, answers, &INSTALL);
        assert_eq!(code, Some(0), "{shown}");
        assert!(shown.contains("Grant `slack` requests to https://hooks.slack.com?"), "{shown}");
        assert!(shown.contains("Grant `slack` the secret SLACK_WEBHOOK_URL?"), "{shown}");
        let plugin = entry(&files(&project).0, "slack").to_string();
        assert_eq!((plugin.contains("hooks.slack.com"), plugin.contains("WEBHOOK_URL")), (http, secret), "{plugin}");
    }
}

#[test]
fn a_question_that_is_interrupted_changes_nothing() {
    let project = shop();
    let before = files(&project);
    let (code, shown) = answer(&project, "y\u{3}", &INSTALL);
    assert_eq!(code, Some(130), "{shown}");
    assert!(shown.contains("interrupted; nothing was changed"), "{shown}");
    assert_eq!(files(&project), before);
}

#[test]
fn no_question_about_permissions_that_an_option_grants() {
    let project = shop();
    let (code, shown) = answer(&project, "", &[&INSTALL[..], &["--accept-permissions"]].concat());
    assert_eq!(code, Some(0), "{shown}");
    assert!(!shown.contains("[y/n]"), "{shown}");
}
