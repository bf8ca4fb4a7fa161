//! Policies that look at the plan of a run: what they get, what guard decides, and that a run
//! without such a policy makes no plan.

use serde_json::Value;

use crate::support::{Done, Project, assert_run, component, plugin, records};

/// Returns the plans that policies got at this signal.
#[track_caller]
fn plans(done: &Done, signal: &str) -> Vec<Value> {
    let records = records(&done.stderr);
    let asked = records.iter().filter(|record| record["role"] == "policy" && record["signal"] == signal);
    let plans: Vec<_> = asked.map(|record| record["plan"].clone()).collect();
    assert!(!plans.is_empty(), "no policy was asked: {done}");
    plans
}

fn recorded(project: Project) -> Project {
    project.plugin("recorder", &component("record-policy"), "[plugin.settings]\nplan = true")
}

/// A project at `three` under these rules of guard, with a fourth revision that drops the table of
/// the first.
fn guarded(rules: &str) -> Project {
    let project = Project::new()
        .revision("four", Some("three"), "op.drop_table('one')", "raise NotImplementedError('it is gone')")
        .plugin("guard", &plugin("guard"), &format!("[plugin.settings]\ndeny = []\n{rules}"));
    project.lback(&["--environment", "development", "migrate", "three"]).exits(0);
    project
}

#[test]
fn a_policy_sees_what_would_be_done_and_then_it_is_done() {
    let project = recorded(Project::new());
    let done = project.lback(&["--log", "plugin=info", "migrate"]).exits(0);
    let plan = &plans(&done, "alembic_command_started")[0];
    assert_eq!(plan["direction"], "upgrade");
    assert_eq!(plan["target"], "head");
    let database = &plan["databases"][0];
    assert_eq!(database["dialect"], "sqlite");
    assert_eq!(database["heads"], Value::from(Vec::<String>::new()));
    assert_eq!(database["target_heads"], Value::from(vec!["three"]));
    let steps = database["steps"].as_array().expect("steps");
    let revisions: Vec<_> = steps.iter().map(|step| step["revision"].as_str().unwrap_or_default()).collect();
    assert_eq!(revisions, ["one", "two", "three"]);
    let step = &steps[0];
    assert_eq!(step["doc"], "make one");
    assert_eq!(step["file"], "migrations/versions/one.py");
    assert_eq!(step["reversible"], "yes");
    assert_eq!(step["writes"][0]["name"], "one");
    assert_eq!(step["operations"][0]["kind"], "create_table");
    assert_eq!(step["operations"][0]["line"], 13);
    assert!(step["statements"][0]["text"].as_str().is_some_and(|sql| sql.contains("CREATE TABLE one")), "{step}");
    assert_eq!(project.revision_of_database().as_deref(), Some("three"));
}

#[test]
fn every_policy_and_every_signal_of_a_run_gets_the_same() {
    let project = recorded(Project::new()).plugin("second", &component("recorder"), "[plugin.settings]\nplan = true");
    let done = project.lback(&["--log", "plugin=info", "migrate"]).exits(0);
    let first = plans(&done, "migration_commands_initialized");
    let last = plans(&done, "alembic_command_started");
    assert_eq!((first.len(), last.len(), first[0].is_object()), (2, 2, true), "{done}");
    assert!(first.iter().chain(&last).all(|plan| *plan == first[0]), "{done}");
}

#[test]
fn commands_that_run_no_migrations_have_no_plan() {
    let project = recorded(Project::new());
    for args in [&["history"][..], &["migrate", "--sql"], &["alembic", "stamp", "head"]] {
        let done = project.lback(&[&["--log", "plugin=info"], args].concat()).exits(0);
        assert_eq!(plans(&done, "alembic_command_started"), [Value::Null], "{args:?}");
    }
}

#[test]
fn planning_time_is_not_charged_to_the_policy() {
    let slow = "import time\ntime.sleep(1.5)\nop.create_table('slow', sa.Column('id', sa.Integer()))";
    let project = Project::new().revision("slow", Some("three"), slow, "op.drop_table('slow')").plugin(
        "recorder",
        &component("record-policy"),
        "timeout = '500ms'\nsignals = ['alembic_command_started']\n[plugin.settings]\nplan = true",
    );
    let done = project.lback(&["--log", "plugin=info", "migrate"]).exits(0);
    assert_eq!(plans(&done, "alembic_command_started")[0]["databases"][0]["steps"][3]["revision"], "slow");
}

#[test]
fn guard_stops_an_upgrade_that_drops_a_table() {
    let project =
        guarded("[plugin.settings.plan]\non = ['upgrade']\ndeny = ['drops', 'irreversible']\ntables = ['o*']");
    let before = project.files();
    let done = project.lback(&["--environment", "production", "migrate"]).exits(77);
    assert_run!("guard-denies-an-upgrade", done);
    assert_eq!(project.revision_of_database().as_deref(), Some("three"));
    // The planner's cache is in lback's own folders, so that the project is unchanged.
    assert_eq!(project.files(), before);

    // The rules apply to production and to upgrades only.
    project.lback(&["--environment", "production", "rollback"]).exits(0);
    assert_eq!(project.revision_of_database().as_deref(), Some("two"));
    project.lback(&["--environment", "development", "migrate"]).exits(0);
    assert_eq!(project.revision_of_database().as_deref(), Some("four"));
}

#[test]
fn guard_stops_a_downgrade_that_goes_too_far_or_fails() {
    let project = guarded("[plugin.settings.plan]\non = ['downgrade']\nenvironments = ['staging']\nmax-steps = 1");
    let staging = |args: &[&str]| project.lback(&[&["--environment", "staging"], args].concat());
    assert_run!("guard-denies-many-steps", staging(&["rollback", "base"]).exits(77));
    staging(&["rollback"]).exits(0);
    assert_eq!(project.revision_of_database().as_deref(), Some("two"));

    let project = guarded("[plugin.settings.plan]\ndeny = ['irreversible']\non = ['downgrade']");
    project.lback(&["--environment", "production", "migrate"]).exits(0);
    let done = project.lback(&["--environment", "production", "rollback"]).exits(77);
    assert_run!("guard-denies-an-irreversible-downgrade", done);
    assert_eq!(project.revision_of_database().as_deref(), Some("four"));
}

#[test]
fn guard_denies_uncertain_and_unknown_changes() {
    let found = "if op.get_bind().execute(sa.text('select 1 from one')).first():\n    op.execute('delete from one')";
    let hidden = "op.execute('select purge_what_is_old()')";
    let project = guarded("[plugin.settings.plan]\ndeny = ['data', 'incomplete']")
        .revision("five", Some("four"), found, "pass")
        .revision("six", Some("five"), hidden, "pass");
    let done = project.lback(&["--environment", "production", "migrate"]).exits(77);
    assert_run!("guard-denies-uncertain-changes", done);
}

#[test]
fn guard_denies_or_warns_without_a_plan() {
    let known = "what `upgrade` would do is not known, and rules of `plan` go by it: ";
    for (unavailable, code) in [("deny", 77), ("warn", 0)] {
        let settings = format!("[plugin.settings.plan]\ndeny = ['drops']\nunavailable = '{unavailable}'");
        let project = Project::new().config("launcher = false").plugin("guard", &plugin("guard"), &settings);
        let done = project.lback(&["--environment", "production", "migrate"]).exits(code).stderr_has(&[known]);
        assert_eq!(done.stderr.contains("(plan-unavailable)"), code == 77, "{done}");
    }
    // A target that Alembic would refuse is not known either.
    let project = guarded("[plugin.settings.plan]\ndeny = ['drops']");
    let done = project.lback(&["--environment", "production", "migrate", "nonsense"]).exits(77);
    done.stderr_has(&[known, "Alembic would refuse it", "nonsense", "(plan-unavailable)"]);
}

#[test]
fn guard_in_audit_mode_only_reports_denials() {
    let project =
        Project::new().plugin("guard", &plugin("guard"), "mode = 'audit'\n[plugin.settings.plan]\nmax-steps = 2");
    let done = project.lback(&["--environment", "production", "migrate"]).exits(0);
    done.stderr_has(&["note: guard (audit) would deny alembic_command_started: `upgrade` takes 3 steps"]);
    assert_eq!(project.revision_of_database().as_deref(), Some("three"));
}

#[test]
fn lback_plan_asks_every_policy_and_notifies_no_handler() {
    let project = guarded("[plugin.settings.plan]\ndeny = ['drops']")
        .plugin("watcher", &plugin("guard"), "mode = 'audit'\n[plugin.settings.plan]\nmax-steps = 0")
        .plugin(
            "recorder",
            &component("recorder"),
            "on-error = 'warn'\n[plugin.settings]\nfail = ['alembic_command_started']\nwarn = ['migration_migrate_command']",
        )
        .plugin("lost", std::path::Path::new("nowhere.wasm"), "on-error = 'warn'\nsignals = ['alembic_command_started']");
    let runs = || project.lback(&["log", "--json"]).exits(0).stdout;
    let before = (runs(), project.files());
    let done = project.lback(&["--log", "plugin=info", "--environment", "production", "plan", "--json"]).exits(77);
    let document: Value = serde_json::from_str(&done.stdout).unwrap_or_else(|error| panic!("{error}: {done}"));
    let opinions: Vec<_> = document["policies"].as_array().expect("a list").iter().collect();
    let told: Vec<_> = opinions
        .iter()
        .map(|opinion| {
            let text = |key: &str| opinion[key].as_str().unwrap_or("-").to_owned();
            let blocks = if opinion["blocks"] == true { "blocks" } else { "goes on" };
            format!(
                "{}, {}: {}, {blocks}, {}",
                text("plugin"),
                text("signal"),
                text("decision"),
                text("not_heeded_because")
            )
        })
        .collect();
    assert_eq!(
        told,
        [
            "recorder, migration_commands_initialized: allow, goes on, -",
            "recorder, migration_migrate_command: allow, goes on, -",
            "guard, alembic_command_started: deny, blocks, -",
            "watcher, alembic_command_started: deny, goes on, audit",
            "recorder, alembic_command_started: failed, goes on, on_error",
            "lost, alembic_command_started: failed, goes on, on_error",
        ],
        "{done}"
    );
    assert_eq!(document["blocked"], true);
    assert!(records(&done.stderr).iter().all(|record| record["role"] == "policy"), "a handler was told: {done}");
    assert_eq!((runs(), project.files()), before);
}
