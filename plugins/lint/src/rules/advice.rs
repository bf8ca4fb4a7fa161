//! The safe form of what a rule denies, as Alembic code to paste.

use super::finding::named;
use super::table::{
    BLOCKING_SCAN, FOREIGN_KEY_WITHOUT_INDEX, JSON_COLUMN, LARGE_DATA_CHANGE, RENAMING_SCHEMA, Rule, SEVERAL_ALTERS,
    TABLE_REWRITE, WIDE_INDEX, WORK_UNDER_LOCK,
};
use super::target::Target;
use crate::bindings::lback::plugin::plan::Operation;

/// The hint where there is no other form.
pub(super) const ACCEPT: &str = "if it is agreed on, say so in a comment above the line: `# lback: allow CODE: REASON`";

/// Returns the advice of a rule for a statement.
pub(super) fn advice(target: &Target, rule: &Rule, statement: usize) -> Option<String> {
    let operation = target.operations(&target.statements[statement]).next();
    let table = operation.and_then(|operation| operation.table.as_ref()).map_or_else(|| "TABLE".to_owned(), named);
    let name = operation.and_then(|operation| operation.name.clone());
    let name = |other: &str| name.clone().unwrap_or_else(|| other.to_owned());
    let text = match rule.code {
        "require-concurrent-index-creation" => with_autocommit(
            "create the index while others write",
            &format!("op.create_index({}, {}, […], postgresql_concurrently=True)", quoted(&name("NAME")), quoted(&table)),
        ),
        "require-concurrent-index-deletion" => with_autocommit(
            "drop the index while others use the table",
            &format!("op.drop_index({}, {}, postgresql_concurrently=True)", quoted(&name("NAME")), quoted(&table)),
        ),
        "ban-concurrent-index-creation-in-transaction" => with_autocommit(
            "leave the transaction of the migration",
            "op.create_index(…, postgresql_concurrently=True)",
        ),
        "constraint-missing-not-valid" | "adding-foreign-key-constraint" => in_steps(
            "add the constraint unchecked, and validate it in a later revision",
            &[
                &constraint(operation, &table),
                "# in the next revision, which runs after this one is committed:",
                &format!("op.execute('ALTER TABLE {table} VALIDATE CONSTRAINT {}')", name("NAME")),
            ],
        ),
        "disallowed-unique-constraint" | "adding-serial-primary-key-field" => in_steps(
            "build the index first, then make it the constraint",
            &[
                "with op.get_context().autocommit_block():",
                &format!("    op.create_index('INDEX', {}, […], unique=True, postgresql_concurrently=True)", quoted(&table)),
                "# in the next revision:",
                &format!("op.execute('ALTER TABLE {table} ADD CONSTRAINT {} UNIQUE USING INDEX INDEX')", name("NAME")),
            ],
        ),
        "adding-not-nullable-field" => in_steps(
            "check the rows before, in three revisions",
            &[
                &format!(
                    "op.create_check_constraint('{0}_not_null', {1}, '{0} IS NOT NULL', postgresql_not_valid=True)",
                    name("COLUMN"),
                    quoted(&table)
                ),
                "# in the next revision:",
                &format!("op.execute('ALTER TABLE {table} VALIDATE CONSTRAINT {}_not_null')", name("COLUMN")),
                "# in the one after it:",
                &format!("op.alter_column({}, {}, nullable=False)", quoted(&table), quoted(&name("COLUMN"))),
            ],
        ),
        "adding-field-with-default" | "adding-required-field" => in_steps(
            "add the column without a default, fill it in batches, then set default and NOT NULL",
            &[&format!("op.add_column({}, sa.Column({}, …, nullable=True))", quoted(&table), quoted(&name("COLUMN")))],
        ),
        "changing-column-type" | TABLE_REWRITE => {
            "add a new column, copy the rows in batches, and let the application switch, each in a \
             revision of its own"
                .to_owned()
        }
        BLOCKING_SCAN if target.database.server != "postgresql" => {
            "run it while nothing writes to the table, or use a tool that copies the table in the \
             background".to_owned()
        }
        BLOCKING_SCAN => "build indexes with `postgresql_concurrently=True` in an `autocommit_block()`, and add \
             constraints with `postgresql_not_valid=True`, to be validated in a later revision".to_owned(),
        LARGE_DATA_CHANGE => "change the rows in batches that are committed one by one, outside of the migration or \
             in an `autocommit_block()`".to_owned(),
        WORK_UNDER_LOCK => "move the statement to a revision of its own, and set `transaction_per_migration=True` \
             in env.py".to_owned(),
        SEVERAL_ALTERS => "put the changes of one table into one `ALTER TABLE` by `op.execute`, so that the rows \
             are read once".to_owned(),
        JSON_COLUMN => "use the type `jsonb`: `sa.Column(…, postgresql.JSONB())`".to_owned(),
        RENAMING_SCHEMA | "renaming-table" | "renaming-column" => "create the new name beside the old one, let the application switch, and drop the old one in a later revision".to_owned(),
        "ban-drop-column" | "ban-drop-table" => {
            format!("drop it once no running version of the application uses it; then write `# lback: allow \
             {}: REASON` above the line", rule.code)
        }
        FOREIGN_KEY_WITHOUT_INDEX => in_steps(
            "index the columns: without it, each row that is deleted from the other table reads all of this one",
            &[&format!("op.create_index('INDEX', {}, […])", quoted(&table))],
        ),
        WIDE_INDEX => "an index of fewer columns is smaller, and usually as selective".to_owned(),
        _ => return None,
    };
    Some(text)
}

fn quoted(text: &str) -> String {
    format!("'{text}'")
}

fn with_autocommit(purpose: &str, code: &str) -> String {
    in_steps(purpose, &["with op.get_context().autocommit_block():", &format!("    {code}")])
}

/// Returns a purpose, with code below it.
fn in_steps(purpose: &str, code: &[&str]) -> String {
    format!("{purpose}:\n{}", code.join("\n"))
}

/// Returns the call that adds a constraint without checking it.
fn constraint(operation: Option<&Operation>, table: &str) -> String {
    let name = operation.and_then(|operation| operation.name.as_deref()).unwrap_or("NAME");
    let detail = operation.and_then(|operation| operation.detail.as_deref()).unwrap_or_default();
    if detail.contains("check") {
        format!("op.create_check_constraint('{name}', '{table}', …, postgresql_not_valid=True)")
    } else {
        format!("op.create_foreign_key('{name}', '{table}', …, postgresql_not_valid=True)")
    }
}
