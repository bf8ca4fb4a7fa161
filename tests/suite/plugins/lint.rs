//! lint on a real PostgreSQL: quiet on small and new tables, and the acceptance of its findings.

use serde_json::{Value, json};

use crate::support::{Database, Project, plugin};

const USERS: &str = "op.create_table('users', sa.Column('id', sa.Integer(), primary_key=True), sa.Column('name', sa.String(50)), sa.Column('age', sa.Integer()))";
const INDEX: &str = "op.create_index('by_age', 'users', ['age'])";

/// A project at `users`, with 20,000 rows, and one revision above.
fn project(database: &Database, upgrade: &[&str], settings: &str) -> Project {
    let fill = "op.execute(\"INSERT INTO users (name, age) SELECT 'x', 1 FROM generate_series(1, 20000)\")";
    let project = Project::bare(&database.url().replace('%', "%%"))
        .revision("users", None, &format!("{USERS}\n{fill}"), "op.drop_table('users')")
        .revision("change", Some("users"), &upgrade.join("\n"), "pass");
    project.lback(&["migrate", "users"]).exits(0);
    database.query("ANALYZE users");
    project.plugin("lint", &plugin("lint"), &format!("[plugin.settings]\n{settings}"))
}

#[test]
fn an_index_is_denied_on_a_large_table_only() {
    for (rows, is_denied) in [(100_000, false), (10_000, true)] {
        let database = Database::postgres();
        let project = project(&database, &[INDEX], &format!("small-tables = {{ rows = {rows} }}"));
        let run = project.lback(&["--environment", "production", "migrate"]);
        if is_denied {
            run.exits(77).stderr_has(&[
                "lint: revision `change` creates an index without `CONCURRENTLY`: it blocks writes of `users` (about 20000 rows",
                "(migrations/versions/change.py:13) (require-concurrent-index-creation)",
                "op.create_index('by_age', 'users', […], postgresql_concurrently=True)",
            ]);
        } else {
            run.exits(0);
        }
    }
}

#[test]
fn the_safe_form_and_tables_of_the_run_are_left_alone() {
    let database = Database::postgres();
    let upgrade = [
        "with op.get_context().autocommit_block():",
        "    op.create_index('by_age', 'users', ['age'], postgresql_concurrently=True)",
        "op.create_table('posts', sa.Column('id', sa.Integer(), primary_key=True), sa.Column('n', sa.Integer()))",
        "op.create_index('by_n', 'posts', ['n'])",
        "op.alter_column('posts', 'n', nullable=False)",
        "op.alter_column('users', 'name', type_=sa.String(100))",
    ];
    let project = project(&database, &upgrade, "small-tables = { rows = 0 }");
    let done = project.lback(&["--environment", "production", "migrate"]).exits(0);
    assert!(!done.stderr.contains("lint"), "{done}");
}

#[test]
fn a_comment_accepts_a_finding_and_is_listed() {
    let database = Database::postgres();
    let upgrade = ["# lback: allow require-concurrent-index-creation until 2999-01-31: frozen, DB-412", INDEX];
    let project = project(&database, &upgrade, "small-tables = { rows = 0 }");
    let accepted = "accepted until 2999-01-31 by the comment in migrations/versions/change.py:13: frozen, DB-412";
    project.lback(&["--environment", "production", "plan"]).exits(0).stdout_has(&[accepted]);
    let events = project.path("events.jsonl");
    let run = ["--environment", "production", "migrate", "--events", events.to_str().unwrap()];
    project.lback(&run).exits(0).stderr_has(&["note: lint: revision `change` creates an index", accepted]);

    let log: Value = serde_json::from_str(&project.lback(&["log", "show", "--json"]).exits(0).stdout).unwrap();
    let verdicts = log["verdicts"].as_array().expect("verdicts");
    let listed: Vec<_> = verdicts.iter().flat_map(|verdict| verdict["accepted"].as_array().unwrap()).collect();
    assert_eq!(listed.len(), 1, "{log:#}");
    assert_eq!(listed[0]["comment"]["reason"], "frozen, DB-412");

    let text = std::fs::read_to_string(events).unwrap();
    let completed = text.lines().last().map(|line| serde_json::from_str::<Value>(line).unwrap()).unwrap();
    let accepted = &completed["data"]["arguments"]["accepted"];
    assert_eq!(accepted[0]["plugin"], "lint", "{completed:#}");
    assert_eq!(accepted[0]["comment"]["lines"], json!([14, 14]));
}

#[test]
fn a_comment_that_does_not_count_is_named() {
    for (comment, said) in [
        ("until 2020-01-31: frozen", "the comment in migrations/versions/change.py:13 allowed it until 2020-01-31"),
        (
            "until 2999-01-31",
            "the comment in migrations/versions/change.py:13 doesn't count because it gives no reason",
        ),
    ] {
        let database = Database::postgres();
        let comment = format!("# lback: allow require-concurrent-index-creation {comment}");
        let project = project(&database, &[&comment, INDEX], "small-tables = { rows = 0 }");
        project.lback(&["--environment", "production", "migrate"]).exits(77).stderr_has(&[said]);
    }
}

#[test]
fn a_comment_that_accepts_nothing_or_cannot_be_read_is_reported() {
    let database = Database::postgres();
    let unused = project(&database, &["# lback: allow no-such-rule: why", "pass"], "");
    unused.lback(&["--environment", "production", "plan"]).exits(0).stdout_has(&[
        "the comment in migrations/versions/change.py:13 allows `no-such-rule`, which no policy reports here",
    ]);
    let database = Database::postgres();
    let wrong = project(&database, &["# lback: allow x until tomorrow: why", "pass"], "");
    wrong.lback(&["--environment", "production", "plan"]).exits(69).stderr_has(&[
        "migrations/versions/change.py:13: the comment can't be read: `tomorrow` is not a date",
        "hint: write `# lback: allow CODE until 2027-01-31: REASON`",
    ]);
    wrong.lback(&["--environment", "production", "migrate"]).exits(77).stderr_has(&["plan-unavailable"]);
}

#[test]
fn an_unknown_rule_is_an_error() {
    let database = Database::postgres();
    let project = project(&database, &["pass"], "rules = { no-such = \"deny\" }");
    let said = ["`rules.no-such`: lint has no rule of this name"];
    project.lback(&["--environment", "production", "migrate"]).exits(77).stderr_has(&said);
}
