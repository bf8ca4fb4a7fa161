//! Rollbacks in histories with branches: exactly what is above the change is reverted.

use super::shop::{Place, Shop};
use crate::support::{VersionScript, assert_run};

fn made(revision: &str, table: &str) -> VersionScript {
    VersionScript::new(revision).makes_table(table, "")
}

fn column(revision: &str, after: &[&str], table: &str) -> VersionScript {
    VersionScript::new(revision).after(after).adds_column(table, revision)
}

#[test]
fn at_a_branch_point_only_one_branch_is_reverted() {
    for place in Place::BOTH {
        let shop = Shop::of(
            place,
            [
                made("root", "users"),
                column("left", &["root"], "users"),
                made("right", "orders").after(&["root"]),
                column("right2", &["right"], "orders"),
            ],
        );
        let before = shop.dump_at("right2");
        let shop = shop.migrated();
        assert_eq!(shop.heads(), ["left", "right2"]);
        let done = shop.lback(&["rollback", "users", "--yes"]).exits(0);
        done.stderr_has(&["reverted `users`: 1 revision; the database is at `right2`"]);
        assert_eq!(shop.dump(), before, "{place:?}");

        let at_left = shop.migrated();
        at_left.lback(&["rollback", "orders", "--yes", "--count", "2"]).exits(0);
        assert_eq!(at_left.heads(), ["left"], "{place:?}");
        // Now only its own branch is left, and the root is what the change needs below it.
        at_left.lback(&["rollback", "users", "--yes", "--count", "2"]).exits(0);
        assert!(at_left.heads().is_empty(), "{place:?}");
    }
}

#[test]
fn of_two_bases_one_is_reverted() {
    for place in Place::BOTH {
        let shop = Shop::of(
            place,
            [
                made("one", "users"),
                column("one2", &["one"], "users"),
                made("two", "orders"),
                column("two2", &["two"], "orders"),
            ],
        );
        let before = shop.dump_at("one2");
        let shop = shop.migrated();
        shop.lback(&["rollback", "orders", "--yes", "--count", "2"]).exits(0);
        assert_eq!(shop.dump(), before, "{place:?}");
        let shop = shop.migrated();
        shop.lback(&["rollback", "orders", "--yes"]).exits(0);
        assert_eq!(shop.heads(), ["one2", "two"], "{place:?}");
    }
}

#[test]
fn dependents_in_another_branch_are_reverted_too() {
    for place in Place::BOTH {
        let shop = Shop::of(
            place,
            [
                made("one", "users"),
                column("one2", &["one"], "users"),
                made("two", "orders"),
                column("two2", &["two"], "orders").depends_on(&["one2"]),
                made("three", "items").after(&["two2"]),
            ],
        );
        shop.lback(&["migrate", "one"]).exits(0);
        let before = shop.dump_at("two");
        let shop = shop.migrated();
        let done = shop.lback(&["rollback", "users"]).exits(77);
        assert_run!(format!("dependents-in-another-branch-{place:?}").to_lowercase(), done);
        shop.lback(&["rollback", "users", "--yes", "--allow-collateral"]).exits(0);
        assert_eq!(shop.dump(), before, "{place:?}");
        assert_eq!(shop.heads(), ["one", "two"], "{place:?}");
    }
}

#[test]
fn changes_in_two_branches_are_ambiguous() {
    let shop = Shop::of(
        Place::Sqlite,
        [
            made("root", "users"),
            column("left", &["root"], "users"),
            column("right", &["root"], "users"),
            made("right2", "orders").after(&["right"]),
        ],
    )
    .migrated();
    assert_run!("changes-in-two-branches", shop.lback(&["rollback", "users", "--yes"]).exits(64));
    shop.lback(&["rollback", "users", "--yes", "--count", "2"]).exits(64).stderr_has(&["in different branches"]);
    assert_eq!(shop.heads(), ["left", "right2"]);
    shop.lback(&["rollback", "users", "--yes", "--to-before", "right", "--allow-collateral"]).exits(0);
    assert_eq!(shop.heads(), ["left"]);
    shop.lback(&["migrate", "heads"]).exits(0);
    shop.lback(&["rollback", "users", "--yes", "--to-before", "left"]).exits(0);
    assert_eq!(shop.heads(), ["right2"]);
}

#[test]
fn under_a_merge_both_branches_are_known() {
    for place in Place::BOTH {
        let shop = Shop::of(
            place,
            [
                made("root", "users"),
                column("left", &["root"], "users"),
                made("right", "orders").after(&["root"]),
                VersionScript::new("merged").after(&["left", "right"]),
                column("top", &["merged"], "orders"),
            ],
        );
        let before = shop.dump_at("right");
        shop.lback(&["migrate", "merged"]).exits(0);
        let merged = shop.dump();
        let shop = shop.migrated();
        // The matching revision is above the merge.
        shop.lback(&["rollback", "orders", "--yes"]).exits(0);
        assert_eq!(shop.dump(), merged, "{place:?}");
        let shop = shop.migrated();
        shop.lback(&["rollback", "users", "--yes", "--allow-collateral"])
            .exits(0)
            .stderr_has(&["reverted `users`: 3 revisions"]);
        assert_eq!(shop.dump(), before, "{place:?}");
    }
}

#[test]
fn a_merge_that_changes_the_table_itself_is_reverted_alone() {
    let shop = Shop::of(
        Place::Sqlite,
        [
            made("root", "users"),
            column("left", &["root"], "users"),
            column("right", &["root"], "users"),
            column("merged", &["left", "right"], "users"),
        ],
    );
    let shop = shop.migrated();
    let done = shop.lback(&["rollback", "users", "--yes"]).run();
    eprintln!("{done}");
    assert_eq!((done.code(), shop.heads()), (Some(0), vec!["left".to_owned(), "right".to_owned()]), "{done}");
}
