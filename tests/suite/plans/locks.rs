//! The locks of statements and the sizes of tables, in plans and for policies.

use serde_json::{Value, json};

use crate::support::{Database, Project, plugin};

const USERS: &str = "op.create_table('users', sa.Column('id', sa.Integer(), primary_key=True), sa.Column('name', sa.String(50)), sa.Column('age', sa.Integer()))";
const BIGGER: &str = "op.alter_column('users', 'age', type_=sa.BigInteger())";

/// A project at `users`, with so many rows, and one revision above.
fn project(database: &Database, rows: u32, upgrade: &[&str]) -> Project {
    let fill = format!("op.execute(\"INSERT INTO users (name, age) SELECT 'x', 1 FROM generate_series(1, {rows})\")");
    let project = Project::bare(&database.url().replace('%', "%%"))
        .revision("users", None, &format!("{USERS}\n{fill}"), "op.drop_table('users')")
        .revision("change", Some("users"), &upgrade.join("\n"), "pass");
    project.lback(&["migrate", "users"]).exits(0);
    project
}

/// The plan for the only database.
fn planned(project: &Project) -> Value {
    let done = project.lback(&["plan", "--json"]).exits(0);
    let document: Value = serde_json::from_str(&done.stdout).unwrap_or_else(|error| panic!("{error}: {done}"));
    document["plan"]["databases"][0].clone()
}

#[test]
fn a_plan_has_the_locks_of_each_statement_and_the_size_of_its_table() {
    let database = Database::postgres();
    let concurrently = "    op.create_index('by_name', 'users', ['name'], postgresql_concurrently=True)";
    let project = project(
        &database,
        20_000,
        &[
            BIGGER,
            "op.alter_column('users', 'name', type_=sa.String(100))",
            "with op.get_context().autocommit_block():",
            concurrently,
            "op.create_table('posts', sa.Column('id', sa.Integer(), primary_key=True))",
            "op.create_index('by_id', 'posts', ['id'])",
        ],
    );
    let database_plan = planned(&project);
    assert_eq!(database_plan["server"], "postgresql");
    assert_eq!(database_plan["schema"], "public");
    assert!(database_plan["version"].as_str().is_some_and(|version| version.starts_with("16")), "{database_plan}");

    let statements = database_plan["steps"][0]["statements"].as_array().expect("statements");
    let seen: Vec<_> = statements
        .iter()
        .map(|statement| {
            let locks = statement["locks"]
                .as_array()
                .into_iter()
                .flatten()
                .map(|lock| json!([lock["table"]["name"], lock["mode"], lock["rewrites"], lock["scans"]]));
            json!([statement["line"], statement["operations"], statement["transaction"], locks.collect::<Vec<_>>()])
        })
        .collect();
    let expected = [
        json!([13, [0], "migration", [["users", "ACCESS EXCLUSIVE", "yes", "yes"]]]),
        json!([14, [1], "migration", [["users", "ACCESS EXCLUSIVE", "no", "no"]]]),
        json!([16, [2], "none", [["users", "SHARE UPDATE EXCLUSIVE", "no", "yes"]]]),
        // No other session uses a table that the run creates.
        json!([17, [3], "migration", []]),
        json!([18, [4], "migration", []]),
    ];
    assert_eq!(seen, expected);

    let tables = database_plan["tables"].as_array().expect("tables");
    assert_eq!(tables.len(), 1, "{tables:?}");
    assert_eq!(tables[0]["table"]["name"], "users");
    assert_eq!(tables[0]["partitioned"], false);
    assert!(tables[0]["table_bytes"].as_u64().is_some_and(|bytes| bytes > 500_000), "{tables:?}");
    database.query("ANALYZE users");
    project
        .lback(&["plan"])
        .exits(0)
        .stdout_has(&["#  blocks reads and writes of `users` (", "while it is rewritten (line 13)"]);
}

#[test]
fn the_number_of_rows_is_the_estimate_of_the_server() {
    let database = Database::postgres();
    let project = project(&database, 20_000, &[BIGGER]);
    database.query("ANALYZE users");
    assert_eq!(planned(&project)["tables"][0]["rows"], 20_000);
}

#[test]
fn guard_denies_a_rewrite_of_a_large_table_and_not_of_a_small_one() {
    for (rows, is_denied) in [(2_600, false), (20_000, true)] {
        let database = Database::postgres();
        let project = project(&database, rows, &[BIGGER]);
        database.query("ANALYZE users");
        let settings = "[plugin.settings]\ndeny = []\n[plugin.settings.plan]\ndeny = [\"rewrites\", \"scans\"]\nabove = { rows = 10_000 }";
        let project = project.plugin("guard", &plugin("guard"), settings);
        let done = project.lback(&["--environment", "production", "migrate"]);
        if is_denied {
            done.exits(77).stderr_has(&[
                "revision `change` rewrites all rows of the table `users` (about 20000 rows",
                "(migrations/versions/change.py:13)",
                "(plan-rewrites)",
            ]);
        } else {
            done.exits(0);
        }
    }
}
