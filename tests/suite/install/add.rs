//! `lback plugin install SOURCE`.

use super::{CONFIG, entry, files, listed, shop};
use crate::support::{Project, component, sha256};

const INSTALL: [&str; 2] = ["plugin", "install"];

fn with<'a>(more: &[&'a str]) -> Vec<&'a str> {
    [&INSTALL[..], more].concat()
}

#[test]
fn a_plugin_is_listed_and_locked_and_what_was_there_stays() {
    let project = shop();
    let done = project.lback(&with(&["plugins/guard.wasm", "--set", "protect=[\"production\"]"])).exits(0);
    assert_eq!(done.stdout, "");
    let done = done.says(&["guard 0.1.0: protects environments", "asks for no permissions", "installed `guard` 0.1.0"]);
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
fn nothing_is_granted_that_nobody_accepted() {
    let project = shop();
    let before = project.files();
    let done = project.lback(&with(&["plugins/slack.wasm"])).exits(77).says(&[
        "error: `slack` asks for what it is not granted, and nothing was changed:\n  requests to https://hooks.slack.com\n  the secret SLACK_WEBHOOK_URL\n",
        "hint: to grant it, add `--allow-http https://hooks.slack.com --allow-secret SLACK_WEBHOOK_URL`",
    ]);
    assert!(project.files() == before, "{done}");

    let some = ["plugins/slack.wasm", "--allow-http", "https://hooks.slack.com"];
    let done = project.lback(&with(&some)).exits(77).says(&["add `--allow-secret SLACK_WEBHOOK_URL`"]);
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
fn what_it_asks_for_follows_from_its_settings() {
    let project = shop();
    let install = with(&["plugins/metrics.wasm", "--set", "pushgateway=http://127.0.0.1:9091"]);
    project.lback(&install).exits(77).says(&["add `--allow-http http://127.0.0.1:9091 --allow-private`"]);
    project.lback(&[&install[..], &["--accept-permissions"]].concat()).exits(0);
    let allow = entry(&files(&project).0, "metrics")["allow"].to_string();
    assert!(allow.contains("http://127.0.0.1:9091") && allow.contains("private = true"), "{allow}");
}

#[test]
fn settings_that_the_schema_refuses_change_nothing() {
    let project = shop();
    let before = project.files();
    for (set, says) in [
        ("protekt=[]", "`/protekt` is not a setting of this plugin"),
        ("protect=production", "`/protect` must be"),
        ("protect", "is not `key=value`"),
    ] {
        let done = project.lback(&with(&["plugins/guard.wasm", "--set", set])).exits(64).says(&[says, "hint: "]);
        assert!(project.files() == before, "{done}");
    }
}

#[test]
fn what_is_no_plugin_or_nowhere_changes_nothing() {
    let project = shop().file("text.wasm", "text");
    let before = project.files();
    let wrong_world = component("wrong-world").display().to_string();
    let newer = component("newer-package").display().to_string();
    for (source, code, says) in [
        ("text.wasm", 65, "it is not a WebAssembly component"),
        ("nowhere.wasm", 65, "does not exist"),
        (wrong_world.as_str(), 65, "it exports neither"),
        (newer.as_str(), 65, "it is built for `lback:plugin@2.0.0`"),
        ("http://example.com/guard.wasm", 64, "is not encrypted"),
        ("oci://guard:1", 64, "it names no registry"),
        ("ftp://example.com/guard.wasm", 64, "is not a kind of source"),
        ("oci://127.0.0.1:1/team/guard:1", 69, "cannot reach"),
    ] {
        let done = project.lback(&with(&[source])).exits(code).says(&["error: ", says]);
        assert!(project.files() == before, "{done}");
    }
    project.lback(&with(&["oci://127.0.0.1:1/team/guard:1", "--offline"])).exits(69).says(&["works offline"]);
    assert!(project.files() == before);
}

#[test]
fn a_path_is_meant_from_here_and_written_from_the_project() {
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
fn a_name_is_taken_once() {
    let project = shop();
    project.lback(&with(&["plugins/guard.wasm"])).exits(0);
    let before = project.files();
    let done = project.lback(&with(&["plugins/guard.wasm"])).exits(0).says(&["note: `guard` is installed already"]);
    assert!(project.files() == before, "{done}");
    project
        .lback(&with(&["plugins/record.wasm", "--name", "guard"]))
        .exits(64)
        .says(&["`lback.toml` has a plugin `guard` already, from `plugins/guard.wasm`", "hint: `--name` gives"]);
    super::put(&project, "guard", &component("record-policy"));
    project
        .lback(&with(&["plugins/guard.wasm", "--name", "guard"]))
        .exits(65)
        .says(&["hint: `lback plugin update guard`"]);
    assert_eq!(listed(&project).0, ["guard"]);
}

#[test]
fn without_a_project_there_is_nowhere_to_install() {
    let source = component("record-handler").display().to_string();
    Project::empty().lback(&with(&[&source])).exits(78).says(&["there is no `lback.toml`", "hint: `lback init`"]);
}

#[test]
fn what_is_not_asked_for_can_not_be_granted() {
    let project = shop();
    project
        .lback(&with(&["plugins/slack.wasm", "--allow-secret", "DATABASE_URL", "--deny-others"]))
        .exits(64)
        .says(&["`slack` doesn't ask for `DATABASE_URL`", "hint: it asks for `https://hooks.slack.com`"]);
    project.lback(&with(&["plugins/slack.wasm", "--allow-http", "https://*.example.com"])).exits(64);
    assert_eq!(files(&project), (CONFIG.to_owned(), String::new()));
}
