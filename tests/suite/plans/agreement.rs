//! Confirmations: nothing runs without a yes, and nothing but what was confirmed.

use std::fs;

use super::shop::{Place, Shop};
use crate::support::{VersionScript, alembic, assert_run, component, plugin, wait_for};

#[test]
fn a_terminal_gets_a_question() {
    for (answer, code, at) in [("y", 0, "add_phone"), ("n", 77, "add_total"), ("\u{3}", 130, "add_total")] {
        let shop = Shop::new(Place::Sqlite).migrated();
        let before = shop.dump();
        let done = shop.lback(&["rollback", "orders"]).on_a_terminal(answer).exits(code);
        done.stdout_has(&["1 revision to revert on sqlite", "drop column `total` of `orders`", "Revert this? [y/n]"]);
        assert_eq!(shop.heads(), [at], "{answer:?}");
        assert_eq!(shop.dump() == before, code != 0);
    }
    let shop = Shop::new(Place::Sqlite).migrated();
    shop.lback(&["rollback", "orders"]).on_a_terminal("n").exits(77).stdout_has(&["nothing was done"]);
    shop.lback(&["rollback", "orders"])
        .on_a_terminal("\u{3}")
        .exits(130)
        .stdout_has(&["interrupted; nothing was changed"]);
    shop.lback(&["rollback", "orders"]).on_a_terminal("y").exits(0).stdout_has(&["reverted", "`orders`: 1 revision"]);
}

#[test]
fn no_question_when_refused_anyway_or_confirmed() {
    let shop = Shop::new(Place::Sqlite).migrated();
    let done = shop.lback(&["rollback", "users"]).on_a_terminal("y").exits(77);
    assert!(!done.stdout.contains("[y/n]"), "{done}");
    // With a question, `--yes` isn't needed.
    done.stdout_has(&["`lback rollback users --allow-collateral`"]);
    shop.lback(&["rollback", "users", "--allow-collateral"]).on_a_terminal("y").exits(0).stdout_has(&["[y/n]"]);
    assert_eq!(shop.heads(), ["make_orders"]);
    let done = shop.lback(&["rollback", "orders", "--yes"]).on_a_terminal("").exits(0);
    assert!(!done.stdout.contains("[y/n]"), "{done}");
    assert_eq!(shop.heads(), ["make_users"]);
}

#[test]
fn without_a_terminal_yes_is_required() {
    let shop = Shop::new(Place::Sqlite).migrated();
    let before = shop.project.files();
    let done = shop.lback(&["rollback", "orders"]).exits(77);
    assert_run!("rollback-without-confirmation", done);
    assert!(shop.project.files() == before, "{done}");
    let log: serde_json::Value = serde_json::from_str(&shop.lback(&["log", "--json"]).exits(0).stdout).expect("JSON");
    assert_eq!(log["runs"].as_array().map(Vec::len), Some(1), "only the migration is in there: {log:#}");
}

#[test]
fn handlers_are_notified_only_of_confirmed_rollbacks() {
    let shop =
        Shop::new(Place::Sqlite).with(|project| project.plugin("ear", &component("record-handler"), "")).migrated();
    shop.lback(&["--log", "plugin=info", "rollback", "orders"]).exits(77).output_lacks(&["record: "]);
    shop.lback(&["--log", "plugin=info", "rollback", "users", "--yes"]).exits(77).output_lacks(&["record: "]);
}

#[test]
fn policies_are_asked_after_the_confirmation() {
    let rules = "[plugin.settings]\ndeny = []\n[plugin.settings.plan]\ndeny = ['drops']\non = ['downgrade']";
    let shop = Shop::new(Place::Sqlite).with(|project| project.plugin("guard", &plugin("guard"), rules)).migrated();
    let done = shop.lback(&["--environment", "production", "rollback", "orders", "--yes"]).exits(77);
    done.stderr_has(&["guard: reverting `add_total` drops the column `orders.total`", "(plan-drops)"]);
    assert_eq!(shop.heads(), ["add_total"]);
}

#[test]
fn a_migration_during_the_question_cancels_the_rollback() {
    for place in Place::BOTH {
        let shop = Shop::new(place)
            .script(&VersionScript::new("later").after(&["add_total"]).makes_table("invoices", ""))
            .migrated_to("add_total");
        let go = shop.project.path("go");
        let asking = shop.lback(&["rollback", "orders"]).on_a_terminal_with_patience("y", &go).start();
        wait_for(&shop.project.path("go.asked"));
        shop.lback(&["migrate"]).exits(0);
        let before = shop.dump();
        fs::write(&go, "").expect("a file");
        let done = asking.wait().exits(75);
        done.stdout_has(&["the database has changed since the plan was made: it was at `add_total`, and is at `later`; nothing was done"]);
        assert_eq!(shop.dump(), before, "{place:?}");
    }
}

#[test]
fn a_finished_rollback_during_the_question_is_success() {
    let shop = Shop::new(Place::Postgres).migrated();
    let go = shop.project.path("go");
    let asking = shop.lback(&["rollback", "orders"]).on_a_terminal_with_patience("y", &go).start();
    wait_for(&shop.project.path("go.asked"));
    shop.lback(&["rollback", "orders", "--yes"]).exits(0);
    let before = shop.dump();
    fs::write(&go, "").expect("a file");
    let done = asking.wait().exits(0);
    assert!(!done.stdout.contains("1 revision;"), "this run reverted nothing: {done}");
    done.stdout_has(&["another run has reverted it meanwhile; the database is at `add_phone`"]);
    assert_eq!(shop.dump(), before);
}

#[test]
fn a_longer_rollback_during_the_question_is_an_error() {
    let shop = Shop::new(Place::Sqlite).migrated();
    let go = shop.project.path("go");
    let asking = shop.lback(&["rollback", "orders"]).on_a_terminal_with_patience("y", &go).start();
    wait_for(&shop.project.path("go.asked"));
    shop.lback(&["rollback", "make_users"]).exits(0);
    let before = shop.dump();
    fs::write(&go, "").expect("a file");
    let done = asking.wait();
    assert_ne!(done.code(), Some(0), "{done}");
    assert_eq!(shop.dump(), before);
}

/// Lines of env.py that migrate to `target` after the plan was made, as another process would, and
/// before the run begins.
fn meddling(shop: &Shop, target: &str) -> String {
    let (mark, alembic) = (shop.project.path("mark"), alembic());
    let (mark, alembic) = (mark.to_string_lossy(), alembic.to_string_lossy());
    let script = include_str!("python/migrate_meanwhile.py");
    format!("MARK, ALEMBIC, TARGET = {mark:?}, {alembic:?}, {target:?}\n{script}")
}

#[test]
fn a_plan_that_a_policy_went_by_holds_for_migrates_too() {
    for place in Place::BOTH {
        for (target, code, at) in [("+1", 75, "make_orders"), ("head", 0, "add_total")] {
            let shop = Shop::new(place).migrated_to("make_users");
            let env = fs::read_to_string(shop.project.path("migrations/env.py")).expect("a file");
            shop.project.write("migrations/env.py", &format!("{}{env}", meddling(&shop, target)));
            let shop = shop
                .with(|project| project.plugin("rec", &component("record-policy"), "[plugin.settings]\nplan = true"));
            let done = shop.lback(&["migrate"]).exits(code);
            assert_eq!(shop.heads(), [at], "{done}");
            if code == 75 {
                done.stderr_has(&["the database has changed since the plan was made: it was at `make_users`, and is at `make_orders`; nothing was done"]);
            }
        }
    }
}

#[test]
fn without_a_plan_alembic_runs_whatever_remains() {
    let shop = Shop::new(Place::Sqlite).migrated_to("make_users");
    let env = fs::read_to_string(shop.project.path("migrations/env.py")).expect("a file");
    shop.project.write("migrations/env.py", &format!("{}{env}", meddling(&shop, "+1")));
    shop.project.write("mark", "");
    shop.lback(&["migrate"]).exits(0);
    assert_eq!(shop.heads(), ["add_total"]);
}

#[test]
fn twenty_at_once_whose_plans_a_policy_looks_at() {
    let rules = "[plugin.settings]\ndeny = []\n[plugin.settings.plan]\ndeny = ['drops', 'irreversible', 'incomplete']\nunavailable = 'deny'";
    let shop = Shop::new(Place::Postgres).with(|project| project.plugin("guard", &plugin("guard"), rules));
    let words = ["--environment", "production", "migrate"];
    shop.project.write_config();
    let running: Vec<_> = (0..20).map(|_| shop.lback(&words).start()).collect();
    let done: Vec<_> = running.into_iter().map(|run| run.wait().exits(0)).collect();
    let migrators = done.iter().filter(|done| done.stderr.contains("Running upgrade")).count();
    assert_eq!(migrators, 1, "one run does all of it, for the others nothing is left");
    assert_eq!(shop.heads(), ["add_total"]);
}
