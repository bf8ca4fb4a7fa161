//! The output of `lback plugin list`, `inspect` and `publish`.
//!
//! `documents` has the one model of both forms: `text` draws the terminal's, serde writes the JSON.
//! The JSON Schemas in `schemas/` are generated from its types.

mod documents;
mod plugin_list;
#[cfg(test)]
mod schemas;
mod text;

use std::io;

pub(crate) use documents::{InspectedPlugin, ListedPlugin, PublishedPlugin};

use self::documents::{AvailablePlugin, AvailablePlugins, FORMAT, PluginList};
use super::json::print_json;
use crate::registry::BuiltinPlugin;
use crate::ui::terminal::message::status;
use crate::ui::terminal::screen::{print, print_text};

/// Shows the plugins of a project.
pub(crate) fn show_list(plugins: Vec<ListedPlugin>, json: bool) -> io::Result<()> {
    if json {
        return print_json(&PluginList { format: FORMAT, plugins });
    }
    if !plugins.is_empty() {
        print_text(&plugin_list::plugin_list(&plugins))?;
    }
    Ok(())
}

/// Shows lback's own plugins.
pub(crate) fn show_available(plugins: &'static [BuiltinPlugin], json: bool) -> io::Result<()> {
    let plugins: Vec<_> = plugins.iter().map(AvailablePlugin::new).collect();
    if json {
        return print_json(&AvailablePlugins { format: FORMAT, plugins });
    }
    print(&text::available(&plugins))
}

/// Shows one plugin.
pub(crate) fn show_inspected(plugin: &InspectedPlugin, json: bool) -> io::Result<()> {
    if json {
        return print_json(plugin);
    }
    print(&text::inspected(plugin))
}

/// Shows a publication. stdout has only the reference, for use by the next command.
pub(crate) fn show_published(plugin: &PublishedPlugin, json: bool) -> io::Result<()> {
    status("Published", &format!("{} {} as {}", plugin.name, plugin.version, plugin.tagged));
    if json {
        return print_json(plugin);
    }
    print(&plugin.reference)
}
