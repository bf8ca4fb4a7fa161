//! `lback plugin install` alone, `vendor`, and where a run finds what was installed.

use std::fs;
use std::path::Path;

use super::{entry, files, listed, shop};
use crate::support::{Project, component, plugin, sha256};

/// Where nobody answers.
const REMOTE: &str = "oci://127.0.0.1:1/team/record:1";

/// A project whose policy comes from a registry that is gone, with the lock that was made when it was there.
fn stranded() -> Project {
    let digest = sha256(&component("record-policy")).expect("a digest");
    let lock = format!(
        "version = 1\n\n[[plugin]]\nname = \"rec\"\nsource = \"{REMOTE}\"\nversion = \"1.0.0\"\nsha256 = \"{digest}\"\n\
         package = \"lback:plugin@1.0.0\"\nexports = []\nsignals = []\npermissions = {{ http = [], secrets = [] }}\n"
    );
    let project = Project::new().unlocked().plugin("rec", Path::new(REMOTE), "");
    project.file("lback.lock", &lock)
}

/// The bytes as a store has them.
fn fill(store: &Path) {
    fs::create_dir_all(store).expect("a folder");
    let digest = sha256(&component("record-policy")).expect("a digest");
    fs::copy(component("record-policy"), store.join(format!("sha256-{digest}.wasm"))).expect("a copy");
}

#[test]
fn what_is_listed_is_locked_and_what_is_locked_stays() {
    let project =
        Project::new().unlocked().plugin("guard", &plugin("guard"), "").plugin("rec", &component("recorder"), "");
    project.lback(&["migrate"]).exits(65).says(&["guard failed: it is not in `lback.lock`"]);
    project
        .lback(&["plugin", "install", "--locked"])
        .exits(65)
        .says(&["`lback.lock` would change, and `--locked` forbids it:\n  guard: it is not in `lback.lock`"]);
    assert!(!project.path("lback.lock").exists());
    project.lback(&["plugin", "install"]).exits(0).says(&["locked `guard` 0.1.0", "installed 2 plugins"]);
    project.lback(&["migrate"]).exits(0);
    let lock = files(&project).1;
    for again in [&["plugin", "install"][..], &["plugin", "install", "--locked", "--offline"]] {
        project.lback(again).exits(0).never_says(&["locked `"]);
        assert_eq!(files(&project).1, lock);
    }
}

#[test]
fn what_is_no_longer_listed_leaves_the_lock() {
    let project = Project::new().unlocked().plugin("guard", &plugin("guard"), "");
    project.lback(&["plugin", "install"]).exits(0);
    let both = files(&project).1
        + &files(&project).1.replace("name = \"guard\"", "name = \"gone\"").replacen("version = 1\n", "", 1);
    project.write("lback.lock", &both);
    project.lback(&["migrate"]).exits(0);
    project.lback(&["plugin", "install", "--locked"]).exits(65).says(&["gone: `lback.toml` doesn't list it"]);
    project.lback(&["plugin", "install"]).exits(0);
    assert_eq!(listed(&project).1, ["guard"]);
}

#[test]
fn a_file_that_changed_is_not_locked_in_silence() {
    let project = shop();
    project.lback(&["plugin", "install", "plugins/record.wasm"]).exits(0);
    super::put(&project, "record", &component("recorder"));
    let before = project.files();
    let done =
        project.lback(&["plugin", "install"]).exits(65).says(&["can't be used: its bytes are not those", "hint: "]);
    assert!(project.files() == before, "{done}");
}

#[test]
fn a_run_never_downloads() {
    let project = stranded();
    project.lback(&["migrate"]).exits(65).says(&[
        "rec failed: what `lback.lock` names is not on this machine",
        "hint: `lback plugin install` brings it",
    ]);
    project.lback(&["plugin", "install"]).exits(69).says(&["cannot reach `oci://127.0.0.1:1"]);
    project.lback(&["plugin", "install", "--offline"]).exits(69).says(&["works offline"]);
}

#[test]
fn every_store_is_looked_into_and_none_is_believed() {
    for place in ["own", "shared", "vendor"] {
        let project = match place {
            "vendor" => stranded().config("[registry]\nvendor = \"third/party\""),
            _ => stranded(),
        };
        let store = match place {
            "own" => project.path(".state/data/store"),
            "shared" => project.path("shared/store"),
            _ => project.path("third/party"),
        };
        let migrate = || {
            let list = std::env::join_paths([project.path("nowhere"), project.path("shared/store")]).expect("a list");
            project.lback(&["migrate"]).env("LBACK_STORE_PATH", list)
        };
        migrate().exits(65);
        fill(&store);
        migrate().exits(0);
        let file = fs::read_dir(&store).expect("a store").next().expect("a file").expect("a file").path();
        fs::copy(component("record-handler"), &file).expect("a copy");
        migrate().exits(65).says(&["its bytes are not those that its name says", "is not on this machine"]);
    }
}

#[test]
fn what_is_vendored_needs_no_network_and_no_home() {
    let project = stranded();
    fill(&project.path(".state/data/store"));
    project.lback(&["plugin", "vendor", "third/party"]).exits(0).says(&[
        "vendored 1 plugin into `third/party`",
        "hint: for lback to look there, write `vendor = \"third/party\"` below `[registry]`",
    ]);
    let project = project.config("[registry]\nvendor = \"third/party\"");
    fs::remove_dir_all(project.path(".state")).expect("it goes");
    let empty = project.path("empty");
    project.lback(&["plugin", "install", "--locked", "--offline"]).env("LBACK_DATA_DIR", &empty).exits(0);
    project.lback(&["migrate"]).env("LBACK_DATA_DIR", &empty).exits(0);
    assert!(!empty.exists(), "nothing was put there");
}

/// As in an image: one user installs, another one runs it elsewhere, who can write neither store nor cache, and has no network.
#[test]
fn an_image_carries_store_and_compiled_code() {
    let build = stranded();
    fill(&build.path("image/data/store"));
    let carried = |name: &str| build.path("image").join(name);
    let install = build.lback(&["plugin", "install", "--locked", "--offline"]);
    install.env("LBACK_DATA_DIR", carried("data")).env("LBACK_CACHE_DIR", carried("cache")).exits(0);
    let names = |folder: &Path| {
        let mut names: Vec<_> =
            fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").file_name()).collect();
        names.sort();
        names
    };
    let compiled = names(&carried("cache"));
    assert!(compiled.iter().any(|name| name.to_string_lossy().ends_with(".cwasm")), "{compiled:?}");

    // Another folder, and another layout.
    let site = stranded();
    fs::rename(build.path("image"), site.path("opt")).expect("it moves");
    let (cache, data) = (site.path("opt/cache"), site.path("opt/data"));
    set_read_only(&cache, true);
    set_read_only(&data.join("store"), true);
    let done = site.lback(&["migrate"]).env("LBACK_DATA_DIR", &data).env("LBACK_CACHE_DIR", &cache).run();
    set_read_only(&cache, false);
    set_read_only(&data.join("store"), false);
    done.exits(0).never_says(&["is not kept", "compiled again"]);
    assert_eq!(names(&cache).iter().filter(|name| name.to_string_lossy().ends_with(".cwasm")).count(), 1);
    assert!(compiled.iter().all(|name| cache.join(name).exists()), "what was compiled was used");
}

fn set_read_only(folder: &Path, read_only: bool) {
    let mut permissions = fs::metadata(folder).expect("a folder").permissions();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        permissions.set_mode(if read_only { 0o500 } else { 0o700 });
    }
    #[cfg(not(unix))]
    permissions.set_readonly(read_only);
    fs::set_permissions(folder, permissions).expect("a mode");
}

#[test]
fn a_plugin_that_is_locked_is_inspected_by_its_name() {
    let project = shop();
    project.lback(&["plugin", "install", "plugins/guard.wasm", "--name", "gate"]).exits(0);
    let done = project.lback(&["plugin", "inspect", "gate"]).exits(0);
    assert!(done.stdout.starts_with("guard 0.1.0: "), "{done}");
    assert_eq!(entry(&files(&project).1, "gate")["version"].as_str(), Some("0.1.0"));
    super::put(&project, "guard", &component("recorder"));
    project.lback(&["plugin", "inspect", "gate"]).exits(65).says(&["can't be used: its bytes are not those"]);
    project.lback(&["plugin", "inspect", "./plugins/guard.wasm"]).exits(0);
}
