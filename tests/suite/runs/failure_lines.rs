//! The lines of lback below a traceback: the place, the statement, and the database's own error;
//! the heads, where there are several.

use super::postgres::project_on;
use crate::support::{Database, Done, Project, VersionScript};

/// A project whose second revision has this body.
fn broken(body: &str) -> Project {
    Project::new().revision("two", Some("one"), body, "pass")
}

/// Returns lback's own lines: from its first error on.
fn own(done: &Done) -> String {
    let begins = |line: &&str| line.starts_with("error: ");
    let mut lines = done.stderr.split_inclusive('\n').skip_while(|line| !begins(line)).peekable();
    assert!(lines.peek().is_some(), "no error of lback: {done}");
    lines.collect()
}

#[track_caller]
fn begins(done: &Done, first: &str, second: &str) {
    let own = own(done);
    let mut lines = own.lines();
    let (one, two) = (lines.next().unwrap_or_default(), lines.next().unwrap_or_default());
    assert!(one.starts_with(first), "the first line is {one:?}, not {first:?}: {done}");
    assert!(two.starts_with(second), "the second line is {two:?}, not {second:?}: {done}");
}

#[test]
fn a_refused_statement_has_script_line_statement_and_error() {
    let body = "op.execute('select 1')\nop.execute('  insert into\\n    nowhere values (1)\\n')";
    let project = broken(body);
    let done = project.lback(&["migrate"]).exits(1);
    begins(&done, "error: `migrations/versions/two.py:", "  sqlite3.OperationalError: no such table: nowhere");
    assert!(own(&done).contains(": the statement `insert into nowhere values (1)` failed\n"), "{done}");
    assert!(done.stderr.contains("Traceback (most recent call last):"), "Alembic's own output stays: {done}");
    let shown = project.lback(&["log", "show", "--json"]).exits(0);
    let shown: serde_json::Value = serde_json::from_str(&shown.stdout).expect("JSON");
    let error = shown["run"]["error"].as_str().expect("an error");
    assert!(!error.contains("insert"), "the journal has no statement: {error}");
}

#[test]
fn the_line_is_that_of_the_script() {
    let helper = "from alembic import op\ndef drop():\n    op.execute('drop table nowhere')\n";
    for (body, statement) in [
        ("pass\npass\nop.execute('drop table nowhere')", "drop table nowhere"),
        ("import helper\nhelper.drop()", "drop table nowhere"),
        ("op.drop_table('nowhere')", "DROP TABLE nowhere"),
        ("op.add_column('one', sa.Column('id', sa.Integer()))", "ALTER TABLE one ADD COLUMN id INTEGER"),
        ("conn = op.get_bind()\nconn.execute(sa.text('select * from nowhere'))", "select * from nowhere"),
    ] {
        let project = broken(body).file("helper.py", helper);
        let done = project.lback(&["migrate"]).exits(1);
        let script = std::fs::read_to_string(project.path("migrations/versions/two.py")).expect("a script");
        let last = body.lines().last().expect("a line").trim();
        let number = script.lines().position(|line| line.trim() == last).expect("the line") + 1;
        let first = format!("error: `migrations/versions/two.py:{number}`: the statement `{statement}` failed");
        begins(&done, &first, "  sqlite3.OperationalError: ");
    }
}

#[test]
fn errors_of_python_have_their_place_too() {
    for (body, second) in [
        ("raise ValueError('no way')", "  ValueError: no way"),
        ("{}['key']", "  KeyError: 'key'"),
        ("import nowhere_to_be_found", "  ModuleNotFoundError: No module named"),
        ("raise ValueError('one\\ntwo')", "  ValueError: one"),
    ] {
        let done = broken(body).lback(&["migrate"]).exits(1);
        begins(&done, "error: `migrations/versions/two.py:", second);
    }
    let scripts = [
        ("revision = 'two'\ndown_revision = 'one'\ndef upgrade(:\n", ":3` raised an error", "  SyntaxError: "),
        ("import nowhere_to_be_found\nrevision = 'two'\n", ":1` raised an error", "  ModuleNotFoundError: "),
    ];
    for (script, place, second) in scripts {
        let project = Project::new().file("migrations/versions/two.py", script);
        let done = project.lback(&["migrate"]).exits(1);
        begins(&done, &format!("error: `migrations/versions/two.py{place}"), second);
    }
    let env = Project::new();
    env.prepend("migrations/env.py", "raise RuntimeError('env is broken')\n");
    let done = env.lback(&["current"]).exits(1);
    begins(&done, "error: `migrations/env.py:1` raised an error", "  RuntimeError: env is broken");
}

#[test]
fn what_alembic_explains_itself_gets_no_more_lines() {
    for words in [&["migrate", "nosuch"][..], &["alembic", "downgrade", "nosuch"], &["alembic", "show", "nosuch"]] {
        let done = Project::new().lback(words).exits(255);
        assert!(
            !done.stderr.contains("error: `")
                && !done.stderr.contains("raised an error")
                && (done.stdout.contains("FAILED: ") || done.stderr.contains("FAILED: ")),
            "{done}"
        );
    }
}

#[test]
fn an_error_without_a_place_of_the_project_gets_no_more_lines() {
    let done = Project::new().lback(&["rollback", "nosuch@-1"]).exits(1);
    assert!(done.stderr.ends_with("\nAssertionError\n"), "{done}");
}

#[test]
fn a_database_that_cannot_be_reached_is_named_as_such() {
    for url in [
        "postgresql+psycopg://app:s3cr3tpw@127.0.0.1:1/shop",
        "postgresql+psycopg2://app:s3cr3tpw@127.0.0.1:1/shop",
        "mysql+pymysql://app:s3cr3tpw@127.0.0.1:1/shop",
        "sqlite:////nowhere/at/all/shop.db",
    ] {
        let project = Project::on(url);
        for words in [&["migrate"][..], &["current"]] {
            let done = project.lback(words).exits(1);
            begins(&done, "error: cannot connect to the database, in `migrations/env.py:", "  ");
            assert!(!own(&done).contains("s3cr3tpw"), "{done}");
        }
    }
}

#[test]
fn secrets_of_a_statement_are_hidden() {
    let database = Database::postgres();
    let body = "op.execute(\"create role app password 'hunter2-of-app' in role nowhere\")";
    let project = project_on(&database).revision("two", Some("one"), body, "pass");
    let done = project.lback(&["migrate"]).exits(1);
    begins(&done, "error: `migrations/versions/two.py:", "  psycopg.errors.UndefinedObject: role \"nowhere\"");
    let own = own(&done);
    assert!(own.contains("the statement `create role app password '***'"), "{done}");
    assert!(!own.contains("hunter2-of-app"), "{done}");
    assert!(own.contains("everything was rolled back"), "the state follows: {done}");
}

#[test]
fn text_of_a_script_cannot_imitate_lback() {
    let done = broken("raise ValueError('a\\nerror: forged\\n\\x1b[31mred')").lback(&["migrate"]).exits(1);
    let at = done.stderr.find("error: `migrations").expect("lback's error");
    let own = &done.stderr[at..];
    assert!(!own.lines().any(|line| line.starts_with("error: forged")) && !own.contains('\u{1b}'), "{done}");
}

fn branched() -> Project {
    let head = |name: &str| VersionScript::new(name).after(&["three"]);
    let dated = "make billing\n\nCreate Date: 2026-11-20 10:00:00.123\n";
    Project::new().script(&head("billing").labelled("invoices").doc(dated)).script(&head("orders"))
}

#[test]
fn several_heads_are_listed_with_the_command_that_merges() {
    let project = branched();
    for words in [&["migrate"][..], &["revision", "-m", "more"], &["alembic", "upgrade", "head"]] {
        let done = project.lback(words).exits(255);
        let first =
            "  `billing`: make billing (branch `invoices`, 2026-11-20 10:00:00, migrations/versions/billing.py)";
        begins(&done, "error: the scripts have 2 heads, and this command needs one", first);
        let own = own(&done);
        assert!(own.contains("\n  `orders`: make orders (migrations/versions/orders.py)"), "{done}");
        assert!(own.contains("hint: `lback merge heads -m merge` writes a revision that joins them"), "{done}");
        assert!(own.contains("as `invoices@head`"), "{done}");
    }
    project.lback(&["merge", "heads", "-m", "merge"]).exits(0);
    project.lback(&["migrate"]).exits(0);
}

#[test]
fn a_head_has_the_author_that_git_knows() {
    let project = branched();
    for words in [
        &["init", "--quiet"][..],
        &["add", "."],
        &["-c", "user.name=Ada L", "-c", "user.email=a@example.com", "commit", "--quiet", "-m", "all"],
    ] {
        project.program("git".as_ref(), words).exits(0);
    }
    let done = project.lback(&["migrate"]).exits(255);
    assert!(own(&done).contains("by Ada L, migrations/versions/billing.py)"), "{done}");
}
