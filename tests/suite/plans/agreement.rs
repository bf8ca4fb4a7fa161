//! Nothing is done without a yes, and nothing else than what the yes was for.

use std::fs;

use super::shop::{Place, Shop};
use crate::support::{VersionScript, alembic, component, plugin, wait_for};

#[test]
fn on_a_terminal_it_asks() {
    for (answer, code, at) in [("y", 0, "add_phone"), ("n", 77, "add_total"), ("\u{3}", 130, "add_total")] {
        let shop = Shop::new(Place::Sqlite).migrated();
        let before = shop.dump();
        let done = shop.lback(&["rollback", "orders"]).on_a_terminal(answer).exits(code);
        done.prints(&["1 revision to revert on sqlite", "drop column `total` of `orders`", "Revert this? [y/n]"]);
        assert_eq!(shop.heads(), [at], "{answer:?}");
        assert_eq!(shop.dump() == before, code != 0);
    }
    let shop = Shop::new(Place::Sqlite).migrated();
    shop.lback(&["rollback", "orders"]).on_a_terminal("n").exits(77).prints(&["nothing was done"]);
    shop.lback(&["rollback", "orders"]).on_a_terminal("\u{3}").exits(130).prints(&["interrupted; nothing was changed"]);
    shop.lback(&["rollback", "orders"]).on_a_terminal("y").exits(0).prints(&["reverted", "`orders`: 1 revision"]);
}

#[test]
fn nobody_is_asked_about_what_is_refused_anyway_or_agreed_to() {
    let shop = Shop::new(Place::Sqlite).migrated();
    let done = shop.lback(&["rollback", "users"]).on_a_terminal("y").exits(77);
    assert!(!done.stdout.contains("[y/n]"), "{done}");
    // Who is asked needs no `--yes`.
    done.prints(&["`lback rollback users --allow-collateral`"]);
    shop.lback(&["rollback", "users", "--allow-collateral"]).on_a_terminal("y").exits(0).prints(&["[y/n]"]);
    assert_eq!(shop.heads(), ["make_orders"]);
    let done = shop.lback(&["rollback", "orders", "--yes"]).on_a_terminal("").exits(0);
    assert!(!done.stdout.contains("[y/n]"), "{done}");
    assert_eq!(shop.heads(), ["make_users"]);
}

#[test]
fn in_a_pipe_it_needs_a_yes() {
    let shop = Shop::new(Place::Sqlite).migrated();
    let before = shop.project.files();
    let done = shop.lback(&["rollback", "orders"]).exits(77).says(&[
        "1 revision to revert on sqlite",
        "error: the rollback of `orders` would revert 1 revision, and nobody can be asked here; nothing was done\n",
        "hint: read the plan, then run `lback rollback orders --yes`\n",
    ]);
    assert_eq!(done.stdout, "");
    assert!(shop.project.files() == before, "{done}");
    let log: serde_json::Value = serde_json::from_str(&shop.lback(&["log", "--json"]).exits(0).stdout).expect("JSON");
    assert_eq!(log["runs"].as_array().map(Vec::len), Some(1), "only the migration is in there: {log:#}");
}

#[test]
fn handlers_hear_of_a_rollback_only_when_it_is_agreed_to() {
    let shop =
        Shop::new(Place::Sqlite).with(|project| project.plugin("ear", &component("record-handler"), "")).migrated();
    shop.lback(&["--log", "plugin=info", "rollback", "orders"]).exits(77).never_says(&["record: "]);
    shop.lback(&["--log", "plugin=info", "rollback", "users", "--yes"]).exits(77).never_says(&["record: "]);
}

#[test]
fn policies_are_asked_once_it_is_agreed_to() {
    let rules = "[plugin.settings]\ndeny = []\n[plugin.settings.plan]\ndeny = ['drops']\non = ['downgrade']";
    let shop = Shop::new(Place::Sqlite).with(|project| project.plugin("guard", &plugin("guard"), rules)).migrated();
    let done = shop.lback(&["--environment", "production", "rollback", "orders", "--yes"]).exits(77);
    done.says(&["guard: reverting `add_total` drops the column `orders.total`", "(plan-drops)"]);
    assert_eq!(shop.heads(), ["add_total"]);
}

#[test]
fn who_migrates_while_it_asks_ends_it() {
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
        done.prints(&["the database has changed since the plan was made: it was at `add_total`, and is at `later`; nothing was done"]);
        assert_eq!(shop.dump(), before, "{place:?}");
    }
}

#[test]
fn who_has_done_it_all_meanwhile_is_no_trouble() {
    let shop = Shop::new(Place::Postgres).migrated();
    let go = shop.project.path("go");
    let asking = shop.lback(&["rollback", "orders"]).on_a_terminal_with_patience("y", &go).start();
    wait_for(&shop.project.path("go.asked"));
    shop.lback(&["rollback", "orders", "--yes"]).exits(0);
    let before = shop.dump();
    fs::write(&go, "").expect("a file");
    let done = asking.wait().exits(0);
    assert!(!done.stdout.contains("1 revision;"), "this run reverted nothing: {done}");
    done.prints(&["another run has reverted it meanwhile; the database is at `add_phone`"]);
    assert_eq!(shop.dump(), before);
}

#[test]
fn who_has_gone_further_meanwhile_is_not_followed() {
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

/// Lines of env.py with which somebody else migrates to `target`, after the plan was made and before the run begins.
fn meddling(shop: &Shop, target: &str) -> String {
    format!(
        "import os, pathlib, subprocess\n\
         mark = pathlib.Path({:?})\n\
         if mark.exists() and 'INNER' not in os.environ:\n    \
         subprocess.run([{:?}, '-q', 'upgrade', '{target}'], env=dict(os.environ, INNER='1'), stdin=subprocess.DEVNULL, check=True)\n\
         mark.touch()\n",
        shop.project.path("mark").to_string_lossy(),
        alembic().to_string_lossy(),
    )
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
                done.says(&["the database has changed since the plan was made: it was at `make_users`, and is at `make_orders`; nothing was done"]);
            }
        }
    }
}

#[test]
fn where_nobody_went_by_a_plan_alembic_does_what_there_is_to_do() {
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
