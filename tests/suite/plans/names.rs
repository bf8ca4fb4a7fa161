//! Names of rollback targets: tables under former names, in schemas and in quotes; revisions;
//! labels.

use super::shop::{Place, Shop, history};
use crate::support::{VersionScript, records};

fn rename(revision: &str, after: &str, from: &str, to: &str) -> VersionScript {
    VersionScript::new(revision)
        .after(&[after])
        .upgrade(&format!("op.rename_table('{from}', '{to}')"))
        .downgrade(&format!("op.rename_table('{to}', '{from}')"))
}

#[test]
fn a_renamed_table_is_the_same_table() {
    for place in Place::BOTH {
        let shop = Shop::of(
            place,
            [
                VersionScript::new("made").makes_table("people", ""),
                VersionScript::new("mail").after(&["made"]).adds_column("people", "mail"),
                rename("first", "mail", "people", "persons"),
                VersionScript::new("phone").after(&["first"]).adds_column("persons", "phone"),
                rename("second", "phone", "persons", "users"),
                VersionScript::new("city").after(&["second"]).adds_column("users", "city"),
            ],
        );
        let at: Vec<_> = ["made", "mail", "first", "phone", "second", "city"].map(|target| shop.dump_at(target)).into();
        for (count, left) in [("1", 4), ("2", 3), ("3", 2), ("4", 1), ("5", 0)] {
            shop.lback(&["migrate"]).exits(0);
            shop.lback(&["rollback", "users", "--yes", "--count", count]).exits(0);
            assert_eq!(shop.dump(), at[left], "{place:?} {count}");
        }
        // The old name names no table now, but did before the rename.
        shop.lback(&["migrate"]).exits(0);
        let done = shop.lback(&["plan", "rollback", "people"]).run();
        eprintln!("{done}");
        shop.lback(&["rollback", "phone"]).exits(0);
        shop.lback(&["rollback", "persons", "--yes", "--count", "2"]).exits(0);
        assert_eq!(shop.dump(), at[1], "{place:?}");
    }
}

#[test]
fn a_table_that_was_dropped_and_made_again_begins_with_its_second_making() {
    for place in Place::BOTH {
        let shop = Shop::of(
            place,
            [
                VersionScript::new("made").makes_table("users", ""),
                VersionScript::new("phone").after(&["made"]).adds_column("users", "phone"),
                VersionScript::new("dropped")
                    .after(&["phone"])
                    .upgrade("op.drop_table('users')")
                    .downgrade("op.create_table('users', sa.Column('id', sa.Integer(), primary_key=True), sa.Column('phone', sa.String(40)))"),
                VersionScript::new("again").after(&["dropped"]).makes_table("users", "sa.Column('mail', sa.String(40))"),
                VersionScript::new("city").after(&["again"]).adds_column("users", "city"),
            ],
        );
        let dropped = shop.dump_at("dropped");
        let shop = shop.migrated();
        // Whatever the count: the earlier table is another one.
        shop.lback(&["rollback", "users", "--yes", "--count", "9"]).exits(0);
        assert_eq!(shop.dump(), dropped, "{place:?}");
        // Now the name is that of the dropped table, whose latest change is the drop.
        shop.lback(&["rollback", "users", "--yes"]).exits(0);
        assert_eq!(shop.heads(), ["phone"], "{place:?}");
    }
}

#[test]
fn upper_and_lower_case_count_in_quotes() {
    for place in Place::BOTH {
        let shop = Shop::of(
            place,
            [
                VersionScript::new("made").makes_table("Order Lines", ""),
                VersionScript::new("more").after(&["made"]).adds_column("Order Lines", "note"),
            ],
        )
        .migrated();
        for name in ["order lines", "Order Lines", "\"Order Lines\"", "`Order Lines`", "[Order Lines]"] {
            shop.lback(&["rollback", name, "--yes"]).exits(0);
            assert_eq!(shop.heads(), ["made"], "{name}");
            shop.lback(&["migrate"]).exits(0);
        }
        shop.lback(&["rollback", "\"order lines\"", "--yes"]).exits(64);
        assert_eq!(shop.heads(), ["more"]);
    }
}

#[test]
fn a_name_with_characters_of_targets_is_a_table_in_quotes() {
    let shop = Shop::of(
        Place::Sqlite,
        [
            VersionScript::new("made").makes_table("order-lines", ""),
            VersionScript::new("more").after(&["made"]).adds_column("order-lines", "note"),
        ],
    )
    .migrated();
    for words in [&["rollback", "--table", "order-lines"][..], &["rollback", "\"order-lines\""]] {
        shop.lback(&[words, &["--yes"]].concat()).exits(0);
        assert_eq!(shop.heads(), ["made"], "{words:?}");
        shop.lback(&["migrate"]).exits(0);
    }
    shop.lback(&["rollback", "order-lines", "--count", "2"])
        .exits(64)
        .stderr_has(&["`order-lines` is not the name of a table"]);
}

#[test]
fn a_table_in_another_schema_is_named_with_it() {
    let make = |revision: &str, schema: &str| {
        VersionScript::new(revision)
            .upgrade(&format!(
                "op.create_table('orders', sa.Column('id', sa.Integer(), primary_key=True), schema={schema})"
            ))
            .downgrade(&format!("op.drop_table('orders', schema={schema})"))
    };
    let shop = Shop::of(
        Place::Postgres,
        [
            VersionScript::new("schemas")
                .upgrade("op.execute('create schema billing')")
                .downgrade("op.execute('drop schema billing')"),
            make("own", "None").after(&["schemas"]),
            make("billed", "'billing'").after(&["own"]),
            VersionScript::new("total")
                .after(&["billed"])
                .upgrade("op.add_column('orders', sa.Column('total', sa.Integer()), schema='billing')")
                .downgrade("op.drop_column('orders', 'total', schema='billing')"),
        ],
    );
    let at: Vec<_> = ["schemas", "own", "billed", "total"].map(|target| shop.dump_at(target)).into();
    shop.lback(&["rollback", "billing.orders", "--yes"])
        .exits(0)
        .stderr_has(&["reverted `billing.orders`: 1 revision"]);
    assert_eq!(shop.dump(), at[2]);
    // A name without a schema means the connection's schema, which has a name too.
    for name in ["orders", "public.orders", "PUBLIC.\"orders\""] {
        let done = shop.lback(&["plan", "rollback", name]).run();
        if name.contains('"') {
            done.exits(64);
        } else {
            done.exits(0).stdout_has(&["revert `own`", "collateral: stands above `own`"]);
        }
    }
    shop.lback(&["rollback", "\"billing\".\"orders\"", "--yes"]).exits(0);
    assert_eq!(shop.dump(), at[1]);
    shop.lback(&["rollback", "billing.orders", "--yes"]).exits(64).stderr_has(&["hint: there is `orders`"]);
}

#[test]
fn a_name_of_a_table_and_a_revision_or_label_is_ambiguous() {
    let table =
        |revision: &str, after: &str, table: &str| VersionScript::new(revision).after(&[after]).makes_table(table, "");
    for (name, scripts, what) in [
        (
            "orders",
            [VersionScript::new("base0").makes_table("t", ""), table("orders", "base0", "orders")],
            "a revision",
        ),
        (
            "stock",
            [VersionScript::new("base0").labelled("stock").makes_table("t", ""), table("made", "base0", "stock")],
            "a branch label",
        ),
        (
            "abcd",
            [VersionScript::new("base0").makes_table("t", ""), table("abcdef", "base0", "abcd")],
            "the beginning of the revision `abcdef`",
        ),
    ] {
        let shop = Shop::of(Place::Sqlite, scripts).script(&VersionScript::new("top").after(&[match name {
            "orders" => "orders",
            "stock" => "made",
            _ => "abcdef",
        }]));
        let shop = shop.migrated();
        let done = shop.lback(&["rollback", name, "--yes"]).exits(64);
        done.stderr_has(&[
            &format!("error: `{name}` is both a table and {what}\n"),
            &format!(
                "hint: say which one is meant: `lback rollback --table {name}` or `lback rollback --revision {name}`"
            ),
        ]);
        assert_eq!(shop.heads(), ["top"]);
        shop.lback(&["rollback", "--table", name, "--yes", "--allow-collateral"]).exits(0);
        assert_eq!(shop.heads(), ["base0"], "{name}");
        shop.lback(&["migrate"]).exits(0);
        let done = shop.lback(&["rollback", "--revision", name]).exits(0);
        assert!(!done.stderr.contains("to revert"), "no plan is shown: {done}");
        let left = match name {
            "orders" => "orders",
            "stock" => "base0",
            _ => "abcdef",
        };
        assert_eq!(shop.heads(), [left], "{name}");
    }
}

#[test]
fn a_revision_needs_no_yes_and_is_no_rollback_of_a_table() {
    let shop = Shop::new(Place::Sqlite)
        .with(|project| project.plugin("rec", &crate::support::component("record-handler"), ""))
        .migrated();
    for target in ["add_phone", "make_o", "base"] {
        let done = shop.lback(&["--log", "plugin=info", "rollback", target]).exits(0).output_lacks(&["to revert"]);
        let rollback = records(&done.stderr)
            .into_iter()
            .find(|record| record["signal"] == "migration_rollback_command")
            .expect("its signal");
        assert_eq!((&rollback["version"], &rollback["table"]), (&target.into(), &serde_json::Value::Null), "{done}");
    }
    assert!(shop.heads().is_empty());
}

#[test]
fn a_revision_that_is_named_like_a_table_that_never_was_is_a_revision() {
    let [users, ..] = history();
    let shop =
        Shop::of(Place::Sqlite, [users, VersionScript::new("words").after(&["make_users"]).doc("words about tables")])
            .migrated();
    shop.lback(&["rollback", "words"]).exits(0);
    shop.lback(&["rollback", "make_users"]).exits(0);
    assert_eq!(shop.heads(), ["make_users"]);
}
