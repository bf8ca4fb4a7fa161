//! Every kind of target: the plan has the steps that Alembic then runs, in its order.

use std::fs;

use serde_json::Value;

use super::shop::{Place, Shop, history};
use crate::support::{Done, VersionScript, assert_run, assert_text};

/// A history with two bases: `shop` with the beginning of [`history`] and two branches, of which
/// `promises` depends on the other base, `stock`.
fn branched() -> Shop {
    let [users, orders, ..] = history();
    Shop::of(
        Place::Sqlite,
        [
            users.labelled("shop"),
            orders,
            VersionScript::new("add_phone").after(&["make_orders"]).labelled("contact").adds_column("users", "phone"),
            VersionScript::new("add_promise")
                .after(&["make_orders"])
                .labelled("promises")
                .depends_on(&["make_items"])
                .adds_column("orders", "promise"),
            VersionScript::new("make_items").labelled("stock").makes_table("items", ""),
            VersionScript::new("add_price").after(&["make_items"]).adds_column("items", "price"),
        ],
    )
}

#[track_caller]
fn document(done: &Done) -> Value {
    serde_json::from_str(&done.stdout).unwrap_or_else(|error| panic!("{error}: {done}"))
}

fn planned(document: &Value) -> Vec<(String, String)> {
    let steps = document["plan"]["databases"][0]["steps"].as_array().expect("steps");
    let text = |step: &Value, name: &str| step[name].as_str().expect("a text").to_owned();
    steps.iter().map(|step| (text(step, "direction"), text(step, "revision"))).collect()
}

/// Returns the steps that Alembic reports.
fn taken(done: &Done) -> Vec<(String, String)> {
    let step = |line: &str| {
        let (_, said) = line.split_once("] Running ")?;
        let (direction, said) = said.split_once(' ')?;
        let (from, said) = said.split_once(" -> ")?;
        let to = said.split(", make").next()?;
        let revision = if direction == "upgrade" { to } else { from };
        // At a branch point or a merge, Alembic names several revisions.
        Some((direction.to_owned(), revision.to_owned()))
    };
    done.stderr.lines().filter_map(step).collect()
}

/// Checks that a command's plan, from the database at `start`, is what the command then does.
#[track_caller]
fn foretold(shop: &Shop, start: &str, words: &[&str]) {
    let database = shop.project.path("test.db");
    let _ = fs::remove_file(&database);
    if start != "base" {
        for target in start.split(' ') {
            shop.lback(&["migrate", target]).exits(0);
        }
    }
    let before = shop.heads();
    let plan = document(&shop.lback(&[&["plan", "--json"], words].concat()).exits(0));
    assert_eq!(shop.heads(), before, "{words:?}");
    let done = shop.lback(words).exits(0);
    assert_eq!(planned(&plan), taken(&done), "{words:?} from {start}: {done}");
    let heads: Vec<_> = plan["plan"]["databases"][0]["target_heads"].as_array().expect("heads").clone();
    assert_eq!(heads, shop.heads(), "{words:?} from {start}");
}

#[test]
fn plans_of_upgrades_match_the_run() {
    let shop = branched();
    for (start, target) in [
        ("base", "heads"),
        ("base", "make_orders"),
        ("base", "make_o"),
        ("base", "shop@+1"),
        ("base", "contact@head"),
        // It brings what it depends on.
        ("base", "promises@head"),
        ("make_users", "+1"),
        ("make_users", "contact@head"),
        ("heads", "heads"),
    ] {
        foretold(&shop, start, &["migrate", target]);
    }
}

#[test]
fn plans_of_downgrades_match_the_run() {
    let shop = branched();
    for (start, target) in [
        ("make_orders", "-1"),
        ("make_orders", "-2"),
        ("heads", "base"),
        ("heads", "make_users"),
        ("heads", "make_orders"),
        ("heads", "make_items"),
        ("heads", "shop@base"),
        ("heads", "stock@base"),
        ("heads", "contact@make_orders"),
        ("heads", "add_phone@make_orders"),
        ("heads", "contact@-1"),
        ("contact@head make_items", "stock@base"),
    ] {
        foretold(&shop, start, &["rollback", target]);
    }
}

#[test]
fn a_plan_without_steps() {
    let shop = Shop::new(Place::Sqlite).migrated();
    let done = shop.lback(&["plan"]).exits(0);
    assert_run!("nothing-to-do", done);
    shop.lback(&["migrate", "--dry-run"]).exits(0).stdout_has(&["nothing to do"]);
    shop.lback(&["plan", "rollback", "add_total"]).exits(0).stdout_has(&["nothing to do"]);
}

#[test]
fn without_a_subcommand_it_is_the_plan_of_a_migrate() {
    let shop = Shop::new(Place::Sqlite);
    let plain = shop.lback(&["plan"]).exits(0);
    assert_eq!(shop.lback(&["plan", "migrate"]).exits(0).stdout, plain.stdout);
    assert_eq!(shop.lback(&["plan", "migrate", "head"]).exits(0).stdout, plain.stdout);
}

#[test]
fn a_dry_run_shows_the_same() {
    let shop = Shop::new(Place::Sqlite).migrated_to("add_phone");
    for words in [
        &["migrate"][..],
        &["migrate", "+1"],
        &["rollback"],
        &["rollback", "base"],
        &["rollback", "users"],
        &["rollback", "users", "--count", "2"],
        &["rollback", "--table", "orders"],
        &["rollback", "orders", "--include-references"],
        &["rollback", "users", "--to-before", "make_users"],
        &["rollback", "--revision", "make_users"],
    ] {
        let plan = shop.lback(&[&["plan"], words].concat()).exits(0);
        let dry_run = shop.lback(&[words, &["--dry-run"]].concat()).exits(0);
        assert_eq!((dry_run.stdout, dry_run.stderr), (plan.stdout, plan.stderr), "{words:?}");
    }
}

#[test]
fn errors_of_alembic_are_shown_in_its_words() {
    let shop = branched();
    shop.lback(&["plan", "migrate", "nonsense"])
        .exits(255)
        .stderr_has(&["error: Can't locate revision identified by 'nonsense'"]);
    shop.lback(&["plan", "migrate", "head"]).exits(255).stderr_has(&["Multiple head revisions"]);
    shop.lback(&["plan", "rollback", "-5"]).exits(255).stderr_has(&["error: "]);
    let one_way =
        Shop::new(Place::Sqlite).script(&VersionScript::new("one_way").after(&["add_total"]).one_way()).migrated();
    let transcripts = [&["plan", "rollback"][..], &["plan", "rollback", "base"], &["plan", "rollback", "users"]]
        .map(|words| one_way.lback(words).exits(255).transcript())
        .concat();
    assert_text!("without-downgrade", transcripts);
    let shop = shop.migrated();
    assert_run!("several-heads", shop.lback(&["plan", "rollback"]).exits(64));
}
