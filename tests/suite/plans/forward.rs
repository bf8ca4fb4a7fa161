//! `lback rollback --as-migration`: the inverse of a table's changes as a new revision. Nothing is
//! reverted, and nothing else is touched.

use std::fs;
use std::path::PathBuf;

use super::shop::{Place, Shop, history};
use crate::support::{Done, VersionScript, assert_text, plugin};

/// Returns the path of the new script, and its text without what differs from run to run.
#[track_caller]
fn written(shop: &Shop) -> (PathBuf, String) {
    let known = |path: &PathBuf| !fs::read_to_string(path).expect("a file").contains("Create Date: ");
    let entries = fs::read_dir(shop.project.path("migrations/versions")).expect("a folder").flatten();
    let mut found: Vec<_> =
        entries.map(|entry| entry.path()).filter(|path| path.extension().is_some_and(|end| end == "py")).collect();
    found.retain(|path| !known(path));
    let [path] = found.as_slice() else { panic!("{} new scripts", found.len()) };
    let text = fs::read_to_string(path).expect("a file");
    let (revision, _) =
        path.file_stem().and_then(|stem| stem.to_str()).and_then(|stem| stem.split_once('_')).expect("a name");
    let lines = text.lines().filter(|line| !line.starts_with("Create Date: "));
    let text: String = lines.flat_map(|line| [line, "\n"]).collect();
    (path.clone(), text.replace(revision, "REVISION"))
}

#[track_caller]
fn as_migration(shop: &Shop, words: &[&str]) -> Done {
    let before = shop.dump();
    let done = shop.lback(&[&["rollback", "--as-migration"], words].concat()).exits(0);
    assert_eq!(shop.dump(), before, "nothing is done to the database: {done}");
    done.stderr_has(&["hint: review the new script before you run `lback migrate`"])
}

/// Returns a schema's lines sorted, because a column that is added again comes last.
fn same_columns_in_any_order(schema: &str) -> Vec<String> {
    let mut lines: Vec<_> = schema.lines().map(str::to_owned).collect();
    lines.sort();
    lines
}

#[test]
fn the_new_revision_gives_the_schema_of_before_and_takes_nothing_else() {
    for (place, name) in [(Place::Sqlite, "forward-sqlite"), (Place::Postgres, "forward-postgres")] {
        // As a rollback it would take `add_total` with it.
        let shop = Shop::new(place).migrated();
        let before = shop.schema();
        as_migration(&shop, &["users"]);
        let (_, text) = written(&shop);
        assert_text!(name, text);
        shop.lback(&["migrate"]).exits(0);
        let without_phone: String = before.split_inclusive('\n').filter(|line| !line.contains(" phone ")).collect();
        assert_eq!(shop.schema(), without_phone, "{place:?}");
        // And back.
        shop.lback(&["rollback"]).exits(0);
        assert_eq!(same_columns_in_any_order(&shop.schema()), same_columns_in_any_order(&before), "{place:?}");
        assert_eq!(shop.heads(), ["add_total"]);
    }
}

#[test]
fn several_changes_and_a_table_that_goes() {
    for place in Place::BOTH {
        let shop = Shop::new(place);
        shop.lback(&["migrate", "make_users"]).exits(0);
        let shop = shop.migrated();
        as_migration(&shop, &["orders", "--count", "2"]);
        shop.lback(&["migrate"]).exits(0);
        let schema = shop.schema();
        assert!(!schema.contains("orders") && schema.contains("phone"), "{schema}");
        shop.lback(&["rollback"]).exits(0);
        assert!(shop.schema().contains("table orders\n"));
    }
}

#[test]
fn every_operation_on_a_table_is_inverted() {
    let postgres_only = "op.alter_column('users', 'email', type_=sa.String(80), nullable=False)\nop.create_unique_constraint('one_mail', 'users', ['email'])";
    let back = "op.drop_constraint('one_mail', 'users', type_='unique')\nop.alter_column('users', 'email', type_=sa.String(40), nullable=True)";
    let batch = "with op.batch_alter_table('users') as batch:\n    batch.alter_column('email', type_=sa.String(80), nullable=False)\n    batch.create_unique_constraint('one_mail', ['email'])";
    let batch_back = "with op.batch_alter_table('users') as batch:\n    batch.drop_constraint('one_mail', type_='unique')\n    batch.alter_column('email', type_=sa.String(40), nullable=True)";
    for (place, up, down) in [(Place::Postgres, postgres_only, back), (Place::Sqlite, batch, batch_back)] {
        let [users, ..] = history();
        let shop = Shop::of(
            place,
            [
                users,
                VersionScript::new("indexed")
                    .after(&["make_users"])
                    .upgrade("op.create_index('by_mail', 'users', ['email'])")
                    .downgrade("op.drop_index('by_mail', table_name='users')"),
                VersionScript::new("stricter").after(&["indexed"]).upgrade(up).downgrade(down),
                VersionScript::new("filled")
                    .after(&["stricter"])
                    .upgrade("op.execute(\"insert into users (id, email) values (1, 'a')\")")
                    .downgrade("op.execute('delete from users where id = 1')"),
            ],
        );
        shop.lback(&["migrate", "make_users"]).exits(0);
        let before = shop.schema();
        let shop = shop.migrated();
        let full = shop.schema();
        as_migration(&shop, &["users", "--count", "3"]);
        shop.lback(&["migrate"]).exits(0);
        assert_eq!(shop.schema(), before, "{place:?}");
        shop.lback(&["rollback"]).exits(0);
        assert_eq!(shop.schema(), full, "{place:?}");
    }
}

#[test]
fn statements_keep_their_values() {
    for place in Place::BOTH {
        let with_values = |sql: &str| format!("op.get_bind().execute(sa.text(\"{sql}\"), {{'id': 1}})");
        let shop = Shop::new(place)
            .script(
                &VersionScript::new("filled")
                    .after(&["add_total"])
                    .upgrade(&with_values("insert into users (id, email) values (:id, 'a\\\\:b')"))
                    .downgrade(&with_values("delete from users where id = :id")),
            )
            .migrated();
        let full = shop.dump();
        let done = as_migration(&shop, &["users"]);
        assert!(!done.stderr.contains("warning: "), "{done}");
        shop.lback(&["migrate"]).exits(0);
        assert!(!shop.dump().contains("a:b"));
        shop.lback(&["rollback"]).exits(0);
        assert_eq!(shop.dump(), full, "{place:?}");
    }
}

#[test]
fn an_operation_without_source_becomes_a_comment() {
    for place in Place::BOTH {
        let table = "sa.Table('users', sa.MetaData(), sa.Column('id', sa.Integer()), sa.Column('email', sa.String(9), default=lambda: 'm'))";
        let shop = Shop::new(place)
            .script(
                &VersionScript::new("filled")
                    .after(&["add_total"])
                    .upgrade(&format!(
                        "op.add_column('users', sa.Column('x', sa.Integer()))\nop.bulk_insert({table}, [{{'id': 7}}])"
                    ))
                    .downgrade("op.execute('delete from users where id = 7')\nop.drop_column('users', 'x')"),
            )
            .migrated();
        let done = as_migration(&shop, &["users"]);
        done.stderr_has(&["warning: `bulk_insert` could not be written: look for the comment in the new script"]);
        let (_, text) = written(&shop);
        assert!(text.contains("# `bulk_insert` could not be written down here ("), "{text}");
        assert!(text.contains("take it from the original script."), "{text}");
        shop.lback(&["migrate"]).exits(0);
        shop.lback(&["rollback"]).exits(0);
    }
}

#[test]
fn a_plain_call_stays_a_plain_call_on_sqlite() {
    // With foreign keys enforced, a table that is made anew deletes the rows that refer to it.
    let shop = Shop::new(Place::Sqlite).migrated();
    as_migration(&shop, &["users"]);
    let (_, text) = written(&shop);
    assert!(text.contains("    op.drop_column('users', 'phone')\n"), "{text}");
    assert!(!text.contains("batch_alter_table"), "{text}");
}

#[test]
fn a_rename_is_inverted() {
    for place in Place::BOTH {
        let shop = Shop::of(
            place,
            [
                VersionScript::new("made").makes_table("people", ""),
                VersionScript::new("renamed")
                    .after(&["made"])
                    .upgrade("op.rename_table('people', 'users')")
                    .downgrade("op.rename_table('users', 'people')"),
                VersionScript::new("phone").after(&["renamed"]).adds_column("users", "phone"),
            ],
        );
        shop.lback(&["migrate", "made"]).exits(0);
        let before = shop.schema();
        let shop = shop.migrated();
        as_migration(&shop, &["users", "--count", "2"]);
        shop.lback(&["migrate"]).exits(0);
        assert_eq!(shop.schema(), before, "{place:?}");
    }
}

#[test]
fn policies_are_asked_about_the_new_revision() {
    let rules = "[plugin.settings]\nmessage-pattern = '^DB-[0-9]+ '";
    let shop = Shop::new(Place::Sqlite).with(|project| project.plugin("guard", &plugin("guard"), rules)).migrated();
    let before = shop.project.files();
    let done = shop.lback(&["rollback", "users", "--as-migration"]).exits(77);
    done.stderr_has(&["(message-pattern)"]);
    assert!(shop.project.files() == before);

    let rules = "[plugin.settings]\nmessage-pattern = '^revert '";
    let shop = Shop::new(Place::Sqlite).with(|project| project.plugin("guard", &plugin("guard"), rules)).migrated();
    as_migration(&shop, &["users"]);
    let (path, _) = written(&shop);
    assert!(path.to_string_lossy().ends_with("revert_users_to_before_add_phone.py"), "{path:?}");
}

#[test]
fn irreversible_revisions_are_refused() {
    for (script, why) in [
        (VersionScript::new("top").one_way(), "`downgrade()`"),
        (VersionScript::new("top").downgrade("raise NotImplementedError('no way back')"), "no way back"),
        (VersionScript::new("top"), "`downgrade()`"),
    ] {
        let upgrade = "op.add_column('users', sa.Column('top', sa.Integer()))";
        let shop = Shop::new(Place::Sqlite).script(&script.after(&["add_total"]).upgrade(upgrade)).migrated();
        let before = shop.project.files();
        let done = shop.lback(&["rollback", "users", "--as-migration"]).exits(77);
        done.stderr_has(&["error: the revision `top` can't be inverted: ", why, "hint: write the revision by hand"]);
        assert!(shop.project.files() == before);
    }
}

#[test]
fn with_several_heads_the_new_revision_follows_that_of_the_table() {
    for place in Place::BOTH {
        let [users, orders, ..] = history();
        let shop = Shop::of(
            place,
            [
                users,
                orders,
                VersionScript::new("left").after(&["make_orders"]).adds_column("users", "phone"),
                VersionScript::new("right").after(&["make_orders"]).adds_column("orders", "total"),
            ],
        )
        .migrated();
        as_migration(&shop, &["users"]);
        let (_, text) = written(&shop);
        assert!(text.contains("down_revision = 'left'"), "{text}");
        shop.lback(&["migrate", "heads"]).exits(0);
        let schema = shop.schema();
        assert!(!schema.contains("phone") && schema.contains("total"), "{schema}");
    }
}

#[test]
fn an_outdated_database_is_accepted_and_other_targets_are_refused() {
    let shop = Shop::new(Place::Sqlite).migrated_to("add_phone");
    // Like every new revision, it follows the head.
    as_migration(&shop, &["users"]);
    let (_, text) = written(&shop);
    assert!(text.contains("down_revision = 'add_total'"), "{text}");
    for words in [&["rollback", "-1", "--as-migration"][..], &["rollback", "--as-migration"]] {
        shop.lback(words).exits(64).stderr_has(&["`-1` is not the name of a table"]);
    }
    shop.lback(&["rollback", "nothing_like_it", "--as-migration"]).exits(64);
    shop.lback(&["rollback", "users", "--as-migration", "--yes"]).exits(64);
    shop.lback(&["rollback", "users", "--as-migration", "--sql"]).exits(64);
}
