//! The rules about plans by table: settings, a plan, and the codes and words of what is denied.

mod locks;

use std::cell::Cell;

use super::super::evaluate;
use super::super::tests::{SUNDAY, event, no_statements, started};
use super::finding::TOLD;
use super::*;
use crate::bindings::exports::lback::plugin::policy::{Decision, Verdict};
use crate::bindings::lback::plugin::plan::Doubt;
use crate::settings::Settings;

fn table(name: &str) -> Table {
    let (schema, name) = name.split_once('.').map_or((None, name), |(schema, name)| (Some(schema.to_owned()), name));
    Table { schema, name: name.to_owned() }
}

/// Kinds that the analysis counts as reads, or as changes of something else than the table.
const DO_NOT_WRITE: [&str; 6] = ["select", "grant", "execute", "create_sequence", "create_function", "drop_schema"];

/// `kind table name`, as `drop_column users nickname`; `may` before it makes it conditional.
fn operation(line: &str) -> Operation {
    let (conditional, line) = line.strip_prefix("may ").map_or((false, line), |rest| (true, rest));
    let mut words = line.split(' ');
    let kind = words.next().unwrap_or_default();
    Operation {
        kind: kind.to_owned(),
        table: words.next().map(table),
        name: words.next().map(str::to_owned),
        new_name: None,
        new_table: None,
        writes: !DO_NOT_WRITE.contains(&kind),
        destructive: matches!(kind, "drop_table" | "drop_column" | "delete" | "truncate" | "alter_column"),
        data: matches!(kind, "insert" | "update" | "delete" | "truncate" | "select"),
        conditional,
        found_by: vec!["recorder".to_owned()],
        line: Some(17),
        detail: (kind == "alter_column").then(|| "TEXT to VARCHAR(10)".to_owned()),
    }
}

fn step(revision: &str, operations: &[&str]) -> Step {
    let operations: Vec<_> = operations.iter().map(|line| operation(line)).collect();
    Step {
        revision: revision.to_owned(),
        direction: "upgrade".to_owned(),
        down_revisions: Vec::new(),
        depends_on: Vec::new(),
        branch_labels: Vec::new(),
        doc: None,
        file: Some(format!("versions/{revision}.py")),
        writes: Vec::new(),
        references: Vec::new(),
        operations,
        reversible: "yes".to_owned(),
        irreversible_because: None,
        leftovers: Vec::new(),
        doubts: Vec::new(),
        allow_comments: Vec::new(),
        part: None,
        because: None,
    }
}

fn upgrade(steps: Vec<Step>) -> MigrationPlan {
    let database = Database {
        dialect: "postgresql".to_owned(),
        name: Some("shop".to_owned()),
        server: "postgresql".to_owned(),
        version: Some("16.2".to_owned()),
        schema: Some("public".to_owned()),
        transactional_ddl: true,
        heads: Vec::new(),
        target_heads: Vec::new(),
        steps,
        tables: Vec::new(),
    };
    MigrationPlan { direction: "upgrade".to_owned(), target: "head".to_owned(), table: None, databases: vec![database] }
}

fn downgrade(mut steps: Vec<Step>) -> MigrationPlan {
    for step in &mut steps {
        "downgrade".clone_into(&mut step.direction);
    }
    MigrationPlan { direction: "downgrade".to_owned(), ..upgrade(steps) }
}

/// `settings`: the table `plan`, where `deny` has no `downgrade` in it.
#[track_caller]
fn verdict(environment: Option<&str>, line: &str, settings: &str, answer: Answer) -> Verdict {
    let settings = Settings::parse(&format!(r#"{{"deny": [], "plan": {settings}}}"#)).unwrap();
    evaluate(&event(environment, SUNDAY, started(line)), &settings, || answer, &no_statements).unwrap()
}

#[track_caller]
fn denials(line: &str, settings: &str, plan: MigrationPlan) -> Vec<Denial> {
    match verdict(Some("production"), line, settings, Ok(Some(plan))).decision {
        Decision::Allow => Vec::new(),
        Decision::Deny(denials) => denials,
    }
}

fn codes(denials: &[Denial]) -> Vec<&str> {
    denials.iter().map(|denial| denial.code.as_str()).collect()
}

#[test]
fn each_rule_denies_what_it_is_about_and_nothing_else() {
    let plan = || {
        let mut irreversible = step("b", &["insert orders"]);
        "no".clone_into(&mut irreversible.reversible);
        let mut incomplete = step("c", &["select users"]);
        incomplete.doubts = vec![Doubt { file: None, line: Some(3), why: "it depends".to_owned() }];
        upgrade(vec![
            step("a", &["add_column users x", "drop_column users y", "truncate billing.drafts"]),
            irreversible,
            incomplete,
        ])
    };
    for (settings, expected) in [
        (r#"{"deny": ["drops"]}"#, &["plan-drops"][..]),
        (r#"{"deny": ["destructive"]}"#, &["plan-destructive", "plan-destructive"]),
        // Dropped objects are reported only once.
        (r#"{"deny": ["destructive", "drops"]}"#, &["plan-drops", "plan-destructive"]),
        (r#"{"deny": ["data"]}"#, &["plan-data", "plan-data"]),
        (r#"{"deny": ["irreversible"]}"#, &["plan-irreversible"]),
        (r#"{"deny": ["incomplete"]}"#, &["plan-incomplete"]),
        (r#"{"deny": ["collateral"]}"#, &[]),
        (r#"{"tables": ["orders"]}"#, &["plan-tables"]),
        (r#"{"tables": ["public.orders"]}"#, &["plan-tables"]),
        (r#"{"tables": ["billing.*"]}"#, &["plan-tables"]),
        (r#"{"tables": ["drafts", "Billing.Drafts"]}"#, &["plan-tables"]),
        (r#"{"tables": ["*"]}"#, &["plan-tables", "plan-tables", "plan-tables"]),
        (r#"{"tables": ["shop.orders", "public.drafts", "order"]}"#, &[]),
        (r#"{"max-steps": 2}"#, &["plan-max-steps"]),
        (r#"{"max-steps": 3}"#, &[]),
        // Several tables of settings count together.
        (r#"[{"max-steps": 2}, {"max-steps": 9, "deny": ["drops"]}]"#, &["plan-drops", "plan-max-steps"]),
        (r#"[{"deny": ["drops"], "on": ["downgrade"]}, {"deny": ["irreversible"]}]"#, &["plan-irreversible"]),
    ] {
        assert_eq!(codes(&denials("upgrade head", settings, plan())), expected, "{settings}");
    }
}

#[test]
fn where_and_when_the_rules_are_in_force() {
    let (drops, staging) = (r#"{"deny": ["drops"]}"#, r#"{"deny": ["drops"], "environments": ["staging"]}"#);
    for (environment, line, settings, asks) in [
        (Some("production"), "upgrade head", drops, true),
        (Some("production"), "downgrade -1", drops, true),
        (None, "upgrade head", drops, true),
        (Some("staging"), "upgrade head", drops, false),
        (Some("staging"), "upgrade head", staging, true),
        (Some("production"), "upgrade head", staging, false),
        (None, "upgrade head", staging, true),
        (Some("production"), "upgrade head --sql", drops, false),
        (Some("production"), "upgrade --help", drops, false),
        (Some("production"), "stamp head", drops, false),
        (Some("production"), "history", drops, false),
        (Some("production"), "upgrade head", r#"{"deny": ["drops"], "on": ["downgrade"]}"#, false),
        (Some("production"), "downgrade -1", r#"{"deny": ["drops"], "on": ["downgrade"]}"#, true),
        (Some("production"), "upgrade head", "[]", false),
    ] {
        let settings = Settings::parse(&format!(r#"{{"deny": [], "plan": {settings}}}"#)).unwrap();
        let asked = Cell::new(false);
        let ask = || {
            asked.set(true);
            Ok(Some(upgrade(vec![step("a", &["drop_table users"])])))
        };
        let verdict = evaluate(&event(environment, SUNDAY, started(line)), &settings, ask, &no_statements).unwrap();
        assert_eq!(asked.get(), asks, "{environment:?} {line}");
        assert_eq!(verdict.decision != Decision::Allow, asks, "{environment:?} {line}");
    }
}

#[test]
fn what_is_forbidden_anyway_needs_no_plan() {
    let settings = Settings::parse(r#"{"plan": {"deny": ["drops"]}}"#).unwrap();
    let ask = || panic!("the plan was asked for");
    let verdict =
        evaluate(&event(Some("production"), SUNDAY, started("downgrade -1")), &settings, ask, &no_statements).unwrap();
    let Decision::Deny(denials) = verdict.decision else { panic!("it is forbidden") };
    assert_eq!(codes(&denials), ["downgrade-in-protected-environment"]);
}

#[test]
fn without_a_plan_it_is_denied_unless_the_settings_say_otherwise() {
    let unavailable = || Err(Error::Unavailable("Alembic is not launched by lback".to_owned()));
    let known = "what `upgrade` would do is not known, and rules of `plan` go by it: ";
    for (answer, why) in [
        (unavailable(), "Alembic is not launched by lback"),
        (Err(Error::Refused("no such revision `x`".to_owned())), "Alembic would refuse it: no such revision `x`"),
        (Ok(None), "lback has no plan of it"),
    ] {
        let verdict = verdict(Some("production"), "upgrade head", r#"{"deny": ["drops"]}"#, answer);
        let Decision::Deny(denials) = verdict.decision else { panic!("it was allowed") };
        assert_eq!(codes(&denials), ["plan-unavailable"]);
        assert_eq!(denials[0].message, format!("{known}{why}"));
    }
    let lenient = r#"{"deny": ["drops"], "unavailable": "warn"}"#;
    let warned = verdict(Some("production"), "upgrade head", lenient, unavailable());
    assert_eq!(warned.decision, Decision::Allow);
    let warnings: Vec<_> = warned.warnings.iter().map(|warning| warning.message.clone()).collect();
    assert_eq!(warnings, [format!("{known}Alembic is not launched by lback")]);
    // One rule that requires the plan is enough.
    let both = format!(r#"[{lenient}, {{"max-steps": 3}}]"#);
    assert_ne!(verdict(Some("production"), "upgrade head", &both, unavailable()).decision, Decision::Allow);
}

#[test]
fn what_a_person_reads_of_operations() {
    let mut irreversible = step("b", &[]);
    "no".clone_into(&mut irreversible.reversible);
    irreversible.irreversible_because = Some("`downgrade()` raises NotImplementedError".to_owned());
    let mut incomplete = step("c", &[]);
    let doubt = |why: &str| Doubt { file: Some("helpers.py".to_owned()), line: Some(3), why: why.to_owned() };
    incomplete.doubts = vec![doubt("`run(text)` is called"), doubt("and again")];
    let plan = upgrade(vec![
        step(
            "a",
            &[
                "drop_column users nickname",
                "may drop_table billing.drafts",
                "alter_column users name",
                "may delete users",
            ],
        ),
        irreversible,
        incomplete,
    ]);
    let rules = r#"{"deny": ["drops", "destructive", "irreversible", "incomplete"], "tables": ["billing.*"]}"#;
    let found = denials("upgrade head", rules, plan);
    let tail = ", which is not allowed in the protected environment `production`";
    let messages: Vec<_> = found.iter().map(|denial| denial.message.strip_suffix(tail).unwrap()).collect();
    assert_eq!(
        messages,
        [
            "revision `a` drops the column `users.nickname` (versions/a.py:17)",
            "revision `a` may drop the table `billing.drafts` (versions/a.py:17)",
            "revision `a` changes the column `users.name` (TEXT to VARCHAR(10)) (versions/a.py:17)",
            "revision `a` may delete rows of `users` (versions/a.py:17)",
            "revision `b` can't be reverted: `downgrade()` raises NotImplementedError (versions/b.py)",
            "not all that revision `c` does can be told: `run(text)` is called, and 1 more (helpers.py:3)",
            "revision `a` may write to the table `billing.drafts` (versions/a.py:17)",
        ]
    );
    assert!(found.iter().all(|denial| denial.hint.is_some()));
}

#[test]
fn what_a_person_reads_of_a_rollback() {
    let mut collateral = step("b", &["drop_table refunds"]);
    collateral.part = Some("collateral".to_owned());
    collateral.because = Some("it stands above a".to_owned());
    let mut raises = step("a", &[]);
    "no".clone_into(&mut raises.reversible);
    raises.part = Some("match".to_owned());
    let mut plan = downgrade(vec![collateral, raises]);
    plan.table = Some(table("users"));
    let rules =
        r#"{"deny": ["collateral", "irreversible", "drops"], "max-steps": 1, "environments": ["prod*", "staging"]}"#;
    let decision = verdict(Some("staging"), "downgrade -2", rules, Ok(Some(plan))).decision;
    let Decision::Deny(found) = decision else { panic!("it was allowed") };
    let messages: Vec<_> = found.iter().map(|denial| denial.message.as_str()).collect();
    let tail = "which is not allowed in the environment `staging`";
    assert_eq!(
        messages,
        [
            format!("reverting `b` drops the table `refunds` (versions/b.py:17), {tail}"),
            format!("reverting `a` fails or undoes nothing (versions/a.py), {tail}"),
            format!("reverting `b` goes with the rollback of `users`: it stands above a (versions/b.py), {tail}"),
            "`downgrade` takes 2 steps, and more than 1 are not allowed in the environment `staging`".to_owned(),
        ]
    );
    assert_eq!(found[0].hint.as_deref(), Some(FORWARD));
}

#[test]
fn a_long_list_is_cut_and_a_long_way_is_taken_in_parts() {
    let drops = ["drop_table t"; 9];
    let found = denials("upgrade head", r#"{"deny": ["drops"]}"#, upgrade(vec![step("a", &drops)]));
    assert_eq!(found.len(), TOLD + 1);
    assert_eq!(found[TOLD].message, "and 4 more of this kind: `lback plan` shows all that `upgrade` would do");
    let steps = || ["a", "b", "c"].map(|revision| step(revision, &[])).into();
    let found = denials("upgrade head", r#"{"max-steps": 2}"#, upgrade(steps()));
    assert_eq!(found[0].hint.as_deref(), Some("go in parts: `lback migrate b` is the first"));
    let found = denials("upgrade head", r#"{"max-steps": 0}"#, upgrade(steps()));
    assert_eq!(found[0].hint.as_deref(), Some("go in parts: name a revision on the way"));
}

#[test]
fn a_table_that_is_renamed_to_a_guarded_name_or_only_summed_up_counts() {
    let mut renamed = operation("rename_table people");
    renamed.new_table = Some(table("users"));
    let mut steps = vec![step("a", &[]), step("b", &[])];
    steps[0].operations = vec![renamed];
    // The effects were declared: no operation has a line.
    steps[1].writes = vec![table("users")];
    let found = denials("upgrade head", r#"{"tables": ["users"]}"#, upgrade(steps));
    let messages: Vec<_> = found.iter().map(|denial| denial.message.split(", ").next().unwrap()).collect();
    assert_eq!(
        messages,
        [
            "revision `a` writes to the table `users` (versions/a.py:17)",
            "revision `b` writes to the table `users` (versions/b.py)"
        ]
    );
}

#[test]
fn a_database_of_mysql_is_a_schema() {
    let mut plan = upgrade(vec![step("a", &["insert orders"])]);
    "mysql".clone_into(&mut plan.databases[0].dialect);
    plan.databases[0].schema = Some("shop".to_owned());
    assert_eq!(denials("upgrade head", r#"{"tables": ["shop.*"]}"#, plan.clone()).len(), 1);
    assert_eq!(denials("upgrade head", r#"{"tables": ["public.*"]}"#, plan).len(), 0);
}

#[test]
fn a_table_is_guarded_against_operations_that_write() {
    let settings = r#"{"tables": ["users"]}"#;
    for kind in DO_NOT_WRITE {
        let plan = upgrade(vec![step("a", &[&format!("{kind} users")])]);
        assert!(denials("upgrade head", settings, plan).is_empty(), "{kind}");
    }
    for kind in ["add_column", "update", "comment", "create_trigger", "declared", "a_kind_of_a_later_lback"] {
        let plan = upgrade(vec![step("a", &[&format!("{kind} users")])]);
        assert_eq!(codes(&denials("upgrade head", settings, plan)), ["plan-tables"], "{kind}");
    }
}

#[test]
fn a_type_that_a_downgrade_leaves_behind_is_denied() {
    let mut plan = upgrade(vec![step("a", &["create_type"])]);
    plan.databases[0].steps[0].leftovers = vec![Leftover { kind: "type".to_owned(), name: "mood".to_owned() }];
    let found = denials("upgrade head", r#"{"deny": ["leftovers"]}"#, plan);
    assert_eq!(codes(&found), ["plan-leftovers"]);
    assert!(found[0].message.starts_with("the `downgrade()` of `a` leaves the type `mood` behind"), "{found:?}");
}
