//! The hints of eugene, as Alembic scripts: what each is about, and the form without it.

use super::analysed::{Script, analyse, codes, found};
use crate::settings::Severity;

/// The rules that are off by default and are about a hint of eugene.
const STRICT: &str = r#"{"rules": {
    "json-column": "deny", "enum-type": "deny", "several-alters": "deny", "require-lock-timeout": "deny",
    "foreign-key-without-index": "deny"
}}"#;

/// A hint: its code, the revisions before, the revisions that have it, the code that lint denies
/// them with, and the revisions that don't have it. A finding that eugene's own example suppresses
/// is left out by its code.
struct Hint {
    code: &'static str,
    before: &'static [&'static str],
    bad: &'static [&'static str],
    denied_by: &'static str,
    good: &'static [&'static str],
    suppressed: &'static [&'static str],
}

const AUTHORS: &str = "op.execute('create table authors (id integer primary key, name text, email text)')";
const PRICES: &str = "op.execute('create table prices (id integer primary key, price int not null)')";
const TIMEOUT: &str = "op.execute(\"set local lock_timeout = '2s'\")\n";

const HINTS: &[Hint] = &[
    Hint {
        code: "E1",
        before: &[AUTHORS],
        bad: &["op.execute('alter table authors add constraint nn check (name is not null)')"],
        denied_by: "constraint-missing-not-valid",
        good: &[
            "op.execute('alter table authors add constraint nn check (name is not null) not valid')",
            "op.execute('alter table authors validate constraint nn')",
        ],
        suppressed: &[],
    },
    Hint {
        code: "E2",
        before: &[AUTHORS],
        bad: &["op.alter_column('authors', 'name', nullable=False)"],
        denied_by: "adding-not-nullable-field",
        good: &[
            "op.execute('alter table authors add constraint nn check (name is not null) not valid')",
            "op.execute('alter table authors validate constraint nn')",
            "op.alter_column('authors', 'name', nullable=False)",
        ],
        suppressed: &[],
    },
    Hint {
        code: "E3",
        before: &[],
        bad: &["op.create_table('notes', sa.Column('id', sa.Integer, primary_key=True), sa.Column('meta', sa.JSON))"],
        denied_by: "json-column",
        good: &["op.execute('create table notes (id integer primary key, meta jsonb)')"],
        suppressed: &[],
    },
    Hint {
        code: "E4",
        before: &[AUTHORS],
        bad: &["op.execute('alter table authors add column phone text')\nop.execute('select count(*) from authors')"],
        denied_by: "work-under-lock",
        good: &[
            "op.execute('alter table authors add column phone text')",
            "op.execute('select count(*) from authors')",
        ],
        suppressed: &[],
    },
    Hint {
        code: "E5",
        before: &[PRICES],
        bad: &["op.alter_column('prices', 'price', type_=sa.BigInteger)"],
        denied_by: "changing-column-type",
        good: &["op.execute('alter table prices add column new_price bigint')"],
        suppressed: &[],
    },
    Hint {
        code: "E6",
        before: &[AUTHORS],
        bad: &["op.create_index('ix', 'authors', ['name'])"],
        denied_by: "require-concurrent-index-creation",
        good: &[
            "with op.get_context().autocommit_block():\n    op.execute('create index concurrently ix on authors (name)')",
        ],
        suppressed: &[],
    },
    Hint {
        code: "E7",
        before: &[AUTHORS],
        bad: &["op.create_unique_constraint('uq', 'authors', ['name'])"],
        denied_by: "disallowed-unique-constraint",
        good: &[
            "with op.get_context().autocommit_block():\n    op.execute('create unique index concurrently uq on authors (name)')",
            "op.execute('alter table authors add constraint uq unique using index uq')",
        ],
        suppressed: &[],
    },
    Hint {
        code: "E8",
        before: &[AUTHORS],
        bad: &["op.execute('alter table authors add constraint ex exclude (name with =)')"],
        denied_by: "blocking-scan",
        good: &[],
        suppressed: &[],
    },
    Hint {
        code: "E9",
        before: &[AUTHORS],
        bad: &["op.execute('alter table authors add column phone text')"],
        denied_by: "require-lock-timeout",
        good: &[
            "op.execute(\"set local lock_timeout = '2s'\")\nop.execute('alter table authors add column phone text')",
        ],
        suppressed: &[],
    },
    Hint {
        code: "E10",
        before: &[AUTHORS, PRICES],
        bad: &[
            "op.execute('alter table authors add column meta jsonb')\nop.alter_column('prices', 'price', type_=sa.BigInteger)",
        ],
        denied_by: "work-under-lock",
        good: &[
            "op.execute('alter table authors add column meta jsonb')",
            "op.alter_column('prices', 'price', type_=sa.BigInteger)",
        ],
        suppressed: &["changing-column-type"],
    },
    Hint {
        code: "E11",
        before: &["op.execute('create table prices (price int not null)')"],
        bad: &["op.execute('alter table prices add column id serial')"],
        denied_by: "table-rewrite",
        good: &[],
        suppressed: &[],
    },
    Hint {
        code: "W12",
        before: &[AUTHORS],
        bad: &[
            "op.alter_column('authors', 'name', nullable=False)\nop.alter_column('authors', 'email', nullable=False)",
        ],
        denied_by: "several-alters",
        good: &["op.execute('alter table authors alter column name set not null, alter column email set not null')"],
        suppressed: &["adding-not-nullable-field"],
    },
    Hint {
        code: "W13",
        before: &[],
        bad: &["op.execute(\"create type kind as enum ('invoice', 'receipt')\")"],
        denied_by: "enum-type",
        good: &["op.execute('create table kind (name text primary key)')"],
        suppressed: &[],
    },
    Hint {
        code: "W14",
        before: &["op.execute('create table people (name text)')"],
        bad: &[
            "with op.get_context().autocommit_block():\n    op.execute('create unique index concurrently people_key on people (name)')",
            "op.execute('alter table people add constraint people_pkey primary key using index people_key')",
        ],
        denied_by: "blocking-scan",
        good: &[
            "with op.get_context().autocommit_block():\n    op.execute('create unique index concurrently people_key on people (name)')",
            "op.alter_column('people', 'name', nullable=False)",
            "op.execute('alter table people add constraint people_pkey primary key using index people_key')",
        ],
        suppressed: &["adding-not-nullable-field"],
    },
    Hint {
        code: "E15",
        before: &[AUTHORS],
        bad: &[
            "op.create_table('books', sa.Column('id', sa.Integer, primary_key=True), sa.Column('author', sa.Integer, sa.ForeignKey('authors.id')))",
        ],
        denied_by: "foreign-key-without-index",
        good: &[
            "op.create_table('books', sa.Column('id', sa.Integer, primary_key=True), sa.Column('author', sa.Integer, sa.ForeignKey('authors.id'), index=True))",
        ],
        suppressed: &["adding-foreign-key-constraint"],
    },
];

fn script(before: &[&str], revisions: &[&str], with_timeout: bool) -> Script {
    let body = |body: &&str| if with_timeout { format!("{TIMEOUT}{body}") } else { (*body).to_owned() };
    Script {
        server: "postgresql".to_owned(),
        setup: before.iter().map(|body| (*body).to_owned()).collect(),
        revisions: revisions.iter().map(body).collect(),
    }
}

#[test]
fn each_hint_is_denied() {
    let scripts: Vec<_> = HINTS.iter().map(|hint| script(hint.before, hint.bad, hint.code != "E9")).collect();
    let mut wrong = Vec::new();
    for (hint, steps) in HINTS.iter().zip(analyse(&scripts)) {
        let denied = codes(&found("postgresql", &steps, STRICT, None), Severity::Deny);
        if !denied.contains(&hint.denied_by) {
            wrong.push((hint.code, denied));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn the_form_without_it_is_allowed() {
    let scripts: Vec<_> = HINTS.iter().map(|hint| script(hint.before, hint.good, hint.code != "E9")).collect();
    let mut wrong = Vec::new();
    for (hint, steps) in HINTS.iter().zip(analyse(&scripts)) {
        let mut denied = codes(&found("postgresql", &steps, STRICT, None), Severity::Deny);
        denied.retain(|code| !hint.suppressed.contains(code));
        if !denied.is_empty() {
            wrong.push((hint.code, denied));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}
