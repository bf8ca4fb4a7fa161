//! The text form: a table of plugins, and the properties of one plugin.

use serde_json::Value;

use super::documents::{AvailablePlugin, InspectedPlugin};
use crate::support::printable::printable_line;
use crate::ui::terminal::table::{PlainTable, TableCell};

/// Returns a table of lback's own plugins.
pub(crate) fn available(plugins: &[AvailablePlugin]) -> String {
    let mut table = PlainTable::new();
    table.header(["NAME", "ROLE", "VERSION", "PURPOSE"]);
    for AvailablePlugin { name, roles, version, summary, .. } in plugins {
        table.row([name.into(), roles.join(", ").into(), version.into(), summary.into()]);
    }
    table.drawn()
}

pub(crate) fn inspected(plugin: &InspectedPlugin) -> String {
    let InspectedPlugin { name, version, summary, package, digest, bytes, .. } = plugin;
    let mut table = PlainTable::new();
    for (key, value) in [
        ("roles", plugin.roles.join(", ").into()),
        ("built for", format!("lback:plugin@{package}").into()),
        ("digest", digest.into()),
        ("size", bytesize::ByteSize(*bytes).into()),
        ("signals", TableCell::lines(plugin.signals.iter().map(ToString::to_string))),
        ("asks for origins", TableCell::lines(&plugin.http)),
        ("asks for secrets", TableCell::lines(&plugin.secrets)),
        ("imports", TableCell::lines(imports(&plugin.imports))),
        ("settings", TableCell::lines(settings(plugin.settings_schema.as_ref()))),
    ] {
        table.row([key.into(), if value.is_empty() { "none".into() } else { value }]);
    }
    let heading = format!("{name} {version}: {summary}");
    format!("{}\n\n{}", printable_line(&heading), table.drawn())
}

/// Returns the interfaces by package: `wasi:io@0.2.6: error, poll, streams`.
fn imports(interfaces: &[String]) -> Vec<String> {
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
    packages.into_iter().map(line).collect()
}

/// Returns the names of the settings, with the first sentence of each description.
fn settings(schema: Option<&Value>) -> Vec<String> {
    let Some(properties) = schema.and_then(|schema| schema.get("properties")?.as_object()) else {
        return Vec::new();
    };
    let line = |(name, property): (&String, &Value)| {
        let about = property.get("description").and_then(Value::as_str).unwrap_or_default();
        let about = about.split_whitespace().collect::<Vec<_>>().join(" ");
        format!("{name}: {}", about.split_inclusive(". ").next().unwrap_or_default().trim())
    };
    properties.iter().map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn interfaces_are_grouped_by_package() {
        let interfaces =
            ["wasi:io/streams@0.2.6", "lback:plugin/http@1.0.0", "wasi:io/error@0.2.6", "odd"].map(str::to_owned);
        assert_eq!(imports(&interfaces), ["lback:plugin@1.0.0: http", "odd: ", "wasi:io@0.2.6: error, streams"]);
    }

    #[test]
    fn a_setting_is_told_in_one_sentence() {
        let schema =
            serde_json::json!({ "properties": { "on": { "description": "What to\nreport.\nAll of it." }, "off": {} } });
        assert_eq!(settings(Some(&schema)), ["off: ", "on: What to report."]);
    }
}
