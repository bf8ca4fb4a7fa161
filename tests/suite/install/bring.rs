//! `lback plugin install` without a source, `vendor`, and the places where a run finds plugins.

use std::fs;
use std::path::Path;

use super::{entry, files, listed, shop};
use crate::support::{Project, assert_run, component, plugin, sha256};

/// A source on a port where nothing listens.
const REMOTE: &str = "oci://127.0.0.1:1/team/record:1";

/// A project whose policy comes from a registry that is gone, with a lock file from before.
fn stranded() -> Project {
    let digest = sha256(&component("record-policy")).expect("a digest");
    let lock = format!(
        "version = 1\n\n[[plugin]]\nname = \"rec\"\nsource = \"{REMOTE}\"\nversion = \"1.0.0\"\nsha256 = \"{digest}\"\n\
         package = \"lback:plugin@1.0.0\"\nexports = []\nsignals = []\npermissions = {{ http = [], secrets = [] }}\n"
    );
    let project = Project::new().unlocked().plugin("rec", Path::new(REMOTE), "");
    project.file("lback.lock", &lock)
}

/// Puts the policy into a store.
fn fill(store: &Path) {
    fs::create_dir_all(store).expect("a folder");
    let digest = sha256(&component("record-policy")).expect("a digest");
    fs::copy(component("record-policy"), store.join(format!("sha256-{digest}.wasm"))).expect("a copy");
}

#[test]
fn listed_plugins_are_locked_and_stay_locked() {
    let project =
        Project::new().unlocked().plugin("guard", &plugin("guard"), "").plugin("rec", &component("recorder"), "");
    assert_run!("run-without-a-lock", project.lback(&["migrate"]).exits(65));
    assert_run!("install-locked-without-a-lock", project.lback(&["plugin", "install", "--locked"]).exits(65));
    assert!(!project.path("lback.lock").exists());
    assert_run!("install-all", project.lback(&["plugin", "install"]).exits(0));
    project.lback(&["migrate"]).exits(0);
    let lock = files(&project).1;
    for again in [&["plugin", "install"][..], &["plugin", "install", "--locked", "--offline"]] {
        project.lback(again).exits(0).output_lacks(&["locked `"]);
        assert_eq!(files(&project).1, lock);
    }
}

#[test]
fn a_plugin_that_only_lback_toml_lists_is_locked_by_its_name() {
    let project = Project::new().unlocked().plugin(
        "guard",
        Path::new("builtin:guard"),
        "\n[plugin.settings]\nprotect = [\"shop\"]",
    );
    let install = ["plugin", "install", "guard"];
    let locked = project.lback(&install).exits(0);
    locked.stderr_has(&["locked `guard` 0.1.0 from `builtin:guard`"]);
    let (config, lock) = files(&project);
    project.lback(&install).exits(0).stderr_has(&["`guard` is installed already"]);
    // The lock file has it from elsewhere.
    project.write("lback.lock", &lock.replace("builtin:guard", "plugins/guard.wasm"));
    project.lback(&install).exits(0).stderr_has(&["locked `guard`"]);
    assert_eq!(files(&project), (config, lock));
    project.lback(&["migrate"]).exits(0);
}

#[test]
fn a_listed_plugin_keeps_its_settings() {
    let project = Project::new().unlocked().plugin(
        "guard",
        Path::new("builtin:guard"),
        "\n[plugin.settings]\nprotect = [\"shop\"]",
    );
    project.lback(&["plugin", "install", "guard"]).exits(0);
    let before = project.files();
    let refused = project.lback(&["plugin", "install", "guard", "--set", "protect=[]"]).exits(64);
    let said = ["`guard` is in `lback.toml` already", "doesn't change its settings", "hint: change the entry"];
    assert!(project.files() == before, "{}", refused.stderr_has(&said));
}

#[test]
fn unlisted_plugins_leave_the_lock() {
    let project = Project::new().unlocked().plugin("guard", &plugin("guard"), "");
    project.lback(&["plugin", "install"]).exits(0);
    let both = files(&project).1
        + &files(&project).1.replace("name = \"guard\"", "name = \"gone\"").replacen("version = 1\n", "", 1);
    project.write("lback.lock", &both);
    project.lback(&["migrate"]).exits(0);
    assert_run!("install-locked-with-an-unlisted-plugin", project.lback(&["plugin", "install", "--locked"]).exits(65));
    project.lback(&["plugin", "install"]).exits(0);
    assert_eq!(listed(&project).1, ["guard"]);
}

#[test]
fn a_changed_file_is_not_locked_silently() {
    let project = shop();
    project.lback(&["plugin", "install", "plugins/record.wasm"]).exits(0);
    super::put(&project, "record", &component("recorder"));
    let before = project.files();
    let done = project.lback(&["plugin", "install"]).exits(65);
    assert_run!("install-of-a-changed-file", done);
    assert!(project.files() == before, "{done}");
}

#[test]
fn a_run_never_downloads() {
    let project = stranded();
    assert_run!("run-without-the-locked-plugin", project.lback(&["migrate"]).exits(65));
    project.lback(&["plugin", "install"]).exits(69).stderr_has(&["cannot reach `oci://127.0.0.1:1"]);
    project.lback(&["plugin", "install", "--offline"]).exits(69).stderr_has(&["works offline"]);
}

#[test]
fn every_store_is_searched_and_verified() {
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
        migrate().exits(65).stderr_has(&["its bytes are not those that its name says", "is not on this machine"]);
    }
}

#[test]
fn relative_folders_are_those_of_the_project() {
    for (variable, value, store) in
        [("LBACK_DATA_DIR", "data", "data/store"), ("LBACK_STORE_PATH", "nowhere:shared/store", "shared/store")]
    {
        let project = stranded();
        let migrate = || {
            let run = project.lback(&["migrate"]).in_folder("sub/folder");
            run.env(variable, value).env("LBACK_CACHE_DIR", "cache")
        };
        // A folder of the same name, below the folder that the command runs in, is none of them.
        fill(&project.path(&format!("sub/folder/{store}")));
        migrate().exits(65);
        fill(&project.path(store));
        migrate().exits(0);
        assert!(project.path("cache").exists(), "the compiled plugin is in the project's folder");
        assert!(!project.path("sub/cache").exists() && !project.path("sub/folder/cache").exists());
    }
}

#[test]
fn vendored_plugins_need_neither_network_nor_home() {
    let project = stranded();
    fill(&project.path(".state/data/store"));
    assert_run!("vendor", project.lback(&["plugin", "vendor", "third/party"]).exits(0));
    let project = project.config("[registry]\nvendor = \"third/party\"");
    fs::remove_dir_all(project.path(".state")).expect("it goes");
    let empty = project.path("empty");
    project.lback(&["plugin", "install", "--locked", "--offline"]).env("LBACK_DATA_DIR", &empty).exits(0);
    project.lback(&["migrate"]).env("LBACK_DATA_DIR", &empty).exits(0);
    assert!(!empty.exists(), "nothing was put there");
}

/// A container image: one user installs, and another runs lback elsewhere, without a network and
/// without write access to store and cache.
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
    done.exits(0).output_lacks(&["is not kept", "compiled again"]);
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
    project.lback(&["plugin", "inspect", "gate"]).exits(65).stderr_has(&["can't be used: its bytes are not those"]);
    project.lback(&["plugin", "inspect", "./plugins/guard.wasm"]).exits(0);
}
