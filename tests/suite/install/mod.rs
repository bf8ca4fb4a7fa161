//! `lback plugin install`, `update`, `remove`, `vendor`: each changes a project completely or not
//! at all.

mod add;
mod bring;
mod builtin;
#[cfg(target_os = "linux")]
mod killed;
mod remote;
#[cfg(unix)]
mod terminal;
mod together;
mod update;

use std::fs;
use std::path::Path;

use crate::support::{Project, component, plugin};

/// An `lback.toml` with comments and formatting of its own.
const CONFIG: &str = "\
# The shop.
[project]
name = \"shop\"   # short

[dispatch]
# Slack is slow.
handler-grace = \"10s\"
";

/// A project without plugins, with those of the repository and some test components as files in
/// `plugins/`.
fn shop() -> Project {
    let project = Project::empty().unlocked().file("lback.toml", CONFIG);
    fs::create_dir(project.path("plugins")).expect("a folder");
    for name in ["guard", "slack", "metrics"] {
        put(&project, name, &plugin(name));
    }
    put(&project, "record", &component("record-handler"));
    project
}

/// Copies a component into the project under this name, replacing an earlier one.
fn put(project: &Project, name: &str, file: &Path) {
    fs::copy(file, project.path(&format!("plugins/{name}.wasm"))).expect("a copy");
}

/// Returns `lback.toml` and `lback.lock`; an empty text for a missing file.
fn files(project: &Project) -> (String, String) {
    let text = |name| fs::read_to_string(project.path(name)).unwrap_or_default();
    (text("lback.toml"), text("lback.lock"))
}

/// Returns the plugin names in the two files.
fn listed(project: &Project) -> (Vec<String>, Vec<String>) {
    let (config, lock) = files(project);
    (names(&config), names(&lock))
}

fn names(text: &str) -> Vec<String> {
    let table: toml::Table = text.parse().expect("TOML");
    let plugins = table.get("plugin").and_then(toml::Value::as_array);
    plugins.into_iter().flatten().filter_map(|plugin| plugin["name"].as_str()).map(str::to_owned).collect()
}

/// Returns the `[[plugin]]` of this name in a text.
fn entry(text: &str, name: &str) -> toml::Table {
    let table: toml::Table = text.parse().expect("TOML");
    let plugins = table["plugin"].as_array().expect("plugins").iter().filter_map(toml::Value::as_table);
    { plugins }.find(|plugin| plugin["name"].as_str() == Some(name)).expect("the plugin").clone()
}
