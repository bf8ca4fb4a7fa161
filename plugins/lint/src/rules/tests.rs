//! Tests of the rules on real Alembic scripts, analysed as `lback plan` does.

mod analysed;
mod eugene;
mod matrices;
mod other_linters;
mod page;
mod squawk_cases;
mod wording;
