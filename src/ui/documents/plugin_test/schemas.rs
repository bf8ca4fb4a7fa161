//! The JSON Schema of the document, as it lies in `schemas/`.

use super::TestReport;
use crate::ui::documents::schema::{assert_committed, schema};

#[test]
fn the_committed_schema_is_the_generated_one() {
    assert_committed("plugin-test.schema.json", &schema::<TestReport>());
}
