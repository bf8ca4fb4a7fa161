//! `lback plugin install SOURCE`.

use super::{CONFIG, entry, files, listed, shop};
use crate::support::{Project, assert_run, assert_text, component, sha256};

const INSTALL: [&str; 2] = ["plugin", "install"];

fn with<'a>(more: &[&'a str]) -> Vec<&'a str> {
    [&INSTALL[..], more].concat()
}

#[test]
fn a_plugin_is_listed_and_locked_and_what_was_there_stays() {
    let project = shop();
    let done = project.lback(&with(&["plugins/guard.wasm", "--set", "protect=[\"production\"]"])).exits(0);
    assert_run!("install", done);
    let (config, lock) = files(&project);
    assert_eq!(
        config,
        format!(
            "{CONFIG}\n[[plugin]]\nname = \"guard\"\nsource = \"plugins/guard.wasm\"\n\n[plugin.settings]\nprotect = [\"production\"]\n"
        ),
        "{done}"
    );
    let locked = entry(&lock, "guard");
    let digest = sha256(&project.path("plugins/guard.wasm")).expect("a digest");
    for (key, value) in [
        ("source", "plugins/guard.wasm"),
        ("version", "0.1.0"),
        ("sha256", digest.as_str()),
        ("package", "lback:plugin@1.0.0"),
    ] {
        assert_eq!(locked[key].as_str(), Some(value), "{lock}");
    }
    assert!(lock.contains("lback:plugin/policy@1.0.0") && lock.contains("alembic_command_started"), "{lock}");
    assert!(!lock.contains('\r') && lock.ends_with('\n'), "{lock:?}");
    project.lback(&["plugin", "list"]).exits(0);
}

#[test]
fn permissions_are_granted_only_when_accepted() {
    let project = shop();
    let before = project.files();
    let done = project.lback(&with(&["plugins/slack.wasm"])).exits(77);
    assert_run!("install-without-permissions", done);
    assert!(project.files() == before, "{done}");

    let some = ["plugins/slack.wasm", "--allow-http", "https://hooks.slack.com"];
    let done = project.lback(&with(&some)).exits(77);
    assert_run!("install-with-one-of-two-permissions", done);
    assert!(project.files() == before, "{done}");
    let grants = |more: &[&str]| {
        let project = shop();
        project.lback(&with(&[&["plugins/slack.wasm"], more].concat())).exits(0);
        entry(&files(&project).0, "slack").get("allow").map(ToString::to_string).unwrap_or_default()
    };
    let all = grants(&["--accept-permissions"]);
    assert!(all.contains("https://hooks.slack.com") && all.contains("SLACK_WEBHOOK_URL"), "{all}");
    assert!(!all.contains("private"), "{all}");
    assert_eq!(
        grants(&["--allow-http", "https://hooks.slack.com", "--allow-secret", "SLACK_WEBHOOK_URL"]),
        all,
        "the flags of the hint are enough"
    );
    let half = grants(&["--allow-http", "https://hooks.slack.com", "--deny-others"]);
    assert!(half.contains("https://hooks.slack.com") && !half.contains("SLACK_WEBHOOK_URL"), "{half}");
    assert_eq!(grants(&["--deny-others"]), "");
}

#[test]
fn requested_permissions_follow_from_settings() {
    let project = shop();
    let install = with(&["plugins/metrics.wasm", "--set", "pushgateway=http://127.0.0.1:9091"]);
    project.lback(&install).exits(77).stderr_has(&["add `--allow-http http://127.0.0.1:9091 --allow-private`"]);
    project.lback(&[&install[..], &["--accept-permissions"]].concat()).exits(0);
    let allow = entry(&files(&project).0, "metrics")["allow"].to_string();
    assert!(allow.contains("http://127.0.0.1:9091") && allow.contains("private = true"), "{allow}");
}

#[test]
fn settings_against_the_schema_change_nothing() {
    let project = shop();
    let before = project.files();
    let refused = ["protekt=[]", "protect=production", "protect"].map(|set| {
        let done = project.lback(&with(&["plugins/guard.wasm", "--set", set])).exits(64);
        assert!(project.files() == before, "{done}");
        done.transcript()
    });
    assert_text!("install-with-wrong-settings", refused.concat());
}

#[test]
fn invalid_sources_change_nothing() {
    let project = shop().file("text.wasm", "text");
    let before = project.files();
    let wrong_world = component("wrong-world").display().to_string();
    let newer = component("newer-package").display().to_string();
    let refused = [
        ("text.wasm", 65),
        ("nowhere.wasm", 65),
        (wrong_world.as_str(), 65),
        (newer.as_str(), 65),
        ("http://example.com/guard.wasm", 64),
        ("oci://guard:1", 64),
        ("ftp://example.com/guard.wasm", 64),
    ]
    .map(|(source, code)| {
        let done = project.lback(&with(&[source])).exits(code);
        assert!(project.files() == before, "{done}");
        done.transcript()
    });
    assert_text!("install-of-invalid-sources", refused.concat());
    // The rest of the message is the system's.
    let unreachable = project.lback(&with(&["oci://127.0.0.1:1/team/guard:1"])).exits(69);
    unreachable.stderr_has(&["error: ", "cannot reach"]);
    assert!(project.files() == before);
    project.lback(&with(&["oci://127.0.0.1:1/team/guard:1", "--offline"])).exits(69).stderr_has(&["works offline"]);
    assert!(project.files() == before);
}

#[test]
fn a_path_is_relative_to_the_current_folder_and_written_for_the_project() {
    let project = shop();
    project.lback(&with(&["../plugins/guard.wasm"])).in_folder("src").exits(0);
    let outside = component("record-handler").display().to_string();
    project.lback(&with(&[&outside, "--name", "ear"])).exits(0);
    let (config, lock) = files(&project);
    for text in [&config, &lock] {
        assert_eq!(entry(text, "guard")["source"].as_str(), Some("plugins/guard.wasm"));
        assert!(entry(text, "ear")["source"].as_str().is_some_and(|source| source.starts_with('/')), "{text}");
    }
}

#[test]
fn a_name_is_unique() {
    let project = shop();
    project.lback(&with(&["plugins/guard.wasm"])).exits(0);
    let before = project.files();
    let again = project.lback(&with(&["plugins/guard.wasm"])).exits(0);
    assert!(project.files() == before, "{again}");
    let taken = project.lback(&with(&["plugins/record.wasm", "--name", "guard"])).exits(64);
    super::put(&project, "guard", &component("record-policy"));
    let changed = project.lback(&with(&["plugins/guard.wasm", "--name", "guard"])).exits(65);
    let transcripts = [again, taken, changed].map(|done| done.transcript()).concat();
    assert_text!("install-under-a-taken-name", transcripts);
    assert_eq!(listed(&project).0, ["guard"]);
}

#[test]
fn installing_requires_a_project() {
    let source = component("record-handler").display().to_string();
    assert_run!("install-without-a-project", Project::empty().lback(&with(&[&source])).exits(78));
}

#[test]
fn permissions_that_are_not_requested_cannot_be_granted() {
    let project = shop();
    let more = ["plugins/slack.wasm", "--allow-secret", "DATABASE_URL", "--deny-others"];
    assert_run!("install-with-a-permission-that-is-not-requested", project.lback(&with(&more)).exits(64));
    project.lback(&with(&["plugins/slack.wasm", "--allow-http", "https://*.example.com"])).exits(64);
    assert_eq!(files(&project), (CONFIG.to_owned(), String::new()));
}
