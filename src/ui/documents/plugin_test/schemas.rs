//! Compares the committed JSON Schema with the generated one.

use super::test_report::TestReport;
use crate::ui::documents::schema::{assert_committed, schema};

#[test]
fn the_committed_schema_is_the_generated_one() {
    assert_committed("plugin-test.schema.json", &schema::<TestReport>());
}
