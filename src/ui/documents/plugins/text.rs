//! The text form: a table of plugins, and the properties of one plugin.

use serde_json::Value;

use super::documents::{InspectedPlugin, ListedPlugin};
use crate::ui::terminal::table::{drawn, plain};

/// Returns a table of plugins. `inspect` and `--json` show the other properties.
pub(crate) fn list(plugins: &[ListedPlugin]) -> String {
    let mut table = plain();
    table.set_header(["NAME", "ROLE", "VERSION", "MODE", "SIGNALS", "GRANTED", "NOT GRANTED", "SOURCE"]);
    for ListedPlugin { name, source, mode, locked, plugin, .. } in plugins {
        // A prefix of the digest is enough to compare; `--json` has all of it.
        let digest = locked.as_ref().map(|locked| locked.digest.chars().take(19).collect());
        let source = lines([source.clone()].into_iter().chain(digest));
        match plugin {
            Some(plugin) => {
                let private =
                    (plugin.private && !plugin.granted.is_empty()).then(|| "(private addresses too)".to_owned());
                table.add_row([
                    name.clone(),
                    plugin.roles.join(", "),
                    plugin.version.clone(),
                    (*mode).to_owned(),
                    lines(plugin.signals.iter().map(ToString::to_string)),
                    lines(plugin.granted.iter().map(|granted| with_state(granted, &plugin.not_set)).chain(private)),
                    lines(plugin.not_granted.iter().cloned()),
                    source,
                ])
            }
            None => table.add_row([name, "can't be loaded", "", mode, "", "", "", &source]),
        };
    }
    drawn(&table)
}

pub(crate) fn inspected(plugin: &InspectedPlugin) -> String {
    let InspectedPlugin { name, version, summary, package, digest, bytes, .. } = plugin;
    let mut table = plain();
    for (key, value) in [
        ("roles", plugin.roles.join(", ")),
        ("built for", format!("lback:plugin@{package}")),
        ("digest", digest.clone()),
        ("size", bytesize::ByteSize(*bytes).to_string()),
        ("signals", lines(plugin.signals.iter().map(ToString::to_string))),
        ("asks for origins", lines(plugin.http.iter().cloned())),
        ("asks for secrets", lines(plugin.secrets.iter().cloned())),
        ("imports", imports(&plugin.imports)),
        ("settings", settings(plugin.settings_schema.as_ref())),
    ] {
        table.add_row([key, if value.is_empty() { "none" } else { &value }]);
    }
    format!("{name} {version}: {summary}\n\n{}", drawn(&table))
}

fn with_state(granted: &String, not_set: &[String]) -> String {
    if not_set.contains(granted) { format!("{granted} (not set)") } else { granted.clone() }
}

fn lines(items: impl Iterator<Item = String>) -> String {
    items.collect::<Vec<_>>().join("\n")
}

/// Returns the interfaces by package: `wasi:io@0.2.6: error, poll, streams`.
fn imports(interfaces: &[String]) -> String {
    let mut packages: Vec<(String, Vec<&str>)> = Vec::new();
    for interface in interfaces {
        let (path, version) = interface.split_once('@').unwrap_or((interface, ""));
        let (package, name) = path.split_once('/').unwrap_or((path, ""));
        let package = if version.is_empty() { package.to_owned() } else { format!("{package}@{version}") };
        match packages.iter_mut().find(|(known, _)| *known == package) {
            Some((_, names)) => names.push(name),
            None => packages.push((package, vec![name])),
        }
    }
    packages.sort_unstable();
    let line = |(package, mut names): (String, Vec<&str>)| {
        names.sort_unstable();
        format!("{package}: {}", names.join(", "))
    };
    packages.into_iter().map(line).collect::<Vec<_>>().join("\n")
}

/// Returns the names of the settings, with the first sentence of each description.
fn settings(schema: Option<&Value>) -> String {
    let Some(properties) = schema.and_then(|schema| schema.get("properties")?.as_object()) else {
        return String::new();
    };
    let line = |(name, property): (&String, &Value)| {
        let about = property.get("description").and_then(Value::as_str).unwrap_or_default();
        let about = about.split_whitespace().collect::<Vec<_>>().join(" ");
        format!("{name}: {}", about.split_inclusive(". ").next().unwrap_or_default().trim())
    };
    properties.iter().map(line).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn interfaces_are_grouped_by_package() {
        let interfaces =
            ["wasi:io/streams@0.2.6", "lback:plugin/http@1.0.0", "wasi:io/error@0.2.6", "odd"].map(str::to_owned);
        assert_eq!(imports(&interfaces), "lback:plugin@1.0.0: http\nodd: \nwasi:io@0.2.6: error, streams");
    }

    #[test]
    fn a_setting_is_told_in_one_sentence() {
        let schema =
            serde_json::json!({ "properties": { "on": { "description": "What to\nreport.\nAll of it." }, "off": {} } });
        assert_eq!(settings(Some(&schema)), "off: \non: What to report.");
    }
}
