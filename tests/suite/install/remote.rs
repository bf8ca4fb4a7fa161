//! Plugins from a real registry: stored by digest, and locked by the manifest, whatever happens to
//! the tag and the registry.

use super::{entry, files, shop};
use crate::sources::registry::Registry;
use crate::support::{Project, component, plugin};

fn publish(project: &Project, file: &std::path::Path, source: &str) {
    project.lback(&["plugin", "publish", &file.display().to_string(), source]).exits(0);
}

#[test]
fn a_plugin_of_a_registry_stays_what_it_was_when_it_was_locked() {
    let registry = Registry::open();
    let project = shop();
    let source = registry.source("team/guard:1");
    publish(&project, &plugin("guard"), &source);
    project.lback(&["plugin", "install", &source]).exits(0);
    let locked = entry(&files(&project).1, "guard");
    assert_eq!(locked["source"].as_str(), Some(source.as_str()));
    assert!(locked["resolved"].as_str().is_some_and(|digest| digest.starts_with("sha256:")), "{locked}");
    project.lback(&["plugin", "list"]).exits(0);

    // The tag moves; another machine still gets what is locked.
    publish(&project, &component("record-policy"), &source);
    let lock = files(&project).1;
    std::fs::remove_dir_all(project.path(".state/data")).expect("it goes");
    project.lback(&["plugin", "list"]).exits(65).stderr_has(&["is not on this machine"]);
    project.lback(&["plugin", "install", "--locked"]).exits(0).stderr_has(&["installed 1 plugin, 1 fetched"]);
    project.lback(&["plugin", "list"]).exits(0);
    assert_eq!(files(&project).1, lock);

    project.lback(&["plugin", "update"]).exits(0).stderr_has(&[
        "manifest: sha256:",
        "digest: sha256:",
        "updated `guard`",
    ]);
    assert_ne!(files(&project).1, lock);
    // The registry is no longer needed.
    drop(registry);
    project.lback(&["plugin", "list"]).exits(0);
    project.lback(&["plugin", "vendor", "vendor"]).exits(0).stderr_has(&["vendored 1 plugin"]);
}

#[test]
fn a_failed_installation_leaves_nothing_in_the_store() {
    let registry = Registry::open();
    let project = shop();
    let source = registry.source("team/slack:1");
    publish(&project, &plugin("slack"), &source);
    let before = files(&project);
    project.lback(&["plugin", "install", &source]).exits(77);
    assert_eq!(files(&project), before);
    let store = project.path(".state/data/store");
    let stored = || std::fs::read_dir(&store).map(Iterator::count).unwrap_or_default();
    assert_eq!(stored(), 0);
    // If the second of two can't be fetched, the first is not kept either.
    let config = format!("{}\n[[plugin]]\nname = \"a\"\nsource = \"{source}\"\n", before.0);
    project.write(
        "lback.toml",
        &format!("{config}\n[[plugin]]\nname = \"b\"\nsource = \"{}\"\n", registry.source("team/none:1")),
    );
    project.lback(&["plugin", "install"]).exits(69).stderr_has(&["team/none:1"]);
    assert_eq!((stored(), files(&project).1.as_str()), (0, ""));
}
