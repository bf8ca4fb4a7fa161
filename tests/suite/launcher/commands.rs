//! Every command of Alembic, succeeding and failing.

use super::twin::{Twin, case, same};

#[test]
fn commands_on_a_new_database() {
    Twin::new().env("EDITOR", "true").check([
        case(&["current"]),
        case(&["current", "--check-heads"]).code(255).outputs("FAILED"),
        case(&["upgrade", "head"]).outputs("Running upgrade two -> three"),
        case(&["upgrade", "+1"]).outputs("Running upgrade  -> one"),
        case(&["upgrade", "one:three", "--sql"]).outputs("CREATE TABLE three"),
        case(&["-q", "upgrade", "head", "--tag", "t"]),
        case(&["history", "--verbose", "--indicate-current"]).outputs("Path: "),
        case(&["history", "-r", "one:two"]).outputs("one -> two"),
        case(&["heads", "-v"]).outputs("Rev: three (head)"),
        case(&["show", "two"]).outputs("Parent: one"),
        case(&["branches"]),
        case(&["check"]).code(255).outputs("FAILED: Target database is not up to date"),
        case(&["ensure_version"]),
        case(&["ensure_version", "--sql"]).outputs("CREATE TABLE alembic_version"),
        case(&["stamp", "two"]).outputs("Running stamp_revision"),
        case(&["stamp", "head", "--sql"]).outputs("INSERT INTO alembic_version"),
        case(&["revision", "-m", "añadir", "--rev-id", "1a2b"]).outputs("1a2b_añadir.py"),
        case(&["revision", "--autogenerate", "--rev-id", "1a2b"]).code(255).outputs("FAILED"),
        case(&["list_templates"]).outputs("multidb"),
        case(&["init", "fresh"]).outputs("fresh"),
        case(&["init", "migrations"]).code(255).outputs("FAILED"),
        case(&["edit", "head"]),
        case(&["downgrade", "-1"]).code(255).outputs("FAILED"),
    ]);
}

#[test]
fn commands_on_a_database_at_head() {
    Twin::new().after(&["-q", "upgrade", "head"]).env("EDITOR", "false").check([
        case(&["current", "-v"]).outputs("Rev: three (head)"),
        case(&["current", "--check-heads"]),
        case(&["upgrade", "head"]),
        case(&["check"]).outputs("No new upgrade operations"),
        case(&["downgrade", "base"]).outputs("Running downgrade one -> ,"),
        case(&["downgrade", "three:one", "--sql"]).outputs("DROP TABLE two"),
        case(&["stamp", "--purge", "one"]).outputs("Running stamp_revision"),
        case(&["revision", "--autogenerate", "-m", "none", "--rev-id", "1a2b"]).outputs("1a2b_none.py"),
        case(&["edit", "current"]).code(255).outputs("FAILED"),
    ]);
}

#[test]
fn commands_on_branches() {
    let twin = Twin::new().arrange(|root| {
        let three = std::fs::read_to_string(root.join("migrations/versions/three.py")).expect("a revision");
        std::fs::write(root.join("migrations/versions/other.py"), three.replace("three", "other")).expect("a file");
    });
    // Alembic prints sets in their arbitrary order.
    twin.after(&["-q", "upgrade", "two"]).env("PYTHONHASHSEED", "0").check([
        case(&["branches", "-v"]).outputs("Branches into"),
        case(&["heads"]).outputs("other (head)"),
        case(&["upgrade", "head"]).code(255).outputs("Multiple head revisions"),
        case(&["upgrade", "heads"]).outputs("-> other"),
        case(&["merge", "-m", "both", "--rev-id", "1a2b", "heads"]).outputs("1a2b_both.py"),
        case(&["revision", "--head", "other", "--rev-id", "1a2b"]).outputs("1a2b_.py"),
    ]);
}

#[test]
fn words_that_are_no_command() {
    Twin::new().check([
        case(&[]).code(2).outputs("usage: alembic"),
        case(&["nosuch"]).code(2).outputs("invalid choice"),
        case(&["upgrade"]).code(2).outputs("usage: alembic upgrade"),
        case(&["--nosuch", "upgrade"]).code(2),
        case(&["upgrade", "nosuch"]).code(255).outputs("FAILED: Can't locate revision"),
        case(&["-q", "upgrade", "nosuch"]).code(255),
        case(&["--raiseerr", "upgrade", "nosuch"]).code(1).outputs("Traceback"),
        case(&["-n", "nosuch", "current"]).code(255).outputs("FAILED"),
        case(&["-c", "nosuch.ini", "current"]).code(255).outputs("FAILED"),
        case(&["--help"]).outputs("usage: alembic"),
        case(&["upgrade", "--help"]).outputs("usage: alembic upgrade"),
        case(&["--version"]).outputs("alembic "),
    ]);
}

/// The launcher starts while plugins load, and waits for them.
#[test]
fn commands_with_plugins() {
    let plugin = |name: &str| {
        let source = crate::support::component(name).display().to_string();
        format!("[[plugin]]\nname = {name:?}\nsource = {source:?}")
    };
    let twin = Twin::new().settings(&plugin("record-policy")).settings(&plugin("record-handler"));
    twin.revision("bad", "raise RuntimeError('in the middle')").check([
        case(&["upgrade", "three"]).outputs("Running upgrade two -> three"),
        case(&["upgrade", "head"]).code(1).outputs("in the middle"),
        case(&["upgrade", "nosuch"]).code(255),
        case(&["current"]),
        case(&["nosuch"]).code(2),
    ]);
}

#[test]
fn commands_of_lback() {
    Twin::new().after(&["-q", "upgrade", "two"]).check([
        same(&["migrate"], &["upgrade", "head"]).outputs("Running upgrade two -> three"),
        same(&["migrate", "--sql"], &["upgrade", "head", "--sql"]).outputs("CREATE TABLE three"),
        same(&["migrate", "nosuch"], &["upgrade", "nosuch"]).code(255),
        same(&["-x", "a=b", "rollback"], &["-x", "a=b", "downgrade", "-1"]).outputs("Running downgrade two -> one"),
        same(&["history"], &["history"]).outputs("two -> three"),
        same(
            &["makemigrations", "m", "--", "--rev-id", "1a2b"],
            &["revision", "--autogenerate", "-m", "m", "--rev-id", "1a2b"],
        )
        .code(255)
        .outputs("FAILED: Target database is not up to date"),
    ]);
}
