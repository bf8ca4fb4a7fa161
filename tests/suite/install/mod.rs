//! `lback plugin install`, `update`, `remove`, `vendor`: what they do to a project, and that they do it wholly or not at all.

mod add;
mod bring;
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

/// An `lback.toml` with what people write into theirs.
const CONFIG: &str = "\
# The shop.
[project]
name = \"shop\"   # short

[dispatch]
# Slack is slow.
handler-grace = \"10s\"
";

/// A project without plugins, with those of the repository and some of the tests' components as files in `plugins/`.
fn shop() -> Project {
    let project = Project::empty().unlocked().file("lback.toml", CONFIG);
    fs::create_dir(project.path("plugins")).expect("a folder");
    for name in ["guard", "slack", "metrics"] {
        put(&project, name, &plugin(name));
    }
    put(&project, "record", &component("record-handler"));
    project
}

/// Puts a component into the project under this name, in the place of what has it.
fn put(project: &Project, name: &str, file: &Path) {
    fs::copy(file, project.path(&format!("plugins/{name}.wasm"))).expect("a copy");
}

/// The two files; an empty text where there is none.
fn files(project: &Project) -> (String, String) {
    let text = |name| fs::read_to_string(project.path(name)).unwrap_or_default();
    (text("lback.toml"), text("lback.lock"))
}

/// The names that the two files list.
fn listed(project: &Project) -> (Vec<String>, Vec<String>) {
    let (config, lock) = files(project);
    (names(&config), names(&lock))
}

fn names(text: &str) -> Vec<String> {
    let table: toml::Table = text.parse().expect("TOML");
    let plugins = table.get("plugin").and_then(toml::Value::as_array);
    plugins.into_iter().flatten().filter_map(|plugin| plugin["name"].as_str()).map(str::to_owned).collect()
}

/// The `[[plugin]]` with this name in a text.
fn entry(text: &str, name: &str) -> toml::Table {
    let table: toml::Table = text.parse().expect("TOML");
    let plugins = table["plugin"].as_array().expect("plugins").iter().filter_map(toml::Value::as_table);
    { plugins }.find(|plugin| plugin["name"].as_str() == Some(name)).expect("the plugin").clone()
}
