//! Plans of typical projects.

use crate::model::database::Direction::{self, Downgrade, Upgrade};
use crate::model::plan::{
    DatabasePlan, Doubt, FoundBy, Operation, Part, Plan, PlannedStep, Reversible, Statement, Table, TransactionKind,
};
use crate::model::signal::SignalName;
use crate::model::verdict::{Decision, Denial, Verdict, Warning};
use crate::ui::documents::plan::{NotEnforcedReason, PlanReport, PlannedCommand, PolicyAnswer, PolicyResult};

pub(crate) fn table(name: &str) -> Table {
    let (schema, name) = name.split_once('.').map_or((None, name), |(schema, name)| (Some(schema.into()), name));
    Table { schema, name: name.into() }
}

/// The kind, and `table` or `table:name`.
pub(crate) fn operation(kind: &str, on: &str, line: u32) -> Operation {
    let (on, name) = on.split_once(':').map_or((on, None), |(on, name)| (on, Some(name.to_owned())));
    Operation {
        kind: kind.to_owned().into(),
        table: (!on.is_empty()).then(|| table(on)),
        name,
        new_name: None,
        new_table: None,
        writes: kind != "select",
        destructive: matches!(kind, "drop_table" | "drop_column" | "delete" | "truncate"),
        data: matches!(kind, "insert" | "update" | "delete" | "truncate" | "select"),
        found_by: vec![FoundBy::Recorder],
        conditional: false,
        line: Some(line),
        detail: None,
    }
}

pub(crate) fn step(direction: Direction, revision: &str, doc: &str, operations: Vec<Operation>) -> PlannedStep {
    let mut writes: Vec<_> = operations.iter().filter_map(|operation| operation.table.clone()).collect();
    writes.sort();
    writes.dedup();
    let statements =
        operations.iter().map(|operation| Statement { text: None, ..statement("", operation.line) }).collect();
    PlannedStep {
        revision: revision.into(),
        direction,
        down_revisions: vec!["a1".into()],
        depends_on: vec![],
        branch_labels: vec![],
        doc: (!doc.is_empty()).then(|| doc.into()),
        file: Some(format!("migrations/versions/{revision}_.py")),
        operations,
        writes,
        references: vec![],
        reversible: Reversible::Yes,
        irreversible_because: None,
        leftovers: vec![],
        statements,
        doubts: vec![],
        allow_comments: vec![],
        part: None,
        because: None,
    }
}

pub(crate) fn statement(text: &str, line: impl Into<Option<u32>>) -> Statement {
    Statement {
        text: Some(text.into()),
        line: line.into(),
        operations: vec![],
        transaction: TransactionKind::Migration,
        times: 1,
        conditional: false,
        locks: vec![],
    }
}

pub(crate) fn doubt(file: &str, line: u32, why: &str) -> Doubt {
    Doubt { file: Some(file.into()), line: Some(line), why: why.into() }
}

pub(crate) fn database(dialect: &str, name: &str, heads: [&[&str]; 2], steps: Vec<PlannedStep>) -> DatabasePlan {
    let [heads, target_heads] = heads.map(|heads| heads.iter().map(ToString::to_string).collect());
    let transactional_ddl = dialect == "postgresql";
    DatabasePlan {
        dialect: dialect.into(),
        name: Some(name.into()),
        server: dialect.into(),
        version: None,
        schema: (dialect == "postgresql").then(|| "public".into()),
        transactional_ddl,
        heads,
        target_heads,
        steps,
        tables: vec![],
        saved_facts: None,
        invalid_indexes: Vec::new(),
        inputs: Vec::new(),
    }
}

pub(crate) fn report(plan: Plan, policies: Vec<PolicyResult>) -> PlanReport {
    let (command, word) = match plan.direction {
        Downgrade => (PlannedCommand::Rollback, "downgrade"),
        _ => (PlannedCommand::Migrate, "upgrade"),
    };
    let alembic = ["alembic", word, &plan.target].map(str::to_owned).to_vec();
    PlanReport::new(command, alembic, Some("production".into()), plan, policies)
}

pub(crate) fn plan(direction: Direction, target: &str, databases: Vec<DatabasePlan>) -> Plan {
    Plan { direction, target: target.into(), table: None, databases }
}

pub(crate) fn nothing_to_do() -> PlanReport {
    report(plan(Upgrade, "head", vec![database("sqlite", "app.db", [&["c3"], &["c3"]], vec![])]), vec![])
}

/// Two revisions, one of which drops and moves data.
pub(crate) fn upgrade() -> PlanReport {
    let mut first = step(
        Upgrade,
        "b2",
        "add orders",
        vec![operation("create_table", "orders", 12), operation("create_index", "orders:ix_orders_user", 19)],
    );
    first.references = vec![table("users")];
    first.statements = vec![
        statement("CREATE TABLE orders (\n    id INTEGER NOT NULL\n)", 12),
        statement("CREATE INDEX ix_orders_user ON orders (user)", 19),
    ];
    let mut alter = operation("alter_column", "users:age", 15);
    alter.detail = Some("BIGINT to SMALLINT".into());
    alter.destructive = true;
    let mut second = step(
        Upgrade,
        "c3",
        "tidy users",
        vec![
            operation("drop_table", "audit.old_users", 12),
            operation("drop_column", "users:nick", 13),
            alter,
            operation("update", "users", 16),
            operation("delete", "users", 17),
        ],
    );
    second.reversible = Reversible::No;
    second.irreversible_because = Some("`downgrade()` raises NotImplementedError (line 22)".into());
    report(plan(Upgrade, "head", vec![database("sqlite", "app.db", [&["a1"], &["c3"]], vec![first, second])]), vec![])
}

/// A downgrade by two revisions, one of which isn't undone.
pub(crate) fn downgrade() -> PlanReport {
    let mut first = step(Downgrade, "c3", "fill in names", vec![operation("update", "users", 30)]);
    first.reversible = Reversible::No;
    first.irreversible_because = Some("`downgrade()` is only `pass`, though `upgrade()` writes `users`".into());
    let second = step(Downgrade, "b2", "add orders", vec![operation("drop_table", "orders", 24)]);
    report(plan(Downgrade, "-2", vec![database("postgresql", "shop", [&["c3"], &["a1"]], vec![first, second])]), vec![])
}

/// Operations that depend on the database, and doubts.
pub(crate) fn doubtful() -> PlanReport {
    let mut conditional = operation("drop_table", "legacy", 14);
    conditional.conditional = true;
    let mut unknown = operation("execute", "", 20);
    unknown.data = true;
    let mut one = step(Upgrade, "b2", "clean up", vec![conditional, unknown]);
    one.reversible = Reversible::Unknown;
    one.irreversible_because = Some("it calls `helpers.undo`".into());
    one.doubts = vec![doubt("migrations/helpers.py", 7, "the name of the table is read from the environment")];
    report(plan(Upgrade, "b2", vec![database("mysql", "shop", [&[], &["b2"]], vec![one])]), vec![])
}

pub(crate) fn two_databases() -> PlanReport {
    let first = step(Upgrade, "b2", "add orders", vec![operation("create_table", "orders", 12)]);
    let mut merge = step(Upgrade, "d4", "", vec![]);
    merge.down_revisions = vec!["b2".into(), "x9".into()];
    merge.depends_on = vec!["e5".into()];
    merge.branch_labels = vec!["billing".into()];
    let databases = vec![
        database("postgresql", "shop", [&["a1", "x9"], &["d4"]], vec![first, merge]),
        database("postgresql", "stock", [&["s1"], &["s1"]], vec![]),
    ];
    report(plan(Upgrade, "heads", databases), vec![])
}

/// The rollback of a table, with a revision that must go too.
pub(crate) fn collateral() -> PlanReport {
    let mut above = step(Downgrade, "c3", "add invoices", vec![operation("drop_table", "invoices", 20)]);
    above.part = Some(Part::Collateral);
    above.because = Some("stands above `b2`".into());
    let mut it = step(Downgrade, "b2", "add a nickname", vec![operation("drop_column", "users:nick", 18)]);
    it.part = Some(Part::Match);
    it.because = Some("the latest revision that changes `users`".into());
    let mut plan = plan(Downgrade, "b2@a1", vec![database("postgresql", "shop", [&["c3"], &["a1"]], vec![above, it])]);
    plan.table = Some(table("users"));
    report(plan, vec![])
}

/// One policy for each kind of answer.
pub(crate) fn policies() -> Vec<PolicyResult> {
    let said = |plugin: &str, signal, decision, warnings: &[&str], not_enforced| {
        let warning = |message: &&str| Warning {
            message: (*message).to_owned(),
            code: Some("soon".to_owned()),
            hint: None,
            place: None,
            acceptable: false,
        };
        let warnings = warnings.iter().map(warning).collect();
        PolicyResult::new(
            plugin.into(),
            Some(signal),
            PolicyAnswer::Verdict(Verdict { decision, warnings, accepted: vec![] }),
            not_enforced,
        )
    };
    let deny = |message: &str, code: &str, hint: Option<&str>, url: Option<&str>| {
        let denial = Denial::new(code, message.to_owned());
        Decision::Deny(vec![Denial { hint: hint.map(Into::into), url: url.map(Into::into), ..denial }])
    };
    let protected = || {
        deny(
            "`downgrade` is not allowed in the protected environment `production`",
            "downgrade-in-protected-environment",
            Some("roll forward instead"),
            Some("https://wiki.example/rollback"),
        )
    };
    let [first, second] = [SignalName::MigrationCommandsInitialized, SignalName::MigrationRollbackCommand];
    let failed = |plugin: &str, not_enforced| {
        let answer =
            PolicyAnswer::Failed { failure: "it took longer than 2s".into(), hint: Some("give it more time".into()) };
        PolicyResult::new(plugin.into(), None, answer, not_enforced)
    };
    vec![
        said("guard", first, Decision::Allow, &[], None),
        said("guard", second, protected(), &["the freeze begins\nat 18:00"], None),
        said("guard", SignalName::AlembicCommandStarted, protected(), &["the freeze begins\nat 18:00"], None),
        said(
            "keep-safe",
            second,
            deny("a table is dropped", "drops-table", None, None),
            &[],
            Some(NotEnforcedReason::Audit),
        ),
        said("hours", second, deny("it is night", "closed", None, None), &[], Some(NotEnforcedReason::Overridden)),
        said("sizes", second, Decision::Allow, &[], None),
        said("sizes", SignalName::AlembicCommandStarted, Decision::Allow, &[], None),
        failed("slow", None),
        failed("slower", Some(NotEnforcedReason::OnError)),
    ]
}

pub(crate) fn denied() -> PlanReport {
    let PlanReport { plan, .. } = downgrade();
    report(plan, policies())
}

/// Names and texts that contain markup and control characters.
pub(crate) fn hostile() -> PlanReport {
    let mut one = step(
        Upgrade,
        "b2`**",
        "</details><script>alert(1)</script> | **bold** @everyone #1 \u{1b}[2J\n! drop table",
        vec![operation("drop_table", "a`|b\n# c\u{202e}", 3), operation("vacuum_*all*", "x", 4)],
    );
    one.file = Some("versions/<b>.py".into());
    one.doubts = vec![doubt("v`.py", 1, "see https://evil.example\r\n- nothing")];
    one.statements = vec![statement("DROP TABLE x;\n```\n</details>\n# done \u{9b}2J", 3)];
    let mut database = database("sqlite", "app`.db", [&[], &["b2`**"]], vec![one]);
    database.dialect = "sq<i>lite".into();
    let denial = Denial {
        hint: Some("[click](javascript:alert(1))".into()),
        url: Some("javascript:alert(1)".into()),
        ..Denial::new("no`", "first\n  other: denied\u{7}".to_owned())
    };
    let verdict = Verdict { decision: Decision::Deny(vec![denial]), warnings: vec![], accepted: vec![] };
    let opinion = PolicyResult::new("g".into(), None, PolicyAnswer::Verdict(verdict), None);
    report(plan(Upgrade, "it's head", vec![database]), vec![opinion])
}

/// A plan of `count` revisions, of which one in ten drops a table.
pub(crate) fn long(count: usize) -> PlanReport {
    let steps = (1..=count)
        .map(|number| {
            let kind = if number % 10 == 0 { "drop_table" } else { "create_table" };
            step(Upgrade, &format!("r{number}"), "", vec![operation(kind, &format!("t{number}"), 9)])
        })
        .collect();
    let last = format!("r{count}");
    report(plan(Upgrade, "head", vec![database("postgresql", "shop", [&[], &[&last]], steps)]), vec![])
}
