//! Rollbacks by steps and to a revision ask on a terminal if data is lost.

use super::shop::{Place, Shop};
use crate::support::Project;

/// A project at its head, whose last downgrade has this body.
fn at_head(downgrade: &str) -> Project {
    let project = Project::new().revision("three", Some("two"), "pass", downgrade);
    project.lback(&["migrate"]).exits(0);
    project
}

#[test]
fn a_rollback_that_loses_data_asks_on_a_terminal() {
    for target in [&["base"][..], &["-3"], &["--revision", "one"], &["--revision", "two"]] {
        let words = [&["rollback"], target].concat();
        let project = Project::new();
        project.lback(&["migrate"]).exits(0);
        let before = project.dump();
        let done = project.lback(&words).on_a_terminal("n").exits(77);
        done.stdout_has(&["drop table `three`", "Revert this? [y/n]", "nothing was done"]);
        assert_eq!(project.dump(), before, "{target:?}");
        let done = project.lback(&words).on_a_terminal("\u{3}").exits(130);
        drop(done);
        assert_eq!(project.dump(), before, "{target:?}");
        let done = project.lback(&words).on_a_terminal("y").exits(0);
        done.stdout_has(&["Revert this? [y/n]", "reverted", " is at "]);
        assert_ne!(project.dump(), before, "{target:?}");
    }
}

#[test]
fn no_question_without_a_terminal_or_with_consent() {
    let project = Project::new();
    for words in
        [&["rollback", "base", "--yes"][..], &["rollback", "-y", "base"], &["rollback", "--revision", "two", "--yes"]]
    {
        project.lback(&["migrate"]).exits(0);
        let done = project.lback(words).on_a_terminal("").exits(0);
        assert!(!done.stdout.contains("[y/n]"), "{done}");
    }
    project.lback(&["migrate"]).exits(0);
    project.lback(&["rollback", "base"]).exits(0);
    project.lback(&["migrate"]).exits(0);
    let sql = project.lback(&["rollback", "three:two", "--sql"]).on_a_terminal("").exits(0);
    assert!(!sql.stdout.contains("[y/n]"), "{sql}");
}

#[test]
fn no_question_where_nothing_is_lost() {
    for downgrade in
        ["pass", "op.create_index('i', 'one', ['id'])", "op.add_column('one', sa.Column('n', sa.Integer()))"]
    {
        let project = at_head(downgrade);
        let done = project.lback(&["rollback"]).on_a_terminal("").exits(0);
        assert!(!done.stdout.contains("[y/n]"), "{downgrade}: {done}");
    }
    let project = Project::new();
    let done = project.lback(&["rollback", "base"]).on_a_terminal("").exits(0);
    assert!(!done.stdout.contains("[y/n]"), "nothing to revert: {done}");
}

#[test]
fn what_loses_data_is_asked_about_in_every_form() {
    for downgrade in [
        "op.execute('delete from one')",
        "op.drop_column('one', 'id')",
        "op.get_bind().execute(sa.text('DROP TABLE one'))",
        "op.execute(open('statement.sql').read())",
    ] {
        let project = at_head(downgrade).file("statement.sql", "drop table one");
        let done = project.lback(&["rollback"]).on_a_terminal("n").exits(77);
        done.stdout_has(&["Revert this? [y/n]"]);
        assert_eq!(project.revision_of_database().as_deref(), Some("three"), "{downgrade}");
    }
}

#[test]
fn what_cannot_be_planned_is_asked_about_and_a_wrong_target_is_not() {
    let project = Project::new();
    project.lback(&["migrate"]).exits(0);
    let wrong = project.lback(&["rollback", "0123456789ab"]).on_a_terminal("").run();
    assert!(!wrong.stdout.contains("[y/n]") && wrong.code() != Some(0), "{wrong}");
    let project = Project::new().config("launcher = false");
    project.lback(&["migrate"]).exits(0);
    let done = project.lback(&["rollback", "base"]).on_a_terminal("n").exits(77);
    done.stdout_has(&["can't tell whether this rollback loses data", "Revert anyway? [y/n]"]);
    assert_eq!(project.revision_of_database().as_deref(), Some("three"));
}

#[test]
fn collateral_offers_a_new_migration() {
    let shop = Shop::new(Place::Sqlite).migrated();
    let words = ["rollback", "users", "--yes"];
    shop.lback(&words).exits(77).stderr_has(&[
        "`lback rollback users --yes --allow-collateral`",
        "hint: to change this table alone, let `lback rollback users --as-migration` write a new migration",
    ]);
    shop.lback(&["rollback", "users", "--as-migration"]).exits(0);
}
