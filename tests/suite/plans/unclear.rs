//! Revisions whose effects the planner can't know, and the declarations that settle it.

use serde_json::Value;

use super::shop::{Place, Shop, history};
use crate::support::{VersionScript, assert_text};

/// A revision after `after` that runs SQL from another program.
fn unclear(revision: &str, after: &str) -> VersionScript {
    VersionScript::new(revision).after(&[after]).head("import hidden").upgrade("op.execute(hidden.statement())")
}

const HIDDEN: &str =
    "import subprocess\ndef statement():\n    return subprocess.check_output(['cat', 'statement.sql'], text=True)\n";

/// The shop with an unclear revision as its head.
fn shop() -> Shop {
    Shop::new(Place::Sqlite)
        .script(&unclear("secretive", "add_total"))
        .with(|project| project.file("hidden.py", HIDDEN).file("statement.sql", "update users set email = 'x'"))
        .migrated()
}

#[test]
fn an_unclear_revision_above_the_match_stops_the_rollback() {
    let shop = shop();
    let transcripts = [&["rollback", "users", "--yes", "--allow-collateral"][..], &["plan", "rollback", "orders"]]
        .map(|words| shop.lback(words).exits(77).transcript())
        .concat();
    assert_text!("unclear-revision", transcripts);
    assert_eq!(shop.heads(), ["secretive"]);
}

#[test]
fn an_unclear_revision_below_the_match_does_not_matter() {
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
    // With one more, it does.
    shop.lback(&["migrate"]).exits(0);
    shop.lback(&["rollback", "users", "--yes", "--count", "2"])
        .exits(77)
        .stderr_has(&["whether the revision `secretive`"]);
}

#[test]
fn a_line_in_the_script_declares_its_writes() {
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
    shop.lback(&["plan", "rollback", "users"]).exits(0).stdout_has(&["change, as declared, `users`"]);
}

#[test]
fn the_configuration_declares_writes() {
    for (declared, table, at) in [("[]", "orders", "add_phone"), ("['users']", "users", "add_total")] {
        let shop = shop().with(|project| project.config(&format!("\n[plan.writes]\nsecretive = {declared}")));
        shop.lback(&["rollback", table, "--yes", "--allow-collateral"]).exits(0);
        assert_eq!(shop.heads(), [at], "{declared}");
    }
}

#[test]
fn a_plan_without_a_table_only_marks_unclear_revisions() {
    let shop = shop();
    let done = shop.lback(&["plan", "rollback", "make_users"]).exits(0);
    assert!(done.stdout.contains("revert `secretive`"), "{done}");
    let shop = Shop::new(Place::Sqlite)
        .script(&unclear("secretive", "add_total"))
        .with(|project| project.file("hidden.py", HIDDEN).file("statement.sql", "select 1"));
    shop.lback(&["plan"]).exits(0).stdout_has(&["`migrations/versions/secretive.py:14`"]);
}

/// A revision that changes what its own module holds, and asks the database before.
const EMPTYING: &str = "op.execute('create table visits (id integer)')\nif op.get_bind().execute(sa.text('select 1 from users')).first() is not None:\n    pass\n\
                        while TABLES:\n    op.execute('delete from ' + TABLES.pop())";

#[test]
fn a_script_that_empties_its_own_list_is_read_whole() {
    let emptying = VersionScript::new("emptying")
        .after(&["add_total"])
        .head("TABLES = ['users', 'visits']")
        .upgrade(EMPTYING)
        .downgrade("op.execute('delete from orders')");
    let shop = Shop::new(Place::Sqlite).script(&emptying).migrated();
    let done = shop.lback(&["plan", "rollback", "visits", "--json"]).exits(0);
    let plan: Value = serde_json::from_str(&done.stdout).expect("JSON");
    let step = &plan["plan"]["databases"][0]["steps"][0];
    assert_eq!(step["revision"], "emptying");
    assert_eq!(step["doubts"].as_array().map(Vec::len), Some(0));
}

/// Makes the table that the plan is asked about.
const MAKING: &str = "op.execute('create table visits (id integer)')\nop.execute('delete from visits')";

const LAZY: &str = "import sys\nfrom types import ModuleType\n\nclass Lazy(ModuleType):\n    def __getattr__(self, name):\n        \
                    raise ImportError('not now')\n\nsys.modules['loaded_on_demand'] = Lazy('loaded_on_demand')\n";

#[test]
fn a_module_that_is_loaded_on_demand_stays_as_it_is() {
    let script = VersionScript::new("lazily").after(&["add_total"]).head("import lazy").upgrade(MAKING);
    let shop = Shop::new(Place::Sqlite).script(&script).with(|project| project.file("lazy.py", LAZY)).migrated();
    shop.lback(&["plan", "rollback", "visits"]).exits(0).stdout_has(&["`lazily`"]);
}

const PROBING: &str = "import os, socket\ntry:\n    with socket.socket() as probe:\n        probe.bind(('127.0.0.1', 0))\n\
                       except OSError:\n    pass\nos.makedirs(os.path.dirname(__file__), exist_ok=True)\n";

#[test]
fn a_package_that_probes_the_network_is_no_doubt() {
    let script = VersionScript::new("probing")
        .after(&["add_total"])
        .head("import sys\nsys.path.insert(0, 'site-packages')\nimport probing_package")
        .upgrade(MAKING);
    let shop = Shop::new(Place::Sqlite)
        .script(&script)
        .with(|project| project.file("site-packages/probing_package/__init__.py", PROBING))
        .migrated();
    shop.lback(&["plan", "rollback", "orders"]).exits(0);
}
