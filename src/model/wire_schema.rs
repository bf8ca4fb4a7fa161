//! The JSON Schema of an event, as it lies in `schemas/`.

use super::wire::CloudEvent;
use crate::ui::documents::schema::{assert_committed, schema};

#[test]
fn the_committed_schema_is_the_generated_one() {
    assert_committed("events.schema.json", &schema::<CloudEvent>());
}
