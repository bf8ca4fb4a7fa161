//! Rollbacks of a table, from the plan that is shown to the schema that is left.

use serde_json::{Value, json};

use super::shop::{Place, Shop, history};
use crate::support::{VersionScript, assert_run, assert_text, component, records};

/// Returns the words of the command in a hint, as a shell splits them.
#[track_caller]
fn paste(shop: &Shop, hinted: &str) -> Vec<String> {
    let (_, command) = hinted.rsplit_once("run `").expect("a command");
    let (command, _) = command.rsplit_once('`').expect("its end");
    let echo = "for word in \"$@\"; do printf '%s\\n' \"$word\"; done";
    let words = shop.project.program("sh".as_ref(), &["-c", &format!("set -- {command}; {echo}")]).exits(0).stdout;
    let words: Vec<_> = words.lines().map(str::to_owned).collect();
    assert!(words[0].ends_with("lback"), "{words:?}");
    words[1..].to_vec()
}

#[test]
fn the_latest_change_of_a_table_is_reverted() {
    for place in Place::BOTH {
        let shop = Shop::new(place);
        let before = shop.dump_at("add_phone");
        let shop = shop.migrated();
        let done = shop.lback(&["rollback", "orders", "--yes"]).exits(0).stderr_has(&[
            "Running downgrade add_total -> add_phone",
            "reverted `orders`: 1 revision; the database is at `add_phone`\n",
            "note: rows that a migration deleted or changed are not restored; a backup has them\n",
        ]);
        assert_eq!(done.stdout, "", "stdout is Alembic's: {done}");
        assert_eq!(shop.dump(), before, "{place:?}");
    }
}

#[test]
fn repeated_rollbacks_reach_the_beginning() {
    for place in Place::BOTH {
        let shop = Shop::new(place).migrated();
        for at in ["add_phone", "make_users"] {
            shop.lback(&["rollback", "orders", "--yes", "--allow-collateral"]).exits(0);
            assert_eq!(shop.heads(), [at]);
        }
        let done = shop.lback(&["rollback", "orders", "--yes", "--allow-collateral"]).exits(64);
        done.stderr_has(&["`orders` is neither a revision nor a table that an applied revision changes"]);
        assert_eq!(shop.heads(), ["make_users"]);
    }
}

#[test]
fn collateral_is_refused_and_the_hinted_command_works() {
    for (place, name) in [(Place::Sqlite, "collateral-sqlite"), (Place::Postgres, "collateral-postgres")] {
        let shop = Shop::new(place);
        let before = shop.dump_at("make_orders");
        let shop = shop.migrated();
        let full = shop.dump();
        let done = shop.lback(&["rollback", "users"]).exits(77);
        assert_run!(name, done);
        assert_eq!(shop.dump(), full);

        let words = paste(&shop, &done.stderr);
        assert_eq!(words, ["rollback", "users", "--allow-collateral", "--yes"]);
        let words: Vec<_> = words.iter().map(String::as_str).collect();
        shop.lback(&words).exits(0).stderr_has(&["reverted `users`: 2 revisions; the database is at `make_orders`"]);
        assert_eq!(shop.dump(), before);
    }
}

#[test]
fn the_command_to_paste_has_all_that_was_typed() {
    let shop = Shop::new(Place::Sqlite).migrated();
    let typed = ["--environment", "a b", "-x", "tenant=it's", "rollback", "\"users\"", "--count", "1"];
    let done = shop.lback(&typed).exits(77);
    // Arguments for env.py may be secrets.
    done.stderr_has(&["lback --environment 'a b' -x '***' rollback '\"users\"' --count 1 --allow-collateral --yes`"]);
    let words = paste(&shop, &shop.lback(&["--environment", "a b", "rollback", "\"users\""]).exits(77).stderr);
    let words: Vec<_> = words.iter().map(String::as_str).collect();
    shop.lback(&words).exits(0);
    assert_eq!(shop.heads(), ["make_orders"]);
}

#[test]
fn several_changes_by_number_or_from_a_revision_on() {
    let shop = Shop::new(Place::Sqlite).migrated();
    for (words, at) in [
        (&["--count", "2"][..], &["make_users"][..]),
        (&["--count", "1"], &["add_phone"]),
        (&["--to-before", "add_total"], &["add_phone"]),
        (&["--to-before", "add_phone"], &["add_phone"]),
        (&["--to-before", "make_orders"], &["make_users"]),
        // The table isn't older than that, but the revision is not one of those that change it.
        (&["--to-before", "make_users"], &["make_users"]),
        // More than there are.
        (&["--count", "20"], &["make_users"]),
        (&["--include-references"], &["add_phone"]),
    ] {
        let words = [&["rollback", "orders", "--yes", "--allow-collateral"], words].concat();
        shop.lback(&words).exits(0);
        assert_eq!(shop.heads(), at, "{words:?}");
        shop.lback(&["migrate"]).exits(0);
    }
}

#[test]
fn a_table_that_is_only_mentioned_counts_where_that_is_asked_for() {
    let shop = Shop::new(Place::Sqlite).migrated_to("make_orders");
    let done = shop.lback(&["rollback", "users", "--dry-run"]).exits(0);
    done.stdout_has(&["revert `make_users`", "revert `make_orders`"]);
    shop.lback(&["rollback", "users", "--yes", "--include-references"]).exits(0);
    assert_eq!(shop.heads(), ["make_users"]);
    // If no revision writes it, the hint offers that.
    let elsewhere = VersionScript::new("elsewhere")
        .makes_table("visits", "sa.Column('user', sa.Integer(), sa.ForeignKey('accounts.id'))");
    let shop = Shop::of(Place::Sqlite, [elsewhere]).migrated();
    let done = shop.lback(&["rollback", "accounts", "--yes"]).exits(64);
    done.stderr_has(&["hint: `--include-references` also counts revisions that only mention it, as `elsewhere` does"]);
}

#[test]
fn a_revision_that_is_not_applied_does_not_count() {
    let shop = Shop::new(Place::Sqlite)
        .script(&VersionScript::new("later").after(&["add_total"]).makes_table("invoices", ""))
        .migrated_to("add_total");
    let done = shop.lback(&["rollback", "invoices", "--yes"]).exits(64);
    done.stderr_has(&["`invoices` is neither a revision nor a table that an applied revision changes"]);
    shop.lback(&["rollback", "users", "--to-before", "later", "--yes"])
        .exits(64)
        .stderr_has(&["the revision `later` is not applied"]);
    assert_eq!(shop.heads(), ["add_total"]);
}

#[test]
fn an_unknown_table_is_answered_with_the_nearest() {
    let shop = Shop::new(Place::Sqlite).migrated();
    let transcripts = [&["rollback", "user"][..], &["rollback", "--table", "ordres"], &["rollback", "xyz"]]
        .map(|words| shop.lback(words).exits(64).transcript())
        .concat();
    assert_text!("unknown-tables", transcripts);
    assert_eq!(shop.heads(), ["add_total"]);
}

#[test]
fn signals_and_journal_have_table_and_version() {
    let shop = Shop::new(Place::Sqlite)
        .with(|project| project.plugin("rec", &component("recorder"), "[plugin.settings]\nplan = true"))
        .migrated();
    let done = shop.lback(&["--log", "plugin=info", "rollback", "users", "--yes", "--allow-collateral"]).exits(0);
    let all = records(&done.stderr);
    let of = |role: &str| -> Vec<(Value, Value)> {
        let of_role = all.iter().filter(|record| record["role"] == role);
        of_role.map(|record| (record["signal"].clone(), record["table"].clone())).collect()
    };
    let begun = [
        (json!("migration_commands_initialized"), Value::Null),
        (json!("migration_rollback_command"), json!("users")),
        (json!("alembic_command_started"), Value::Null),
    ];
    assert_eq!(of("policy"), begun, "{done}");
    assert_eq!(of("handler")[..3], begun, "{done}");
    assert_eq!(of("handler")[3].0, "alembic_command_completed", "{done}");
    let rollback = all.iter().find(|record| record["signal"] == "migration_rollback_command").expect("its signal");
    assert_eq!(rollback["version"], "make_orders");
    assert_eq!(rollback["plan"]["databases"][0]["steps"][0]["revision"], "add_total");
    let started = all.iter().find(|record| record["signal"] == "alembic_command_started").expect("its signal");
    assert_eq!((&started["command"], &started["args"]), (&json!("downgrade"), &json!(["make_orders"])));

    let log: Value = serde_json::from_str(&shop.lback(&["log", "--json"]).exits(0).stdout).expect("JSON");
    let run = &log["runs"][0];
    assert_eq!((&run["command"], &run["exit_code"]), (&json!("downgrade"), &json!(0)), "{run:#}");
}

#[test]
fn a_merge_is_never_a_match_and_goes_only_with_others() {
    for place in Place::BOTH {
        let [users, orders, ..] = history();
        let shop = Shop::of(
            place,
            [
                users,
                orders,
                VersionScript::new("left").after(&["make_orders"]).adds_column("users", "phone"),
                VersionScript::new("right").after(&["make_orders"]).adds_column("orders", "total"),
                VersionScript::new("merged").after(&["left", "right"]),
            ],
        );
        shop.lback(&["migrate", "right"]).exits(0);
        let before = shop.dump();
        let shop = shop.migrated();
        let done = shop.lback(&["rollback", "users"]).exits(77);
        done.stderr_has(&["revert `merged`", "  changes no table", "  stands above `left`"]);
        shop.lback(&["rollback", "users", "--yes", "--allow-collateral"])
            .exits(0)
            .stderr_has(&["reverted `users`: 2 revisions; the database is at `right`"]);
        assert_eq!(shop.dump(), before, "{place:?}");
    }
}

#[test]
fn a_failing_rollback_is_reported_like_any_run() {
    for (place, state) in [
        (Place::Postgres, "note: everything was rolled back: the database is at `failing`, as before\n"),
        (
            Place::Sqlite,
            "error: the schema may be between two revisions: the downgrade of `add_total` (make add_total) was interrupted",
        ),
    ] {
        let shop = Shop::new(place)
            .script(
                &VersionScript::new("add_total")
                    .after(&["add_phone"])
                    .adds_column("orders", "total")
                    .downgrade("op.drop_column('orders', 'total')\nop.execute('select nothing from nowhere')"),
            )
            .script(&VersionScript::new("failing").after(&["add_total"]).adds_column("orders", "more"))
            .migrated();
        let before = shop.dump();
        let done = shop.lback(&["rollback", "orders", "--count", "2", "--yes"]).exits(1).stderr_has(&[state]);
        assert!(!done.stderr.contains("reverted `orders`"), "{done}");
        assert_eq!(shop.dump() == before, place == Place::Postgres, "{done}");
    }
}

#[test]
fn options_of_alembic_and_the_environment_count_in_the_plan_too() {
    let shop = Shop::new(Place::Sqlite).migrated();
    let env = std::fs::read_to_string(shop.project.path("migrations/env.py")).expect("a file");
    shop.project.write(
        "migrations/env.py",
        &env.replacen("url = ", "x = context.get_x_argument(as_dictionary=True)\nurl = x.get('url') or ", 1),
    );
    let elsewhere = format!("url=sqlite:///{}", shop.project.path("other.db").display());
    let other = ["-x", &elsewhere];
    let done = shop.lback(&[&other[..], &["plan"]].concat()).exits(0);
    done.stdout_has(&["4 revisions to apply on sqlite", "other.db", "alembic -x '***' upgrade head"]);
    shop.lback(&[&other[..], &["rollback", "users", "--yes"]].concat()).exits(64);
    assert_eq!(shop.heads(), ["add_total"]);
    shop.lback(&["rollback", "orders", "--to-before", "nowhere", "--yes"])
        .exits(255)
        .stderr_has(&["error: Can't locate revision identified by 'nowhere'"]);
    shop.lback(&["rollback", "orders", "--to-before", "add_t", "--yes"]).exits(0);
}

#[test]
fn irreversible_steps_are_refused_until_allowed() {
    let empty = || {
        let [users, orders, phone, total] = history();
        Shop::of(Place::Sqlite, [users, orders, phone, total.downgrade("pass")]).migrated()
    };
    let shop = empty();
    let full = shop.dump();
    assert_run!("irreversible", shop.lback(&["rollback", "orders", "--yes"]).exits(77));
    assert_eq!(shop.dump(), full);
    shop.lback(&["rollback", "orders", "--yes", "--allow-irreversible"]).exits(0);
    assert_eq!(shop.heads(), ["add_phone"]);

    // By its revision the rollback is Alembic's own command, which lback doesn't check.
    let shop = empty();
    shop.lback(&["rollback", "add_phone"]).exits(0);
    assert_eq!(shop.heads(), ["add_phone"]);
}
