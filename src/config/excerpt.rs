//! Shows the lines of `lback.toml` with invalid settings of a plugin, which its schema reports as
//! JSON Pointers.

use std::{ops::Range, path::Path};

use toml::{
    Spanned,
    de::{DeArray, DeTable, DeValue},
};

use super::{
    document,
    error::ConfigError,
    fault::{Fault, Problem},
};
use crate::support::read_file;

/// The invalid part of a setting.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SettingPart {
    /// The presence of the setting.
    Key,
    /// The value of the setting.
    Value,
    /// The format of the text. The text may be a misplaced secret, so it isn't shown.
    Text,
}

/// Returns the lines of the file with these problems of a plugin's settings, each a JSON Pointer
/// and a reason. Returns `None` if the file can't be read or doesn't list the plugin.
pub(crate) fn excerpt_of_settings<'a>(
    file: &Path,
    plugin: &str,
    problems: impl Iterator<Item = (&'a str, &'a str, SettingPart)>,
) -> Option<String> {
    let bytes = read_file::read(file, read_file::WRITTEN_BY_HAND).ok()?;
    let text = document::decode(&bytes).ok()?;
    let (document, errors) = DeTable::parse_recoverable(text);
    if !errors.is_empty() {
        return None;
    }
    let table = plugin_table(document.get_ref().get("plugin")?.get_ref().as_array()?, plugin)?;
    let problems = problems
        .map(|(path, reason, about)| {
            let shown = if path.is_empty() { String::new() } else { format!("`{path}` ") };
            Problem::new(
                place(table, path, about),
                Fault::Setting { path: shown, reason: reason.to_owned(), hidden: about == SettingPart::Text },
            )
        })
        .collect();
    Some(ConfigError::invalid(file, &bytes, problems).render(false, file.parent()?))
}

fn plugin_table<'t, 'i>(plugins: &'t DeArray<'i>, name: &str) -> Option<&'t Spanned<DeValue<'i>>> {
    let is_named = |plugin: &&Spanned<DeValue<'_>>| {
        let found = plugin.get_ref().as_table().and_then(|table| table.get("name")?.get_ref().as_str());
        found == Some(name)
    };
    plugins.iter().find(is_named)
}

/// Returns the position of the value at the pointer, or of its nearest parent. A key that isn't
/// allowed is shown itself.
fn place(plugin: &Spanned<DeValue<'_>>, pointer: &str, about: SettingPart) -> Range<usize> {
    let keys = pointer.split('/').skip(1).map(|key| key.replace("~1", "/").replace("~0", "~"));
    let (mut at, mut span) = (plugin, name_of(plugin));
    for key in std::iter::once("settings".to_owned()).chain(keys) {
        let below = match at.get_ref() {
            DeValue::Table(table) => table.get_key_value(key.as_str()).map(|(key, value)| (key.span(), value)),
            DeValue::Array(array) => {
                key.parse().ok().and_then(|index: usize| array.get(index)).map(|value| (value.span(), value))
            }
            _ => None,
        };
        let Some((key, value)) = below else { break };
        at = value;
        // The span of a table is its header or the whole table: its key is enough.
        span = if about == SettingPart::Key || value.get_ref().as_table().is_some() { key } else { value.span() };
    }
    span
}

/// Returns the position for settings that are missing entirely.
fn name_of(plugin: &Spanned<DeValue<'_>>) -> Range<usize> {
    let name = plugin.get_ref().as_table().and_then(|table| table.get("name"));
    name.map_or_else(|| plugin.span(), Spanned::span)
}
