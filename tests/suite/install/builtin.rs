//! lback's own plugins, which are part of its program: `builtin:NAME`.

use std::fs;
use std::path::Path;

use serde_json::Value;

use super::{CONFIG, entry, files, put};
use crate::support::{Project, assert_run, assert_text, component, sha256};

const NAMES: [&str; 5] = ["guard", "lint", "metrics", "slack", "webhook"];

/// A project without plugins, which lback itself locks.
fn bare() -> Project {
    Project::empty().unlocked().file("lback.toml", CONFIG)
}

/// A project with Alembic and with guard as `builtin:guard`, whose lock names these bytes.
fn locked_as(digest: &str) -> Project {
    let project = Project::new().unlocked().plugin("guard", Path::new("builtin:guard"), "");
    let lock = format!(
        "version = 1\n\n[[plugin]]\nname = \"guard\"\nsource = \"builtin:guard\"\nversion = \"0.0.9\"\nsha256 = \"{digest}\"\n\
         package = \"lback:plugin@1.0.0\"\nexports = []\nsignals = []\npermissions = {{ http = [], secrets = [] }}\n"
    );
    project.file("lback.lock", &lock)
}

fn available() -> Value {
    let list = Project::empty().lback(&["plugin", "list", "--available", "--json"]).exits(0);
    serde_json::from_str(&list.stdout).expect("JSON")
}

#[test]
fn the_name_alone_installs_it_without_a_network() {
    let project = bare();
    let data = project.path("data");
    let install = ["plugin", "install", "guard", "--offline", "--set", "protect=[\"production\"]"];
    let done = project.lback(&install).env("LBACK_DATA_DIR", &data).exits(0);
    done.stderr_has(&["installed `guard` 0.1.0 from `builtin:guard`"]);
    assert!(!data.exists(), "a store needs no copy of it");
    let (config, lock) = files(&project);
    let added =
        "[[plugin]]\nname = \"guard\"\nsource = \"builtin:guard\"\n\n[plugin.settings]\nprotect = [\"production\"]\n";
    assert_eq!(config, format!("{CONFIG}\n{added}"));
    let digest = available()["plugins"][0]["digest"].as_str().expect("a digest").to_owned();
    assert_eq!(entry(&lock, "guard")["sha256"].as_str(), digest.strip_prefix("sha256:"));
    project.lback(&["plugin", "install", "--locked", "--offline"]).exits(0).stderr_has(&["1 plugin, 0 fetched"]);
    project.lback(&["plugin", "install", "guard"]).exits(0).stderr_has(&["`guard` is installed already"]);
    project.lback(&["plugin", "update", "--offline"]).exits(0).stderr_has(&["`guard` 0.1.0 is up to date"]);
    assert_eq!(files(&project), (config, lock));
}

#[test]
fn it_decides_about_runs_and_is_compiled_once() {
    let settings = "[plugin.settings]\nprotect = [\"production\"]";
    let project = Project::new().unlocked().plugin("guard", Path::new("builtin:guard"), settings);
    let cache = project.path("cache");
    let run = |args: &[&str]| project.lback(args).env("LBACK_CACHE_DIR", &cache);
    run(&["plugin", "install", "--offline"]).exits(0);
    let compiled = || {
        let files = fs::read_dir(&cache).expect("a cache").flatten().map(|file| file.path());
        let code = files.filter(|path| path.extension().is_some_and(|extension| extension == "cwasm"));
        code.map(|path| (path.clone(), fs::metadata(path).expect("a file").modified().expect("a time")))
            .collect::<Vec<_>>()
    };
    let once = compiled();
    assert_eq!(once.len(), 1);
    run(&["migrate"]).env("LBACK_ENVIRONMENT", "development").exits(0);
    run(&["--environment", "production", "rollback"]).exits(77).stderr_has(&["(downgrade-in-protected-environment)"]);
    run(&["--environment", "development", "rollback"]).exits(0);
    assert_eq!(compiled(), once);
}

#[test]
fn the_list_is_what_the_plugins_say() {
    let list = Project::empty().lback(&["plugin", "list", "--available"]).exits(0);
    assert_run!("list-available", list);
    let available = available();
    let plugins = available["plugins"].as_array().expect("plugins");
    assert_eq!(plugins.iter().map(|plugin| plugin["name"].as_str()).collect::<Vec<_>>(), NAMES.map(Some));
    for plugin in plugins {
        let source = plugin["source"].as_str().expect("a source");
        let inspected = Project::empty().lback(&["plugin", "inspect", source, "--json"]).exits(0);
        let inspected: Value = serde_json::from_str(&inspected.stdout).expect("JSON");
        for key in ["name", "version", "summary", "roles", "digest", "bytes"] {
            assert_eq!(plugin[key], inspected[key], "{source}: {key}");
        }
    }
    // A broken project doesn't matter.
    let broken = Project::empty().file("lback.toml", "[");
    broken.lback(&["plugin", "list", "--available"]).exits(0);
}

#[test]
fn another_version_is_refused_until_a_person_has_seen_it() {
    let old = "0".repeat(64);
    let project = locked_as(&old);
    let lock = files(&project).1;
    let refused = [
        (&["migrate"][..], 65),
        (&["plugin", "install"], 65),
        (&["plugin", "install", "--locked"], 65),
        (&["plugin", "list"], 65),
    ]
    .map(|(args, code)| project.lback(args).exits(code).transcript());
    assert_text!("another-lback", refused.concat());
    assert_eq!(files(&project).1, lock, "nothing was changed");
    assert!(!project.path("test.db").exists(), "Alembic was not started");
    let update = project.lback(&["plugin", "update", "guard"]).exits(0);
    update.stderr_has(&["guard 0.0.9 → 0.1.0", &format!("digest: sha256:{old} → sha256:"), "updated `guard` to 0.1.0"]);
    project.lback(&["migrate"]).exits(0);
}

#[test]
fn a_vendored_version_outlives_an_update_of_lback() {
    // A policy of the tests plays the guard of another lback.
    let other = component("record-policy");
    let digest = sha256(&other).expect("a digest");
    let project = locked_as(&digest).config("[registry]\nvendor = \"vendor\"");
    project.lback(&["migrate"]).exits(65);
    fs::create_dir(project.path("vendor")).expect("a folder");
    let vendored = project.path(&format!("vendor/sha256-{digest}.wasm"));
    fs::copy(&other, &vendored).expect("a copy");
    project.lback(&["migrate"]).exits(0);
    // Other bytes under its name are no plugin.
    fs::write(&vendored, "text").expect("a file");
    project.lback(&["migrate"]).exits(65);

    let project = bare();
    project.lback(&["plugin", "install", "guard"]).exits(0);
    project.lback(&["plugin", "vendor", "vendor", "--offline"]).exits(0).stderr_has(&["vendored 1 plugin"]);
    let locked = entry(&files(&project).1, "guard")["sha256"].as_str().expect("a digest").to_owned();
    assert_eq!(sha256(&project.path(&format!("vendor/sha256-{locked}.wasm"))), Some(locked));
}

#[test]
fn a_file_of_its_name_does_not_take_its_place() {
    let project = bare().file("guard", "text").file("builtin:guard", "text");
    project.lback(&["plugin", "install", "./guard"]).exits(65).stderr_has(&["is not valid"]);
    project.lback(&["plugin", "install", "guard"]).exits(0);
    assert_eq!(entry(&files(&project).0, "guard")["source"].as_str(), Some("builtin:guard"));
    fs::create_dir(project.path("plugins")).expect("a folder");
    put(&project, "gate", &component("record-policy"));
    let taken = project.lback(&["plugin", "install", "plugins/gate.wasm", "--name", "guard"]).exits(64);
    taken.stderr_has(&["`lback.toml` has a plugin `guard` already, from `builtin:guard`"]);
}

#[test]
fn unknown_names_are_refused_with_a_suggestion() {
    let typed = ["gaurd", "audit", "builtin:gaurd", "builtin:", "builtin:../guard", "builtin://guard"];
    let refused = typed.map(|name| bare().lback(&["plugin", "install", name]).exits(64).transcript());
    let listed = Project::new().unlocked().plugin("guard", Path::new("builtin:Guard"), "");
    let config = listed.lback(&["migrate"]).exits(78).transcript();
    assert_text!("unknown-builtin", refused.concat() + &config);
}

#[test]
fn a_pinned_key_refuses_it() {
    let key = "RWQf6LRCGA9i53mlYecO4IzT51TGPpvWucNSCh1CBM0QTaLn73Y7GFO3";
    let project = bare();
    project.lback(&["plugin", "install", "guard", "--public-key", key]).exits(65).stderr_has(&["it is not signed"]);
    assert_eq!(files(&project), (CONFIG.to_owned(), String::new()));
}

#[test]
fn it_is_tried_without_being_installed() {
    let project = Project::empty();
    let denied = ["--expect", "alembic_command_started.downgrade=deny:downgrade-in-protected-environment"];
    project
        .lback(&[&["plugin", "test", "builtin:guard", "--set", "protect=[\"production\"]"][..], &denied].concat())
        .exits(0);
    project.lback(&["plugin", "test", "builtin:absent"]).exits(64);
    project.lback(&["plugin", "bench", "builtin:webhook", "--set", "url=https://hooks.example.com"]).run();
}

#[test]
fn several_of_one_plugin_are_locked_apart() {
    let project = bare();
    for name in ["eu", "us"] {
        project.lback(&["plugin", "install", "guard", "--name", name]).exits(0);
    }
    let lock = files(&project).1;
    assert_eq!(entry(&lock, "eu")["sha256"], entry(&lock, "us")["sha256"]);
    project.lback(&["plugin", "remove", "eu"]).exits(0);
    project.lback(&["plugin", "list"]).exits(0);
}
