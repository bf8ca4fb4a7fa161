//! A list of plugins: a table where it has room, a paragraph a plugin on narrow terminals.

use anstyle::{AnsiColor, Style};

use super::documents::ListedPlugin;
use crate::support::printable::printable_line;
use crate::ui::terminal::screen_text::ScreenText;
use crate::ui::terminal::table::{PlainTable, TableCell, fits_terminal};

/// Returns the list. `inspect` and `--json` show the other properties.
pub(crate) fn plugin_list(plugins: &[ListedPlugin]) -> ScreenText {
    let table = table(plugins);
    if fits_terminal(&table) { ScreenText::plain(&table) } else { narrow(plugins) }
}

fn table(plugins: &[ListedPlugin]) -> String {
    let mut table = PlainTable::new();
    let some_have_environments = plugins.iter().any(|plugin| plugin.environments.is_some());
    let environments = some_have_environments.then_some("ENVIRONMENTS");
    let header = ["NAME", "ROLE", "VERSION", "MODE"].into_iter().chain(environments);
    table.header(header.chain(["SIGNALS", "GRANTED", "NOT GRANTED", "SOURCE"]));
    for listed in plugins {
        let ListedPlugin { name, mode, environments, plugin, .. } = listed;
        let (role, version) = match plugin {
            Some(plugin) => (plugin.roles.join(", "), plugin.version.clone()),
            None => ("can't be loaded".to_owned(), String::new()),
        };
        let environments = some_have_environments.then(|| match environments {
            Some(names) => TableCell::lines(names),
            None => "all".into(),
        });
        let first = [name.into(), role.into(), version.into(), mode.into()].into_iter().chain(environments);
        table.row(first.chain([
            TableCell::lines(signals(listed)),
            TableCell::lines(granted(listed)),
            TableCell::lines(not_granted(listed)),
            TableCell::lines(source(listed)),
        ]));
    }
    table.drawn()
}

fn narrow(plugins: &[ListedPlugin]) -> ScreenText {
    let mut text = ScreenText::default();
    for (number, listed) in plugins.iter().enumerate() {
        if number > 0 {
            text.new_line();
        }
        text.push(Style::new().bold(), &printable_line(&listed.name));
        match &listed.plugin {
            Some(plugin) => text.push(Style::new(), &format!("  {} {}", plugin.roles.join(", "), plugin.version)),
            None => text.push(AnsiColor::Red.on_default(), "  can't be loaded"),
        }
        let mode = if listed.mode == "audit" { AnsiColor::Yellow.on_default() } else { Style::new() };
        text.push(mode, &format!("  {}", listed.mode));
        text.new_line();
        let environments = listed.environments.iter().map(|names| names.join(", ")).collect();
        for (key, values) in [
            ("source", source(listed)),
            ("environments", environments),
            ("signals", signals(listed)),
            ("granted", granted(listed)),
            ("not granted", not_granted(listed)),
        ] {
            for (place, value) in values.iter().enumerate() {
                let key = if place == 0 { key } else { "" };
                text.push(Style::new(), &format!("  {key:<12}  {}", printable_line(value)));
                text.new_line();
            }
        }
    }
    text.trimmed()
}

fn source(ListedPlugin { source, locked, .. }: &ListedPlugin) -> Vec<String> {
    // A prefix of the digest is enough to compare; `--json` has all of it.
    let digest = locked.as_ref().map(|locked| locked.digest.chars().take(19).collect());
    [source.clone()].into_iter().chain(digest).collect()
}

fn signals(listed: &ListedPlugin) -> Vec<String> {
    listed.plugin.iter().flat_map(|plugin| &plugin.signals).map(ToString::to_string).collect()
}

fn granted(listed: &ListedPlugin) -> Vec<String> {
    let Some(plugin) = &listed.plugin else { return Vec::new() };
    let private = (plugin.private && !plugin.granted.is_empty()).then(|| "(private addresses too)".to_owned());
    let is_set = |granted: &String| !plugin.not_set.contains(granted);
    let state = |granted: &String| if is_set(granted) { granted.clone() } else { format!("{granted} (not set)") };
    plugin.granted.iter().map(state).chain(private).collect()
}

fn not_granted(listed: &ListedPlugin) -> Vec<String> {
    listed.plugin.iter().flat_map(|plugin| plugin.not_granted.iter().cloned()).collect()
}
