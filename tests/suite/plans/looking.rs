//! Plans change nothing, and notify policies only.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use serde_json::{Value, json};

use super::shop::{Place, Shop};
use crate::support::{Project, VersionScript, assert_run, component, plugin, records};

fn set_mode(path: &Path, mode: u32) {
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).expect("permissions");
}

#[test]
fn a_plan_changes_no_file() {
    let shop = Shop::new(Place::Sqlite).migrated_to("add_phone");
    for words in [
        &["plan"][..],
        &["plan", "rollback", "base"],
        &["plan", "rollback", "users"],
        &["rollback", "orders", "--dry-run"],
    ] {
        let before = shop.project.files();
        let done = shop.lback(words).exits(0);
        assert_eq!(done.stderr, "", "{words:?}");
        assert!(shop.project.files() == before, "{words:?}");
    }
}

#[test]
fn a_plan_does_not_create_the_database() {
    let shop = Shop::new(Place::Sqlite);
    shop.lback(&["plan"]).exits(0).stdout_has(&["4 revisions to apply", "base → `add_total`"]);
    assert!(!shop.project.path("test.db").exists());
    shop.lback(&["migrate", "--dry-run"]).exits(0);
    shop.lback(&["rollback", "users"]).exits(64);
    let left = fs::read_dir(shop.project.root()).expect("a folder").flatten().map(|entry| entry.file_name());
    assert!(left.into_iter().all(|name| !name.to_string_lossy().contains(".db")));
}

#[test]
fn a_read_only_database_can_be_planned() {
    let shop = Shop::new(Place::Sqlite).migrated_to("add_phone");
    let database = shop.project.path("test.db");
    let before = fs::read(&database).expect("a file");
    set_mode(&database, 0o444);
    set_mode(shop.project.root(), 0o555);
    let done = shop.lback(&["plan"]).through_python("plans/python/without_privilege.py", &[]).run();
    set_mode(shop.project.root(), 0o755);
    done.exits(0).stdout_has(&["1 revision to apply", "`add_phone` → `add_total`"]);
    assert!(fs::read(&database).expect("a file") == before);
}

#[test]
fn a_plan_notifies_no_handler_and_is_not_journaled() {
    let shop = Shop::new(Place::Sqlite).with(|project| project.plugin("rec", &component("recorder"), ""));
    for words in [&["plan"][..], &["migrate", "--dry-run"], &["plan", "rollback", "base"]] {
        let done = shop.lback(&[&["--log", "plugin=info"], words].concat()).exits(0);
        let records = records(&done.stderr);
        assert!(records.iter().all(|record| record["role"] == "policy"), "{done}");
        let signals: Vec<_> = records.iter().map(|record| record["signal"].as_str().unwrap_or_default()).collect();
        let own = if words.contains(&"base") { "migration_rollback_command" } else { "migration_migrate_command" };
        assert_eq!(signals, ["migration_commands_initialized", own, "alembic_command_started"], "{done}");
    }
    let log: Value = serde_json::from_str(&shop.lback(&["log", "--json"]).exits(0).stdout).expect("JSON");
    assert_eq!(log["runs"], json!([]));
}

#[test]
fn a_plan_writes_no_events() {
    let shop = Shop::new(Place::Sqlite);
    shop.lback(&["--events", "events.jsonl", "plan"]).exits(0);
    let events = fs::read_to_string(shop.project.path("events.jsonl")).unwrap_or_default();
    assert_eq!(events, "");
}

#[test]
fn denials_are_shown_and_set_the_exit_code() {
    let rules = "[plugin.settings]\ndeny = []\n[plugin.settings.plan]\ndeny = ['drops']";
    let shop = Shop::new(Place::Sqlite).migrated();
    let shop = shop.with(|project| project.plugin("guard", &plugin("guard"), rules));
    let done = shop.lback(&["--environment", "production", "plan", "rollback", "users", "--sql"]).exits(77);
    assert_run!("denied", done);
    let done = shop.lback(&["--environment", "development", "plan", "rollback", "users"]).exits(0);
    done.stdout_has(&["allowed by every policy"]);
    let done = shop.lback(&["--environment", "production", "rollback", "users", "--dry-run"]).exits(77);
    done.stdout_has(&["denied by policy: the command would not run"]);
}

#[test]
fn audits_and_overrides_do_not_block() {
    let rules = |more: &str| format!("{more}\n[plugin.settings]\ndeny = []\n[plugin.settings.plan]\ndeny = ['drops']");
    let with = |more: &str| {
        Shop::new(Place::Sqlite).with(|project| project.plugin("guard", &plugin("guard"), &rules(more))).migrated()
    };
    let production = ["--environment", "production", "plan", "rollback", "base"];

    let shop = with("mode = 'audit'");
    let done = shop.lback(&production).exits(0);
    done.stdout_has(&["no policy stops this", "guard would deny, but is in audit mode: "]);

    let shop = with("allow-override = true");
    shop.lback(&production).exits(77);
    let overridden = [&["--override", "guard", "--reason", "ticket 4711"], &production[..]].concat();
    shop.lback(&overridden).exits(0).stdout_has(&["no policy stops this", "guard denies, but is overridden: "]);

    let shop = with("");
    shop.lback(&overridden).exits(77).stderr_has(&["`--override guard` is not permitted"]);
}

#[test]
fn a_failing_policy_blocks_too() {
    let fails = "[plugin.settings]\nfail = ['alembic_command_started']";
    let shop = Shop::new(Place::Sqlite).with(|project| project.plugin("rec", &component("record-policy"), fails));
    shop.lback(&["plan"])
        .exits(77)
        .stdout_has(&["a required plugin failed: the command would not run", "rec failed: "]);
    let may = format!("on-error = 'warn'\n{fails}");
    let shop = Shop::new(Place::Sqlite).with(|project| project.plugin("rec", &component("record-policy"), &may));
    shop.lback(&["plan"]).exits(0).stdout_has(&["rec failed, which `on-error` in `lback.toml` allows: "]);
    let shop = Shop::new(Place::Sqlite).with(|project| project.plugin("gone", Path::new("gone.wasm"), ""));
    let done = shop.lback(&["plan"]).run();
    assert_ne!(done.code(), Some(0), "{done}");
}

#[test]
fn the_json_matches_its_schema() {
    let schema = fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("schemas/plan.schema.json")).expect("a schema");
    let schema: Value = serde_json::from_slice(&schema).expect("JSON");
    let validator = jsonschema::validator_for(&schema).expect("a schema");
    let rules = "[plugin.settings.plan]\ndeny = ['drops', 'data']";
    let strange = VersionScript::new("strange")
        .after(&["add_total"])
        .upgrade("op.rename_table('orders', 'sales')\nop.execute('update users set email = null')\nop.execute(open('statement.sql').read())")
        .one_way();
    for place in Place::BOTH {
        let shop = Shop::new(place).script(&strange).with(|project| project.plugin("guard", &plugin("guard"), rules));
        let check = |words: &[&str], code: i32| {
            let done = shop.lback(&[&["--environment", "production", "plan", "--json"], words].concat()).exits(code);
            let document: Value = serde_json::from_str(&done.stdout).expect("JSON");
            let faults: Vec<_> = validator.iter_errors(&document).map(|fault| fault.to_string()).collect();
            assert!(faults.is_empty(), "{faults:?}: {done}");
            document
        };
        check(&[], 77);
        check(&["migrate", "make_orders"], 0);
        shop.lback(&["--environment", "development", "migrate", "add_total"]).exits(0);
        let document = check(&["rollback", "users"], 77);
        assert_eq!(document["plan"]["table"]["name"], "users");
        assert_eq!(document["plan"]["databases"][0]["steps"][0]["part"], "collateral");
        assert_eq!(document["blocked"], true);
        check(&["rollback", "base"], 77);
        check(&["migrate", "add_total"], 0);
    }
}

#[test]
fn a_plan_for_a_pull_request_and_for_a_terminal() {
    let shop = Shop::new(Place::Sqlite).script(
        &VersionScript::new("clean_up")
            .after(&["add_total"])
            .doc("remove unused columns")
            .upgrade("op.execute('delete from orders where total is null')\nop.drop_column('users', 'phone')")
            .one_way(),
    );
    for (name, words) in [
        ("migrate", &["plan"][..]),
        ("migrate-sql", &["plan", "--sql", "migrate", "make_orders"]),
        ("migrate-markdown", &["plan", "--markdown"]),
        ("migrate-sql-markdown", &["plan", "--markdown", "--sql", "migrate", "make_orders"]),
    ] {
        let done = shop.lback(words).exits(0);
        assert_run!(name, done);
    }
    let shop = shop.migrated_to("add_total");
    for (name, words) in [
        ("rollback", &["plan", "rollback", "make_orders"][..]),
        ("rollback-table", &["plan", "rollback", "users"]),
        ("rollback-table-markdown", &["plan", "--markdown", "rollback", "users"]),
    ] {
        let done = shop.lback(words).exits(0);
        assert_run!(name, done);
    }
    shop.lback(&["plan", "--json", "--markdown"]).exits(64);
}

#[test]
fn a_long_plan_is_folded_unless_all_of_it_is_wanted() {
    let mut project = Project::bare("sqlite:///%(here)s/test.db");
    let names: Vec<_> = (0..60).map(|number| format!("step_{number:02}")).collect();
    for (place, name) in names.iter().enumerate() {
        let parent = place.checked_sub(1).map(|before| names[before].as_str());
        let script = VersionScript::new(name).makes_table(&format!("table_{place:02}"), "");
        project = project.script(&match parent {
            Some(parent) => script.after(&[parent]),
            None => script,
        });
    }
    let folded = project.lback(&["plan"]).exits(0).stdout;
    let whole = project.lback(&["plan", "--all"]).exits(0).stdout;
    assert!(folded.contains("left out") && folded.contains("60 revisions to apply"), "{folded}");
    assert!(!whole.contains("left out"), "{whole}");
    for name in &names {
        assert!(whole.contains(&format!("apply `{name}`")), "{whole}");
    }
    let document: Value = serde_json::from_str(&project.lback(&["plan", "--json"]).exits(0).stdout).expect("JSON");
    assert_eq!(document["plan"]["databases"][0]["steps"].as_array().map(Vec::len), Some(60));
}
