//! What a person is asked on a terminal, and what becomes of each answer.

use std::process::{Command, Stdio};

use super::{entry, files, shop};
use crate::support::{ANSWERING, Project, python};

fn answer(project: &Project, answers: &str, args: &[&str]) -> (Option<i32>, String) {
    let output = Command::new(python())
        .args(["-c", ANSWERING, answers, "", env!("CARGO_BIN_EXE_lback")])
        .args(args)
        .current_dir(project.root())
        .env_clear()
        .envs([("PATH", "/usr/bin:/bin"), ("TERM", "xterm")])
        .env("LBACK_CACHE_DIR", project.path(".state/cache"))
        .env("LBACK_STATE_DIR", project.path(".state"))
        .env("LBACK_DATA_DIR", project.path(".state/data"))
        .stdin(Stdio::null())
        .output()
        .expect("python");
    assert!(output.stderr.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
    (output.status.code(), String::from_utf8_lossy(&output.stdout).into_owned())
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
fn what_was_granted_by_an_option_is_not_asked() {
    let project = shop();
    let (code, shown) = answer(&project, "", &[&INSTALL[..], &["--accept-permissions"]].concat());
    assert_eq!(code, Some(0), "{shown}");
    assert!(!shown.contains("[y/n]"), "{shown}");
}
