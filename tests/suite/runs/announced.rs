//! The line on stderr after a run that succeeded.

use crate::support::{Database, Done, Project, is_success_line};

/// An env.py that migrates the SQLite databases whose names stand in the file `tenants`.
const TENANTS: &str = include_str!("python/sqlite_files_env.py");

/// Returns the lines about the success, with the names of files without their folders, and without
/// durations.
fn announced(project: &Project, done: &Done) -> Vec<String> {
    let folder = format!("{}/", project.root().canonicalize().expect("a folder").display());
    let own = done.stderr.lines().filter(|line| is_success_line(line));
    own.map(|line| without_duration(&line.replace(&folder, ""))).collect()
}

fn without_duration(line: &str) -> String {
    let Some((before, rest)) = line.split_once(" in ") else { return line.to_owned() };
    match (rest.split_once("; "), before.starts_with("nothing")) {
        (Some((_, place)), false) => format!("{before}; {place}"),
        _ => line.to_owned(),
    }
}

fn tenants(count: usize) -> Project {
    let names: Vec<_> = (1..=count).map(|number| format!("t{number}.db")).collect();
    Project::new().file("migrations/env.py", TENANTS).file("tenants", &names.join("\n"))
}

#[test]
fn a_success_is_one_line_on_stderr() {
    let project = Project::new();
    for (words, expected) in [
        (&["migrate", "two"][..], "applied 2 revisions; `test.db` is at `two`"),
        (&["migrate"], "applied 1 revision; `test.db` is at `three`"),
        (&["migrate"], "nothing to apply; `test.db` is at `three`"),
        (&["rollback"], "reverted 1 revision; `test.db` is at `two`"),
        (&["rollback", "base"], "reverted 2 revisions; `test.db` is at base"),
        (&["rollback", "base"], "nothing to revert; `test.db` is at base"),
        (&["stamp", "two"], "stamped 1 revision; `test.db` is at `two`"),
        (&["alembic", "upgrade", "head"], "applied 1 revision; `test.db` is at `three`"),
    ] {
        // A rollback to base asks on a terminal only.
        let done = project.lback(words).exits(0);
        let shown = announced(&project, &done);
        assert_eq!(shown, [expected], "{done}");
        assert_eq!(done.stderr.lines().last().map(is_success_line), Some(true), "the last line: {done}");
        assert!(!done.stdout.contains("is at"), "{done}");
    }
}

#[test]
fn commands_that_change_no_database_and_quiet_ones_say_nothing() {
    let project = Project::new();
    for words in [
        &["-q", "migrate", "one"][..],
        &["migrate", "--quiet", "two"],
        &["alembic", "-q", "upgrade", "head"],
        &["alembic", "--qui", "upgrade", "head"],
        &["history"],
        &["current"],
        &["migrate", "--sql"],
        &["migrate", "--dry-run"],
        &["makemigrations", "more"],
    ] {
        let done = project.lback(words).exits(0);
        assert_eq!(announced(&project, &done), [""; 0], "{done}");
    }
    let own = Project::new().config("launcher = false");
    assert_eq!(announced(&own, &own.lback(&["migrate"]).exits(0)), [""; 0], "lback saw no database");
}

#[test]
fn a_run_that_fails_announces_no_success() {
    let project = Project::new().revision("two", Some("one"), "raise ValueError('broken')", "pass");
    let done = project.lback(&["migrate"]).exits(1);
    assert_eq!(announced(&project, &done), [""; 0], "{done}");
}

#[test]
fn a_few_databases_have_a_line_each_and_many_one_together() {
    let project = tenants(2);
    let done = project.lback(&["migrate", "two"]).exits(0);
    let each = ["t1", "t2"].map(|name| format!("applied 2 revisions; `{name}.db` is at `two`"));
    assert_eq!(announced(&project, &done), each);
    project.write("tenants", "t1.db\nt2.db\nt3.db");
    let done = project.lback(&["migrate", "two"]).exits(0);
    let each = [
        "nothing to apply; `t1.db` is at `two`",
        "nothing to apply; `t2.db` is at `two`",
        "applied 2 revisions; `t3.db` is at `two`",
    ];
    assert_eq!(announced(&project, &done), each);

    let many = tenants(12);
    let sum = |words: &[&str]| many.lback(words).exits(0).stderr.lines().last().unwrap_or_default().to_owned();
    let has = |line: String, parts: [&str; 2]| assert!(parts.iter().all(|part| line.contains(part)), "{line}");
    has(sum(&["migrate", "two"]), ["applied 24 revisions in 12 databases in ", "; all are at `two`"]);
    has(sum(&["migrate", "two"]), ["nothing to apply in 12 databases", "; all are at `two`"]);
    many.write("tenants", "t1.db\nt2.db");
    many.lback(&["migrate"]).exits(0);
    let names: Vec<_> = (1..=12).map(|number| format!("t{number}.db")).collect();
    many.write("tenants", &names.join("\n"));
    has(sum(&["migrate", "two"]), ["nothing to apply in 12 databases; ", "they are at 2 different revisions"]);
    has(sum(&["migrate"]), ["applied 10 revisions in 10 of 12 databases in ", "; all are at `three`"]);
}

#[test]
fn a_lock_on_a_later_database_does_not_deny_what_was_done_to_an_earlier_one() {
    let project = tenants(2).config("lock = \"fail\"");
    project.lback(&["migrate", "one"]).exits(0);
    let waits = "import os, time\nopen('inside', 'w').close()\nwhile not os.path.exists('go'): time.sleep(0.02)";
    project.write(
        "migrations/versions/two.py",
        &crate::support::VersionScript::new("two").after(&["one"]).upgrade(waits).text(),
    );
    project.write("tenants", "t2.db");
    let holder = project.lback(&["migrate", "two"]).start();
    crate::support::wait_for(&project.path("inside"));
    project.write("tenants", "t1.db\nt2.db");
    project.write("migrations/versions/two.py", &crate::support::VersionScript::new("two").after(&["one"]).text());
    // A look needs no lock.
    project.lback(&["status"]).exits(0).stdout_has(&[" at one, 2 revisions pending"]);
    let done = project.lback(&["migrate", "two"]).exits(75);
    let done = done
        .stderr_has(&["; nothing was done to this database", "t1.db`: done: the database went from `one` to `two`"]);
    assert!(!done.stderr.contains("nothing was done\n"), "{done}");
    project.write("go", "");
    holder.wait().exits(0);
}

#[test]
fn a_server_is_named_by_its_database() {
    let database = Database::postgres();
    let project = Project::on(&database.url().replace('%', "%%"));
    let done = project.lback(&["migrate"]).exits(0);
    let name = database.query("select current_database()");
    let last = done.stderr.lines().last().unwrap_or_default();
    assert!(
        last.starts_with("applied 3 revisions in ") && last.ends_with(&format!("; `{name}` is at `three`")),
        "{done}"
    );
}
