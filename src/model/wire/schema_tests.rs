//! Compares the committed JSON Schemas of events with the generated ones.

use schemars::JsonSchema;

use super::cloud_event::CloudEvent;
use crate::ui::documents::schema::{assert_committed, schema, schema_of_input};

/// A sample event: a CloudEvent 1.0 as `lback --events` writes it. Only `type` is needed, and the
/// arguments that the signal has.
#[derive(JsonSchema)]
#[schemars(title = "lback plugin test --signal")]
#[expect(dead_code, reason = "only its schema is used")]
struct SampleDocument(CloudEvent);

#[test]
fn the_committed_schemas_are_the_generated_ones() {
    assert_committed("events.schema.json", &schema::<CloudEvent>());
    assert_committed("plugin-signal.schema.json", &schema_of_input::<SampleDocument>());
}
