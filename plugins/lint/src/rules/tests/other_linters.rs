//! The rules of other linters of migrations: what lint finds in a script that has each, and the
//! form in which it finds nothing. The table in `docs/` is that of `RULES`.

use std::fmt::Write as _;

use super::analysed::{Script, analyse, codes, found};
use crate::rules::table::RULES as OWN;
use crate::settings::Severity;

/// The tables that an earlier revision made.
const TABLES: &str = r#"
op.create_table(
    "users",
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("name", sa.String(50)),
    sa.Column("email", sa.String(100)),
    sa.Column("visits", sa.Integer),
)
op.create_table("orders", sa.Column("id", sa.Integer, primary_key=True), sa.Column("user_id", sa.Integer))
op.execute("create table plain (id integer)")
op.create_index("users_by_name", "users", ["name"])
op.execute("create schema old")
"#;

/// The rule of lint that finds the same, or the reason why none does.
enum Lint {
    Finds(&'static str),
    LeavesOut(&'static str),
}

use Lint::{Finds, LeavesOut};

struct Other {
    /// The codes of other linters.
    codes: &'static str,
    what: &'static str,
    lint: Lint,
    bad: &'static str,
    /// The revisions that do the same without the finding.
    good: &'static [&'static str],
}

const fn other(
    codes: &'static str,
    what: &'static str,
    lint: Lint,
    bad: &'static str,
    good: &'static [&'static str],
) -> Other {
    Other { codes, what, lint, bad, good }
}

const COLUMN: &str = r#"op.add_column("users", sa.Column("nick", sa.Text))"#;
const INDEX: &str = "with op.get_context().autocommit_block():\n    op.create_index(\"ix\", \"users\", [\"email\"], postgresql_concurrently=True)";
const UNIQUE: &str = "with op.get_context().autocommit_block():\n    op.create_index(\"uq\", \"users\", [\"email\"], unique=True, postgresql_concurrently=True)";

const RULES: &[Other] = &[
    other(
        "alembic-guard AG001, lockcheck LC001, zdm R010, Atlas MF103",
        "a required column without a default",
        Finds("adding-required-field"),
        r#"op.add_column("users", sa.Column("nick", sa.Text, nullable=False))"#,
        &[r#"op.add_column("users", sa.Column("nick", sa.Text, nullable=False, server_default=""))"#],
    ),
    other(
        "alembic-guard AG002, lockcheck LC002, zdm R001, R003, Atlas PG101",
        "an index without `CONCURRENTLY`",
        Finds("require-concurrent-index-creation"),
        r#"op.create_index("ix", "users", ["email"])"#,
        &[INDEX],
    ),
    other(
        "zdm R016, Atlas PG102",
        "an index that is dropped without `CONCURRENTLY`",
        Finds("require-concurrent-index-deletion"),
        r#"op.drop_index("users_by_name", "users")"#,
        &[
            "with op.get_context().autocommit_block():\n    op.drop_index(\"users_by_name\", \"users\", postgresql_concurrently=True)",
        ],
    ),
    other(
        "alembic-guard AG003, lockcheck LC003, zdm R004, Atlas PG103",
        "`CONCURRENTLY` in a transaction",
        Finds("ban-concurrent-index-creation-in-transaction"),
        r#"op.create_index("ix", "users", ["email"], postgresql_concurrently=True)"#,
        &[INDEX],
    ),
    other(
        "alembic-guard AG004, zdm R011, Atlas BC102",
        "a renamed column",
        Finds("renaming-column"),
        r#"op.alter_column("users", "name", new_column_name="full_name")"#,
        &[COLUMN],
    ),
    other(
        "alembic-guard AG004, zdm R019, Atlas BC101",
        "a renamed table",
        Finds("renaming-table"),
        r#"op.rename_table("users", "people")"#,
        &[r#"op.create_table("people", sa.Column("id", sa.Integer, primary_key=True))"#],
    ),
    other(
        "alembic-guard AG005, zdm R005, Atlas DS103",
        "a dropped column",
        Finds("ban-drop-column"),
        r#"op.drop_column("users", "name")"#,
        &[COLUMN],
    ),
    other(
        "alembic-guard AG005, zdm R019, Atlas DS102",
        "a dropped table",
        Finds("ban-drop-table"),
        r#"op.drop_table("users")"#,
        &["op.create_table(\"t\", sa.Column(\"id\", sa.Integer))\nop.drop_table(\"t\")"],
    ),
    other(
        "Atlas DS101",
        "a dropped schema",
        Finds("ban-drop-schema"),
        r#"op.execute("drop schema old")"#,
        &[r#"op.execute("create schema new")"#],
    ),
    other(
        "alembic-guard AG006, lockcheck LC005, zdm R015, Atlas PG301",
        "a change of a type that rewrites the table",
        Finds("changing-column-type"),
        r#"op.alter_column("users", "visits", type_=sa.BigInteger)"#,
        &[r#"op.alter_column("users", "name", type_=sa.String(100))"#],
    ),
    other(
        "alembic-guard AG007, lockcheck LC004, zdm R015, Atlas MF104, PG303",
        "`SET NOT NULL` that is checked at once",
        Finds("adding-not-nullable-field"),
        r#"op.alter_column("users", "email", nullable=False)"#,
        &[
            r#"op.create_check_constraint("email_set", "users", "email IS NOT NULL", postgresql_not_valid=True)"#,
            r#"op.execute("ALTER TABLE users VALIDATE CONSTRAINT email_set")"#,
            r#"op.alter_column("users", "email", nullable=False)"#,
        ],
    ),
    other(
        "alembic-guard AG008, lockcheck LC006, zdm R006, Atlas PG306",
        "a foreign key without `NOT VALID`",
        Finds("adding-foreign-key-constraint"),
        r#"op.create_foreign_key("fk", "orders", "users", ["user_id"], ["id"])"#,
        &[
            r#"op.create_foreign_key("fk", "orders", "users", ["user_id"], ["id"], postgresql_not_valid=True)"#,
            r#"op.execute("ALTER TABLE orders VALIDATE CONSTRAINT fk")"#,
        ],
    ),
    other(
        "alembic-guard AG008, lockcheck LC006, zdm R017, Atlas PG305",
        "a check without `NOT VALID`",
        Finds("constraint-missing-not-valid"),
        r#"op.create_check_constraint("positive", "users", "visits > 0")"#,
        &[
            r#"op.create_check_constraint("positive", "users", "visits > 0", postgresql_not_valid=True)"#,
            r#"op.execute("ALTER TABLE users VALIDATE CONSTRAINT positive")"#,
        ],
    ),
    other(
        "alembic-guard AG009, Atlas PG302",
        "a column with a default that is computed for each row",
        Finds("adding-field-with-default"),
        r#"op.add_column("users", sa.Column("token", sa.Text, server_default=sa.text("gen_random_uuid()")))"#,
        &[r#"op.add_column("users", sa.Column("token", sa.Text, server_default="none"))"#],
    ),
    other(
        "alembic-guard AG010, lockcheck LC007, zdm R002, Atlas MF101, PG105",
        "a unique constraint that builds its index",
        Finds("disallowed-unique-constraint"),
        r#"op.create_unique_constraint("uq", "users", ["email"])"#,
        &[UNIQUE, r#"op.execute("ALTER TABLE users ADD CONSTRAINT uq UNIQUE USING INDEX uq")"#],
    ),
    other(
        "alembic-guard AG010, Atlas PG104, PG304",
        "a primary key that builds its index",
        Finds("adding-serial-primary-key-field"),
        r#"op.execute("alter table plain add primary key (id)")"#,
        &[r#"op.create_table("keyed", sa.Column("id", sa.Integer, primary_key=True))"#],
    ),
    other(
        "zdm R017, Atlas PG311",
        "an exclusion constraint",
        Finds("blocking-scan"),
        r#"op.execute("ALTER TABLE users ADD CONSTRAINT ex EXCLUDE USING gist (id WITH =)")"#,
        &[
            "op.create_table(\"t\", sa.Column(\"id\", sa.Integer))\nop.execute(\"ALTER TABLE t ADD CONSTRAINT ex EXCLUDE USING gist (id WITH =)\")",
        ],
    ),
    other(
        "zdm R008, R009, R012 to R014, R018",
        "files of a pull request, and Django's operations",
        LeavesOut("there is no statement to judge; `lback plan` marks revisions that can't be reverted"),
        "",
        &[],
    ),
    other(
        "Atlas MF102",
        "an index that becomes unique",
        LeavesOut("PostgreSQL has no such statement: the new index is one of PG101 or MF101"),
        "",
        &[],
    ),
    other(
        "Atlas PG110",
        "columns whose order wastes space",
        LeavesOut("it is about neither locks nor the application that runs meanwhile"),
        "",
        &[],
    ),
];

/// Rules of Atlas for MySQL.
const MYSQL: &[Other] = &[
    other(
        "Atlas MY101",
        "a required column without a default, which gets an implicit one",
        LeavesOut("MySQL adds it without a copy: nothing waits"),
        r#"op.add_column("users", sa.Column("age", sa.Integer, nullable=False))"#,
        &[],
    ),
    other(
        "Atlas MY102",
        "a column with an inline `REFERENCES`, which has no effect",
        LeavesOut("SQLAlchemy writes a constraint of its own; only text in `op.execute` can have it"),
        "",
        &[],
    ),
    other(
        "Atlas MY110 to MY113, MY120 to MY123",
        "changes of enums and sets that copy the table",
        Finds("table-rewrite"),
        r#"op.execute("alter table users modify kind enum ('b', 'a')")"#,
        &[r#"op.execute("alter table users modify kind enum ('a', 'b', 'c')")"#],
    ),
];

fn scripts<'a>(server: &str, bodies: impl Iterator<Item = Vec<&'a str>>) -> Vec<Script> {
    let column = "op.execute(\"alter table users add column kind enum ('a', 'b')\")";
    let setup = TABLES.replace("op.execute(\"create schema old\")", column);
    let setup = if server == "mysql" { setup } else { TABLES.to_owned() };
    let script = |revisions: Vec<&str>| Script {
        server: server.to_owned(),
        setup: vec![setup.clone()],
        revisions: revisions.into_iter().map(str::to_owned).collect(),
    };
    bodies.map(script).collect()
}

/// The settings with which all rules that the table names deny.
fn settings() -> String {
    let named = RULES.iter().chain(MYSQL).filter_map(|other| match other.lint {
        Finds(code) => Some(format!("\"{code}\": \"deny\"")),
        LeavesOut(_) => None,
    });
    format!(
        "{{\"rules\": {{{}}}}}",
        named.collect::<std::collections::BTreeSet<_>>().into_iter().collect::<Vec<_>>().join(", ")
    )
}

fn check(server: &str, rules: &[Other]) {
    let settings = settings();
    let denied = |bodies: Vec<Vec<&str>>| -> Vec<Vec<&'static str>> {
        let analysed = analyse(&scripts(server, bodies.into_iter()));
        analysed.iter().map(|steps| codes(&found(server, steps, &settings, None), Severity::Deny)).collect()
    };
    let bad = denied(rules.iter().map(|other| vec![if other.bad.is_empty() { "pass" } else { other.bad }]).collect());
    let good = denied(rules.iter().map(|other| other.good.to_vec()).collect());
    let mut wrong = Vec::new();
    for ((other, bad), good) in rules.iter().zip(bad).zip(good) {
        let is_right = match other.lint {
            Finds(code) => bad.contains(&code) && !other.good.is_empty(),
            LeavesOut(_) => bad.is_empty(),
        };
        if !is_right || !good.is_empty() {
            wrong.push((other.codes, bad, good));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn what_other_linters_find_is_denied_and_its_safe_form_is_not() {
    check("postgresql", RULES);
}

#[test]
fn what_atlas_finds_on_mysql_is_judged_as_the_page_says() {
    check("mysql", MYSQL);
}

#[test]
fn the_page_has_the_rules_of_other_linters() {
    let mut table = "\n\n| rule | finds | rule of lint | default |\n|---|---|---|---|\n".to_owned();
    for Other { codes, what, lint, .. } in RULES.iter().chain(MYSQL) {
        let (rule, default) = match lint {
            Finds(code) => {
                let severity = OWN.iter().find(|rule| rule.code == *code).expect(code).severity;
                (format!("`{code}`"), format!("{severity:?}").to_lowercase())
            }
            LeavesOut(why) => (format!("none: {why}"), "–".to_owned()),
        };
        writeln!(table, "| {codes} | {what} | {rule} | {default} |").unwrap();
    }
    let page = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/reference/lint-rules.md");
    table.push('\n');
    generated_files::assert_section_current(page.as_ref(), ("<!-- others: begin -->", "<!-- others: end -->"), &table);
}
