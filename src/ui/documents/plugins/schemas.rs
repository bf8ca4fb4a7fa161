//! Compares the committed JSON Schemas with the generated ones.

use super::documents::{AvailablePlugins, InspectedPlugin, PluginList, PublishedPlugin};
use crate::ui::documents::schema::{assert_committed, schema};

#[test]
fn the_committed_schemas_are_the_generated_ones() {
    assert_committed("plugin-list.schema.json", &schema::<PluginList>());
    assert_committed("plugin-available.schema.json", &schema::<AvailablePlugins>());
    assert_committed("plugin-inspect.schema.json", &schema::<InspectedPlugin>());
    assert_committed("plugin-publish.schema.json", &schema::<PublishedPlugin>());
}
