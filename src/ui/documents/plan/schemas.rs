//! The JSON Schema of the document, as it lies in `schemas/`.

use super::PlanReport;
use crate::ui::documents::schema::{assert_committed, schema};

#[test]
fn the_committed_schema_is_the_generated_one() {
    assert_committed("plan.schema.json", &schema::<PlanReport>());
}
