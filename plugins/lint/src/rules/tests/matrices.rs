//! Migrations that are known to stop applications, and their safe forms, as Alembic scripts.

use super::analysed::{Analysed, Script, analyse, codes, found};
use crate::settings::Severity;

/// Two tables with rows, as an earlier revision made them.
const TABLES: &str = r#"
op.create_table(
    "users",
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("name", sa.String(50)),
    sa.Column("email", sa.String(100)),
    sa.Column("visits", sa.Integer),
)
op.create_table("orders", sa.Column("id", sa.Integer, primary_key=True), sa.Column("user_id", sa.Integer))
"#;

/// The rules that are warnings or off by default and concern an application that runs meanwhile.
const STRICT: &str = r#"{"rules": {
    "ban-drop-column": "deny", "renaming-column": "deny", "renaming-table": "deny", "renaming-schema": "deny",
    "json-column": "deny", "wide-index": "deny"
}}"#;

/// A check of `strong_migrations`: its name, the migration that it stops, the codes that lint
/// denies it with, and the revisions that are safe. Without a safe form, the same revision with a
/// comment is one.
type Check = (&'static str, &'static str, &'static [&'static str], &'static [&'static [&'static str]]);

const CHECKS: &[Check] = &[
    ("removing a column", r#"op.drop_column("users", "name")"#, &["ban-drop-column"], &[]),
    (
        "changing the type of a column",
        r#"op.alter_column("users", "visits", type_=sa.BigInteger)"#,
        &["changing-column-type"],
        &[
            &[r#"op.alter_column("users", "name", type_=sa.String(100))"#],
            &[r#"op.alter_column("users", "name", type_=sa.Text)"#],
        ],
    ),
    (
        "renaming a column",
        r#"op.alter_column("users", "name", new_column_name="full_name")"#,
        &["renaming-column"],
        &[&[r#"op.add_column("users", sa.Column("full_name", sa.String(50)))"#]],
    ),
    ("renaming a table", r#"op.rename_table("users", "people")"#, &["renaming-table"], &[]),
    (
        "creating a table with force",
        "op.drop_table(\"orders\")\nop.create_table(\"orders\", sa.Column(\"id\", sa.Integer, primary_key=True))",
        &["recreated-table"],
        &[&[r#"op.create_table("invoices", sa.Column("id", sa.Integer, primary_key=True))"#]],
    ),
    (
        "adding an auto-incrementing column",
        r#"op.execute("ALTER TABLE users ADD COLUMN number serial")"#,
        &["table-rewrite"],
        &[&[r#"op.add_column("users", sa.Column("number", sa.BigInteger))"#]],
    ),
    (
        "adding a stored generated column",
        r#"op.add_column("users", sa.Column("lower", sa.Text, sa.Computed("lower(email)", persisted=True)))"#,
        &["adding-field-with-default"],
        &[&[r#"op.add_column("users", sa.Column("lower", sa.Text))"#]],
    ),
    (
        "adding a check constraint",
        r#"op.create_check_constraint("positive", "users", "visits > 0")"#,
        &["constraint-missing-not-valid"],
        &[&[
            r#"op.create_check_constraint("positive", "users", "visits > 0", postgresql_not_valid=True)"#,
            r#"op.execute("ALTER TABLE users VALIDATE CONSTRAINT positive")"#,
        ]],
    ),
    (
        "backfilling data",
        r#"op.execute("UPDATE users SET visits = 0")"#,
        &["large-data-change"],
        &[&[r#"op.execute("UPDATE users SET visits = 0 WHERE id BETWEEN 1 AND 1000")"#]],
    ),
    (
        "adding an index non-concurrently",
        r#"op.create_index("ix", "users", ["email"])"#,
        &["require-concurrent-index-creation"],
        &[&[
            "with op.get_context().autocommit_block():\n    op.create_index(\"ix\", \"users\", [\"email\"], postgresql_concurrently=True)",
        ]],
    ),
    (
        "adding a reference with an index",
        "op.add_column(\"orders\", sa.Column(\"owner\", sa.Integer))\nop.create_index(\"ix\", \"orders\", [\"owner\"])",
        &["require-concurrent-index-creation"],
        &[&[r#"op.add_column("orders", sa.Column("owner", sa.Integer))"#]],
    ),
    (
        "adding a foreign key",
        r#"op.create_foreign_key("fk", "orders", "users", ["user_id"], ["id"])"#,
        &["adding-foreign-key-constraint"],
        &[&[
            r#"op.create_foreign_key("fk", "orders", "users", ["user_id"], ["id"], postgresql_not_valid=True)"#,
            r#"op.execute("ALTER TABLE orders VALIDATE CONSTRAINT fk")"#,
        ]],
    ),
    (
        "adding a unique constraint",
        r#"op.create_unique_constraint("uq", "users", ["email"])"#,
        &["disallowed-unique-constraint"],
        &[&[
            "with op.get_context().autocommit_block():\n    op.create_index(\"uq\", \"users\", [\"email\"], unique=True, postgresql_concurrently=True)",
            r#"op.execute("ALTER TABLE users ADD CONSTRAINT uq UNIQUE USING INDEX uq")"#,
        ]],
    ),
    (
        "adding an exclusion constraint",
        r#"op.execute("ALTER TABLE users ADD CONSTRAINT ex EXCLUDE USING gist (id WITH =)")"#,
        &["blocking-scan"],
        &[],
    ),
    (
        "adding a json column",
        r#"op.add_column("users", sa.Column("settings", sa.JSON))"#,
        &["json-column"],
        &[&[
            "from sqlalchemy.dialects import postgresql\nop.add_column(\"users\", sa.Column(\"settings\", postgresql.JSONB))",
        ]],
    ),
    (
        "setting NOT NULL on an existing column",
        r#"op.alter_column("users", "email", nullable=False)"#,
        &["adding-not-nullable-field"],
        &[&[
            r#"op.create_check_constraint("email_not_null", "users", "email IS NOT NULL", postgresql_not_valid=True)"#,
            r#"op.execute("ALTER TABLE users VALIDATE CONSTRAINT email_not_null")"#,
            r#"op.alter_column("users", "email", nullable=False)"#,
        ]],
    ),
    (
        "adding a column with a volatile default",
        r#"op.add_column("users", sa.Column("token", sa.Text, server_default=sa.text("gen_random_uuid()")))"#,
        &["adding-field-with-default"],
        &[
            &[
                r#"op.add_column("users", sa.Column("token", sa.Text))"#,
                r#"op.alter_column("users", "token", server_default=sa.text("gen_random_uuid()"))"#,
            ],
            &[r#"op.add_column("users", sa.Column("active", sa.Boolean, server_default="true", nullable=False))"#],
        ],
    ),
    ("renaming a schema", r#"op.execute("ALTER SCHEMA sales RENAME TO trade")"#, &["renaming-schema"], &[]),
    (
        "an index of more than three columns",
        "with op.get_context().autocommit_block():\n    op.create_index(\"ix\", \"users\", [\"id\", \"name\", \"email\", \"visits\"], postgresql_concurrently=True)",
        &["wide-index"],
        &[&[
            "with op.get_context().autocommit_block():\n    op.create_index(\"ix\", \"users\", [\"name\", \"email\"], postgresql_concurrently=True)",
        ]],
    ),
    (
        "a concurrent index within a transaction",
        "op.add_column(\"users\", sa.Column(\"x\", sa.Integer))\nop.create_index(\"ix\", \"users\", [\"email\"], postgresql_concurrently=True)",
        &["ban-concurrent-index-creation-in-transaction"],
        &[],
    ),
    (
        "adding a required column",
        r#"op.add_column("users", sa.Column("x", sa.Integer, nullable=False))"#,
        &["adding-required-field"],
        &[&[r#"op.add_column("users", sa.Column("x", sa.Integer, nullable=False, server_default="0"))"#]],
    ),
];

/// Changes of a table that blocks writers on MariaDB and MySQL, and ones that don't.
const MYSQL: &[(&str, &str, &[&str])] = &[
    (
        "mysql",
        r#"op.alter_column("users", "visits", existing_type=sa.Integer(), type_=sa.BigInteger())"#,
        &["table-rewrite"],
    ),
    (
        "mariadb",
        r#"op.alter_column("users", "visits", existing_type=sa.Integer(), type_=sa.BigInteger())"#,
        &["table-rewrite"],
    ),
    ("mysql", r#"op.add_column("users", sa.Column("x", sa.Integer))"#, &[]),
    ("mariadb", r#"op.add_column("users", sa.Column("x", sa.Integer))"#, &[]),
    ("mysql", r#"op.create_index("ix", "users", ["email"])"#, &[]),
    ("mariadb", r#"op.create_index("ix", "users", ["email"])"#, &[]),
    ("mysql", r#"op.execute("UPDATE users SET visits = 0")"#, &["large-data-change"]),
    ("mariadb", r#"op.execute("DELETE FROM users")"#, &["large-data-change"]),
];

fn scripts<'a>(server: &str, revisions: impl Iterator<Item = Vec<&'a str>>) -> Vec<Vec<Analysed>> {
    let script = |revisions: Vec<&str>| Script {
        server: server.to_owned(),
        setup: vec![TABLES.to_owned()],
        revisions: revisions.into_iter().map(str::to_owned).collect(),
    };
    analyse(&revisions.map(script).collect::<Vec<_>>())
}

#[test]
fn what_strong_migrations_stops_is_denied() {
    let analysed = scripts("postgresql", CHECKS.iter().map(|(_, bad, ..)| vec![*bad]));
    let mut wrong = Vec::new();
    for ((name, _, expected, _), steps) in CHECKS.iter().zip(&analysed) {
        let denied = codes(&found("postgresql", steps, STRICT, None), Severity::Deny);
        if denied != *expected {
            wrong.push((name, denied, steps.iter().map(|step| &step.doubts).collect::<Vec<_>>()));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn its_safe_forms_are_allowed() {
    let safe: Vec<_> = CHECKS.iter().flat_map(|(name, _, _, safe)| safe.iter().map(move |form| (name, form))).collect();
    let analysed = scripts("postgresql", safe.iter().map(|(_, form)| form.to_vec()));
    let mut wrong = Vec::new();
    for ((name, _), steps) in safe.iter().zip(&analysed) {
        let found = found("postgresql", steps, STRICT, None);
        if !found.is_empty() {
            wrong.push((name, found));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn small_and_empty_tables_are_left_alone_and_large_ones_are_not() {
    let work: Vec<_> =
        CHECKS.iter().filter(|(name, ..)| name.starts_with("setting NOT") || name.starts_with("adding a")).collect();
    let analysed = scripts("postgresql", work.iter().map(|(_, bad, ..)| vec![*bad]));
    for ((name, _, expected, _), steps) in work.iter().zip(&analysed) {
        for rows in [0, 2_600, 100_000] {
            let denied = codes(&found("postgresql", steps, "{}", Some(rows)), Severity::Deny);
            assert!(denied.is_empty(), "{name} on {rows} rows: {denied:?}");
        }
        if *expected != ["json-column"] {
            assert_eq!(codes(&found("postgresql", steps, "{}", Some(10_000_000)), Severity::Deny), *expected, "{name}");
        }
    }
}

#[test]
fn comments_in_sql_silence_nothing() {
    let bodies = [
        "op.execute(\"-- squawk-ignore-file\\nALTER TABLE users ALTER COLUMN email SET NOT NULL\")",
        "op.execute(\"/* squawk-ignore adding-not-nullable-field */ ALTER TABLE users ALTER COLUMN email SET NOT NULL\")",
        "op.execute(\"UPDATE users SET visits = 0 -- where id = 1\")",
    ];
    let expected = ["adding-not-nullable-field", "adding-not-nullable-field", "large-data-change"];
    let analysed = scripts("postgresql", bodies.iter().map(|body| vec![*body]));
    for ((body, expected), steps) in bodies.iter().zip(expected).zip(&analysed) {
        assert_eq!(codes(&found("postgresql", steps, "{}", None), Severity::Deny), [expected], "{body}");
    }
}

#[test]
fn what_blocks_writers_on_mysql_and_mariadb_is_denied() {
    let script = |(server, body, _): &(&str, &str, &[&str])| Script {
        server: (*server).to_owned(),
        setup: vec![TABLES.to_owned()],
        revisions: vec![(*body).to_owned()],
    };
    let analysed = analyse(&MYSQL.iter().map(script).collect::<Vec<_>>());
    for ((server, body, expected), steps) in MYSQL.iter().zip(&analysed) {
        assert_eq!(codes(&found(server, steps, "{}", None), Severity::Deny), *expected, "{server}: {body}");
    }
}
