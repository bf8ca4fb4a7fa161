//! Compares the committed JSON Schemas with the generated ones.

use super::documents::{Redelivery, RunDocument, RunList};
use crate::ui::documents::schema::{assert_committed, schema};

#[test]
fn the_committed_schemas_are_the_generated_ones() {
    assert_committed("log.schema.json", &schema::<RunList>());
    assert_committed("log-show.schema.json", &schema::<RunDocument>());
    assert_committed("log-redeliver.schema.json", &schema::<Redelivery>());
}
