//! Edits the text of `lback.toml`, and preserves comments, order and spaces everywhere else.
//!
//! The caller parses the result as any other `lback.toml`; this module doesn't check values.

use toml_edit::{Array, ArrayOfTables, DocumentMut, InlineTable, Item, Table, TableLike, Value, value};

use super::Allow;

/// The reason why a text can't be edited.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum EditError {
    #[error("`lback.toml` can't be edited: {0}")]
    Syntax(String),
    #[error("`lback.toml` has no `[[plugin]]` with the name `{0}`")]
    NoSuchPlugin(String),
    #[error("`{key}` can't be set: `{part}` is a value of its own, not a table")]
    NotATable { key: String, part: String },
    #[error("`{0}` is not `key=value`")]
    NotAnAssignment(String),
}

/// A `[[plugin]]` entry to add.
#[derive(Clone, Debug, Default)]
pub(crate) struct NewPlugin {
    pub(crate) name: String,
    source: String,
    public_key: Option<String>,
    pub(crate) allow: Allow,
    settings: Table,
}

impl NewPlugin {
    /// Creates an entry without settings and grants.
    pub(crate) fn new(name: String, source: String, public_key: Option<String>) -> Self {
        Self { name, source, public_key, ..Self::default() }
    }

    /// Sets a setting from `key=value`. A dot leads into a table; a value that isn't TOML is a
    /// string.
    pub(crate) fn set(&mut self, assignment: &str) -> Result<(), EditError> {
        let (key, text) = assignment
            .split_once('=')
            .map(|(key, text)| (key.trim(), text.trim()))
            .filter(|(key, _)| key.split('.').all(|part| !part.is_empty()))
            .ok_or_else(|| EditError::NotAnAssignment(assignment.to_owned()))?;
        let parsed = text.parse::<Value>().unwrap_or_else(|_| Value::from(text));
        let mut table = &mut self.settings;
        let mut parts = key.split('.').peekable();
        while let Some(part) = parts.next() {
            if parts.peek().is_none() {
                table.insert(part, Item::Value(parsed));
                break;
            }
            let not_a_table = || EditError::NotATable { key: key.to_owned(), part: part.to_owned() };
            table = table.entry(part).or_insert_with(implicit).as_table_mut().ok_or_else(not_a_table)?;
        }
        Ok(())
    }

    fn table(&self) -> Table {
        let mut table = Table::new();
        table.insert("name", value(&self.name));
        table.insert("source", value(&self.source));
        if let Some(key) = &self.public_key {
            table.insert("public-key", value(key));
        }
        if self.allow != Allow::default() {
            let mut allow = Table::new();
            allow.set_dotted(true);
            add_grants(&mut allow, &self.allow);
            table.insert("allow", Item::Table(allow));
        }
        if !self.settings.is_empty() {
            table.insert("settings", Item::Table(self.settings.clone()));
        }
        table
    }
}

fn implicit() -> Item {
    let mut table = Table::new();
    table.set_implicit(true);
    Item::Table(table)
}

/// Returns the text with one more plugin, at its end.
pub(crate) fn with_plugin(text: &str, plugin: &NewPlugin) -> Result<String, EditError> {
    let mut document = parse(text)?;
    if let Some(Item::Value(Value::Array(array))) = document.get_mut("plugin") {
        array.push(plugin.table().into_inline_table());
        return Ok(written(&document, text));
    }
    // A separate text after the present one, which stays unchanged byte for byte.
    let mut plugins = ArrayOfTables::new();
    plugins.push(plugin.table());
    let mut own = DocumentMut::new();
    own.insert("plugin", Item::ArrayOfTables(plugins));
    let own = own.to_string();
    let line_break = if text.is_empty() || text.ends_with('\n') { "" } else { "\n" };
    let space = if text.trim().is_empty() { "" } else { "\n" };
    let more = format!("{line_break}{space}{}\n", own.trim());
    Ok(format!("{text}{}", if is_dos(text) { more.replace('\n', "\r\n") } else { more }))
}

/// Returns the text with additional grants for a plugin.
pub(crate) fn granted(text: &str, name: &str, more: &Allow) -> Result<String, EditError> {
    let mut document = parse(text)?;
    let missing = || EditError::NoSuchPlugin(name.to_owned());
    let index = position(&document, name).ok_or_else(missing)?;
    let allow = match document.get_mut("plugin") {
        Some(Item::ArrayOfTables(plugins)) => plugins.get_mut(index).map(|plugin| {
            plugin.entry("allow").or_insert_with(|| {
                let mut allow = Table::new();
                allow.set_dotted(true);
                Item::Table(allow)
            })
        }),
        Some(Item::Value(Value::Array(plugins))) => plugins
            .get_mut(index)
            .and_then(Value::as_inline_table_mut)
            .map(|plugin| plugin.entry_format(&"allow".into()).or_insert(InlineTable::new().into()))
            .and_then(Value::as_inline_table_mut)
            .map(|allow| {
                add_grants(allow, more);
                None::<&mut Item>
            })
            .unwrap_or_default(),
        _ => None,
    };
    if let Some(allow) = allow.and_then(Item::as_table_like_mut) {
        add_grants(allow, more);
    }
    Ok(written(&document, text))
}

/// Returns the text without this plugin.
pub(crate) fn removed(text: &str, name: &str) -> Result<String, EditError> {
    let mut document = parse(text)?;
    let index = position(&document, name).ok_or_else(|| EditError::NoSuchPlugin(name.to_owned()))?;
    match document.get_mut("plugin") {
        Some(Item::ArrayOfTables(plugins)) => {
            if let Some(plugin) = plugins.get_mut(index) {
                hollow(plugin);
            }
            let header = written(&hollow_header(), text.trim_start_matches(MARK));
            return Ok(written(&document, text).replace(&header, ""));
        }
        Some(Item::Value(Value::Array(plugins))) => {
            plugins.remove(index);
        }
        _ => {}
    }
    Ok(written(&document, text))
}

/// The placeholder of a removed plugin. No text contains it: TOML allows no such character in a
/// comment.
const GONE: &str = "# \u{1}\n";

/// Reduces a plugin to its header, and keeps the comments before it that a blank line separates:
/// they are not about the plugin.
fn hollow(plugin: &mut Table) {
    let before = plugin.decor().prefix().and_then(|prefix| prefix.as_str()).unwrap_or_default().replace("\r\n", "\n");
    let kept = before.rfind("\n\n").map_or("", |end| &before[..=end]);
    let position = plugin.position();
    *plugin = Table::new();
    plugin.set_position(position);
    plugin.decor_mut().set_prefix(format!("{kept}{GONE}"));
}

fn hollow_header() -> DocumentMut {
    let mut plugin = Table::new();
    plugin.decor_mut().set_prefix(GONE);
    let mut plugins = ArrayOfTables::new();
    plugins.push(plugin);
    let mut document = DocumentMut::new();
    document.insert("plugin", Item::ArrayOfTables(plugins));
    document
}

const MARK: char = '\u{feff}';

fn parse(text: &str) -> Result<DocumentMut, EditError> {
    let text = text.strip_prefix(MARK).unwrap_or(text);
    text.parse().map_err(|error: toml_edit::TomlError| EditError::Syntax(error.message().to_owned()))
}

/// Returns the text with the byte order mark and the line ends of the original.
fn written(document: &DocumentMut, before: &str) -> String {
    let mark = if before.starts_with(MARK) { "\u{feff}" } else { "" };
    let text = document.to_string().replace("\r\n", "\n");
    format!("{mark}{}", if is_dos(before) { text.replace('\n', "\r\n") } else { text })
}

fn is_dos(text: &str) -> bool {
    text.find('\n').is_some_and(|end| text[..end].ends_with('\r'))
}

/// Returns the index of the plugin with this name.
fn position(document: &DocumentMut, name: &str) -> Option<usize> {
    let is_named = |table: &dyn TableLike| table.get("name").and_then(Item::as_str) == Some(name);
    match document.get("plugin")? {
        Item::ArrayOfTables(plugins) => plugins.iter().position(|plugin| is_named(plugin)),
        Item::Value(Value::Array(plugins)) => {
            plugins.iter().position(|plugin| plugin.as_inline_table().is_some_and(|plugin| is_named(plugin)))
        }
        _ => None,
    }
}

fn add_grants(allow: &mut dyn TableLike, more: &Allow) {
    add_items(allow, "http", more.http.iter().map(ToString::to_string));
    add_items(allow, "secrets", more.secrets.iter().cloned());
    if more.private {
        allow.insert("private", value(true));
    }
}

fn add_items(allow: &mut dyn TableLike, key: &str, items: impl Iterator<Item = String>) {
    let mut items = items.peekable();
    if items.peek().is_none() {
        return;
    }
    if !allow.contains_key(key) {
        allow.insert(key, value(Array::new()));
    }
    if let Some(array) = allow.get_mut(key).and_then(Item::as_array_mut) {
        items.for_each(|item| array.push(item));
    }
}

#[cfg(test)]
mod tests;
