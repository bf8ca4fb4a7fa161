//! Plans, locks, outcomes and rollbacks of tables with Flask-Migrate.

use super::{config, flask, new_shop, shop, table, text};
use crate::support::{Project, VersionScript, plugin, wait_for};

/// A project with two databases: `two` adds a table to each.
pub(super) fn with_reports() -> Project {
    let project = new_shop(&["--multidb"]);
    let script = |revision: &str, parent: &str, main: &str, reports: &str| {
        format!(
            "\"\"\"make {revision}\"\"\"\nfrom alembic import op\nimport sqlalchemy as sa\n\nrevision = '{revision}'\n\
             down_revision = {parent}\n\ndef upgrade(engine_name):\n    globals()[f'upgrade_{{engine_name}}']()\n\n\
             def downgrade(engine_name):\n    globals()[f'downgrade_{{engine_name}}']()\n\n\
             def upgrade_():\n    {main}\n\ndef downgrade_():\n    {}\n\n\
             def upgrade_reports():\n    {reports}\n\ndef downgrade_reports():\n    {}\n",
            reverse(main),
            reverse(reports),
        )
    };
    let create = |name: &str| format!("op.create_table('{name}', sa.Column('id', sa.Integer(), primary_key=True))");
    project
        .file("migrations/versions/one.py", &script("one", "None", &create("one"), "pass"))
        .file("migrations/versions/two.py", &script("two", "'one'", &create("two"), &create("report")))
}

/// Returns the statement that reverts a `create_table`.
fn reverse(statement: &str) -> String {
    let name = statement.split('\'').nth(1);
    name.map_or_else(|| "pass".to_owned(), |name| format!("op.drop_table('{name}')"))
}

#[test]
fn a_project_is_migrated_looked_at_and_rolled_back() {
    let project = shop();
    project.lback(&["plan"]).exits(0).stdout_has(&["one", "two", "create table"]);
    assert_eq!(project.revision_of_database(), None, "a plan changes nothing");
    let done = project.lback(&["migrate"]).exits(0).stderr_has(&["Running upgrade one -> two", "applied 2 revisions"]);
    let done = done.output_lacks(&["without lback's launcher"]);
    assert!(done.stderr.contains("`test` is at `two`") || done.stderr.contains("is at `two`"), "{done}");
    project.lback(&["status"]).exits(0).stdout_has(&["two"]);
    project.lback(&["current"]).exits(0).stdout_has(&["two (head)"]);
    project.lback(&["rollback"]).exits(0).stderr_has(&["reverted 1 revision"]);
    assert_eq!(project.revision_of_database().as_deref(), Some("one"));
    project.lback(&["migrate"]).exits(0);
    project.lback(&["plan", "rollback", "one", "--revision"]).exits(0).stdout_has(&["drop"]);
    project.lback(&["rollback", "two", "--table", "--yes"]).exits(0).stderr_has(&["Running downgrade two -> one"]);
    assert_eq!(project.query("select count(*) from two"), None, "the table is gone");
    project.lback(&["rollback", "base"]).exits(0).stderr_has(&["reverted 1 revision"]);
    assert_eq!(project.revision_of_database(), None);
    project.lback(&["log"]).exits(0).stdout_has(&["downgrade -- -1", "downgrade base"]);
}

#[test]
fn a_table_is_rolled_back_beside_later_revisions() {
    let head =
        VersionScript::new("late").after(&["two"]).upgrade("op.add_column('one', sa.Column('late', sa.Integer()))");
    let project = shop().script(&head.downgrade("op.drop_column('one', 'late')"));
    project.lback(&["migrate"]).exits(0);
    // `late` is after `two`, and has nothing to do with it.
    project.lback(&["rollback", "two", "--table", "--yes"]).exits(77).stderr_has(&["late"]);
    project.lback(&["rollback", "one", "--table", "--yes"]).exits(0);
    assert_eq!(project.revision_of_database().as_deref(), Some("two"));
    let forward = project.lback(&["rollback", "two", "--table", "--as-migration"]).exits(0);
    forward.stderr_has(&["review the new script"]);
    project.lback(&["migrate", "heads"]).exits(0);
    assert_eq!(project.query("select count(*) from two"), None, "the new script drops it");
}

#[test]
fn a_migration_is_written_from_the_models() {
    let project = new_shop(&[]);
    project.lback(&["makemigrations", "all tables"]).exits(0).stderr_has(&["Detected added table 'one'"]);
    project.lback(&["migrate"]).exits(0).stderr_has(&["applied 1 revision"]);
    assert_eq!(project.query("select count(*) from two").as_deref(), Some("0"));
}

#[test]
fn guard_sees_the_plan() {
    let settings = "[plugin.settings]\nprotect = [\"production\"]\n[plugin.settings.plan]\ndeny = [\"drops\"]";
    let drop = VersionScript::new("drop").after(&["two"]).upgrade("op.drop_table('one')");
    let project = shop().script(&drop).plugin("guard", &plugin("guard"), settings);
    let production = |words: &[&str]| project.lback(words).env("LBACK_ENVIRONMENT", "production");
    production(&["migrate", "two"]).exits(0);
    production(&["migrate"]).exits(77).stderr_has(&["plan-drops", "drop"]);
    production(&["alembic", "upgrade"]).exits(77).stderr_has(&["plan-drops"]);
    production(&["alembic", "upgrade", "--tag", "--sql"]).exits(77).stderr_has(&["plan-drops"]);
    production(&["rollback"]).exits(77).stderr_has(&["downgrade-in-protected-environment"]);
    production(&["alembic", "downgrade"]).exits(77).stderr_has(&["downgrade-in-protected-environment"]);
    assert_eq!(project.revision_of_database().as_deref(), Some("two"));
}

#[test]
fn a_second_run_finds_the_lock() {
    let slow =
        "import pathlib, time\npathlib.Path('begun').touch()\nwhile not pathlib.Path('go').exists(): time.sleep(0.05)";
    let flask = flask();
    let project = shop()
        .script(&VersionScript::new("slow").after(&["two"]).upgrade(slow))
        .whole_config(&format!("{}lock = \"fail\"\n", config(&[text(&flask), "db"])));
    let holder = project.lback(&["migrate"]).start();
    wait_for(&project.path("begun"));
    project.lback(&["migrate"]).exits(75).stderr_has(&["another run holds the lock"]);
    project.lback(&["current"]).exits(0);
    project.write("go", "");
    holder.wait().exits(0);
}

#[test]
fn a_failure_names_the_statement() {
    let bad = VersionScript::new("bad").after(&["two"]).upgrade("op.execute('insert into nosuch values (1)')");
    let project = shop().script(&bad);
    project.lback(&["migrate"]).exits(1).stderr_has(&[
        "migrations/versions/bad.py",
        "insert into nosuch values (1)",
        "no such table: nosuch",
        "`two`",
    ]);
    let project = shop().script(&VersionScript::new("bad").after(&["two"]).upgrade("raise RuntimeError('on purpose')"));
    // Flask-Migrate prints no traceback.
    let done = project.lback(&["migrate"]).exits(1).stderr_has(&["ERROR [flask_migrate] Error: on purpose", "bad.py"]);
    done.output_lacks(&["Traceback"]);
    assert_eq!(project.revision_of_database().as_deref(), Some("two"));
}

#[test]
fn several_binds_have_a_plan_and_an_outcome_each() {
    let project = with_reports();
    let lback = |words: &[&str]| project.lback(words).env("SHOP_REPORTS", "1");
    lback(&["plan"]).exits(0).stdout_has(&["report", "test.db", "reports.db"]);
    lback(&["migrate"]).exits(0).output_lacks(&["without lback's launcher"]).stderr_has(&["applied"]);
    lback(&["status"]).exits(0).stdout_has(&["test.db", "reports.db", "two"]);
    lback(&["rollback"]).exits(0).stderr_has(&["Running downgrade two -> one"]);
    lback(&["rollback", "base"]).exits(0).stderr_has(&["Running downgrade one -> "]);
}

#[test]
fn merges_join_the_heads() {
    let project = shop().script(&table("other", &["one"]));
    project.lback(&["migrate"]).exits(1).stderr_has(&["Multiple head revisions"]);
    project.lback(&["merge", "-m", "join", "heads"]).exits(0);
    project.lback(&["migrate"]).exits(0).stderr_has(&["applied 4 revisions"]);
}
