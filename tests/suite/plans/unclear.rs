//! Revisions of which the analysis can't tell what they do, and what people may say of them.

use super::shop::{Place, Shop, history};
use crate::support::VersionScript;

/// A revision after this one that runs SQL of another program.
fn unclear(revision: &str, after: &str) -> VersionScript {
    VersionScript::new(revision).after(&[after]).head("import hidden").upgrade("op.execute(hidden.statement())")
}

const HIDDEN: &str =
    "import subprocess\ndef statement():\n    return subprocess.check_output(['cat', 'statement.sql'], text=True)\n";

/// The shop with an unclear revision at the top.
fn shop() -> Shop {
    Shop::new(Place::Sqlite)
        .script(&unclear("secretive", "add_total"))
        .with(|project| project.file("hidden.py", HIDDEN).file("statement.sql", "update users set email = 'x'"))
        .migrated()
}

#[test]
fn one_that_is_newer_than_the_match_stops_it_and_names_the_line() {
    let shop = shop();
    for words in [&["rollback", "users", "--yes", "--allow-collateral"][..], &["plan", "rollback", "orders"]] {
        let done = shop.lback(words).exits(77);
        done.says(&[
            "error: whether the revision `secretive` (make secretive) changes `",
            "(migrations/versions/secretive.py:14)",
            "hint: say in that script what it writes, by a line `# lback: writes users` or `# lback: writes nothing`, or in `lback.toml` under `[plan.writes]`",
        ]);
    }
    assert_eq!(shop.heads(), ["secretive"]);
}

#[test]
fn one_that_is_older_than_the_match_does_not_matter() {
    let [users, ..] = history();
    let shop = Shop::of(
        Place::Sqlite,
        [
            users,
            unclear("secretive", "make_users"),
            VersionScript::new("add_phone").after(&["secretive"]).adds_column("users", "phone"),
        ],
    )
    .with(|project| project.file("hidden.py", HIDDEN).file("statement.sql", "select 1"))
    .migrated();
    shop.lback(&["rollback", "users", "--yes"]).exits(0);
    assert_eq!(shop.heads(), ["secretive"]);
    // One further, and it does.
    shop.lback(&["migrate"]).exits(0);
    shop.lback(&["rollback", "users", "--yes", "--count", "2"]).exits(77).says(&["whether the revision `secretive`"]);
}

#[test]
fn a_line_in_the_script_settles_it() {
    let shop = shop();
    let script = unclear("secretive", "add_total");
    let with =
        |line: &str| shop.project.write("migrations/versions/secretive.py", &format!("{line}\n{}", script.text()));
    with("# lback: writes nothing");
    shop.lback(&["rollback", "orders", "--yes", "--allow-collateral"]).exits(0);
    assert_eq!(shop.heads(), ["add_phone"]);
    shop.lback(&["migrate"]).exits(0);
    with("# lback: writes users, visits");
    shop.lback(&["rollback", "visits", "--yes"]).exits(0);
    assert_eq!(shop.heads(), ["add_total"]);
    shop.lback(&["migrate"]).exits(0);
    shop.lback(&["plan", "rollback", "users"]).exits(0).prints(&["change, as declared, `users`"]);
}

#[test]
fn a_line_in_the_configuration_settles_it() {
    for (declared, table, at) in [("[]", "orders", "add_phone"), ("['users']", "users", "add_total")] {
        let shop = shop().with(|project| project.config(&format!("\n[plan.writes]\nsecretive = {declared}")));
        shop.lback(&["rollback", table, "--yes", "--allow-collateral"]).exits(0);
        assert_eq!(shop.heads(), [at], "{declared}");
    }
}

#[test]
fn a_plan_without_a_table_only_says_that_it_does_not_know_all() {
    let shop = shop();
    let done = shop.lback(&["plan", "rollback", "make_users"]).exits(0);
    assert!(done.stdout.contains("revert `secretive`"), "{done}");
    let shop = Shop::new(Place::Sqlite)
        .script(&unclear("secretive", "add_total"))
        .with(|project| project.file("hidden.py", HIDDEN).file("statement.sql", "select 1"));
    shop.lback(&["plan"]).exits(0).prints(&["`migrations/versions/secretive.py:14`"]);
}
