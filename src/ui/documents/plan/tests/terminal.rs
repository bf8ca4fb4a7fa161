use super::super::text;
use super::samples::{self, denied, doubtful, downgrade, nothing_to_do, two_databases, upgrade};
use super::{USUAL, WITH_SQL, assert_text, shown};

#[test]
fn nothing_is_to_be_done() {
    assert_text(
        &shown(&nothing_to_do(), USUAL),
        r"
nothing to do: sqlite `app.db` is at `c3`
`alembic upgrade head` in the environment `production`",
    );
}

#[test]
fn what_an_upgrade_drops_is_marked() {
    assert_text(
        &shown(&upgrade(), USUAL),
        r"
2 revisions to apply on sqlite `app.db`: `a1` → `c3`
`alembic upgrade head` in the environment `production`

1. apply `b2`: add orders
   `migrations/versions/b2_.py`
   changes `orders`; mentions `users`
   create table `orders` (line 12)
   create index `ix_orders_user` on `orders` (line 19)

2. apply `c3`: tidy users
   `migrations/versions/c3_.py`
   changes `users`, `audit.old_users`
!  drop table `audit.old_users` (line 12)
!  drop column `nick` of `users` (line 13)
!  alter column `age` of `users`: BIGINT to SMALLINT (line 15)
~  update rows of `users` (line 16)
!~ delete rows of `users` (line 17)
!  can't be reverted: `downgrade()` raises NotImplementedError (line 22)

in all
!  1 table dropped: `audit.old_users`
!  1 column dropped: `users.nick`
!  2 other operations that lose data
~  2 operations on rows
!  1 revision that can't be reverted: `c3`
   sqlite `app.db` can't roll back schema changes: a revision that fails may be half done, and the revisions before it stay as they are",
    );
}

#[test]
fn statements_stand_below_their_revision() {
    let text = shown(&upgrade(), WITH_SQL);
    let steps: Vec<_> = text.split("\n\n").skip(1).take(2).collect();
    assert_text(
        &steps.join("\n\n"),
        r"
1. apply `b2`: add orders
   `migrations/versions/b2_.py`
   changes `orders`; mentions `users`
   create table `orders` (line 12)
   create index `ix_orders_user` on `orders` (line 19)
     CREATE TABLE orders (
         id INTEGER NOT NULL
     );
     CREATE INDEX ix_orders_user ON orders (user);

2. apply `c3`: tidy users
   `migrations/versions/c3_.py`
   changes `users`, `audit.old_users`
!  drop table `audit.old_users` (line 12)
!  drop column `nick` of `users` (line 13)
!  alter column `age` of `users`: BIGINT to SMALLINT (line 15)
~  update rows of `users` (line 16)
!~ delete rows of `users` (line 17)
!  can't be reverted: `downgrade()` raises NotImplementedError (line 22)
     its SQL is unknown without running it",
    );
}

#[test]
fn a_downgrade_says_that_data_stays_lost() {
    assert_text(
        &shown(&downgrade(), USUAL),
        r"
2 revisions to revert on postgresql `shop`: `c3` → `a1`
`alembic downgrade -2` in the environment `production`

1. revert `c3`: fill in names
   `migrations/versions/c3_.py`
   changes `users`
~  update rows of `users` (line 30)
!  its `downgrade()` doesn't undo it: `downgrade()` is only `pass`, though `upgrade()` writes `users`

2. revert `b2`: add orders
   `migrations/versions/b2_.py`
   changes `orders`
!  drop table `orders` (line 24)

in all
!  1 table dropped: `orders`
~  1 operation on rows
!  1 revision that `downgrade()` doesn't undo: `c3`
   data is not restored: a downgrade recreates tables and columns empty, what it drops is lost, and rows that a migration changed or deleted stay that way",
    );
}

#[test]
fn what_may_happen_and_what_nobody_can_tell_is_said() {
    assert_text(
        &shown(&doubtful(), USUAL),
        r"
1 revision to apply on mysql `shop`: base → `b2`
`alembic upgrade b2` in the environment `production`

1. apply `b2`: clean up
   `migrations/versions/b2_.py`
   changes `legacy`
!  may drop table `legacy` (line 14)
~  run SQL (line 20)
?  whether it can be reverted is unknown: it calls `helpers.undo`
?  `migrations/helpers.py:7`: the name of the table is read from the environment

in all
!  perhaps 1 table dropped: `legacy`
~  1 operation on rows
?  1 revision not fully analysed: `b2`
   mysql `shop` can't roll back schema changes: a revision that fails may be half done",
    );
}

#[test]
fn several_databases_are_told_one_after_the_other() {
    assert_text(
        &shown(&two_databases(), USUAL),
        r"
2 revisions on 2 databases
`alembic upgrade heads` in the environment `production`

2 revisions to apply on postgresql `shop`: `a1`, `x9` → `d4`

1. apply `b2`: add orders
   `migrations/versions/b2_.py`
   changes `orders`
   create table `orders` (line 12)

2. apply `d4`
   `migrations/versions/d4_.py`
   merges `b2`, `x9`
   depends on `e5`
   labelled `billing`
   changes nothing

nothing to do: postgresql `stock` is at `s1`

in all
   no operation is destructive",
    );
}

#[test]
fn no_database_is_nothing_to_do() {
    let plan = samples::plan(crate::model::database::Direction::Upgrade, "head", vec![]);
    assert_text(
        &shown(&samples::report(plan, vec![]), USUAL),
        r"
nothing to do: Alembic connected to no database
`alembic upgrade head` in the environment `production`",
    );
}

#[test]
fn policies_have_the_last_word() {
    let text = shown(&denied(), USUAL);
    let (_, policies) = text.rsplit_once("\n\n").unwrap();
    assert_text(
        policies,
        r"
denied by policy: the command would not run
  guard: `downgrade` is not allowed in the protected environment `production` (downgrade-in-protected-environment)
    hint: roll forward instead
    see https://wiki.example/rollback
  guard warns: the freeze begins
    at 18:00 (soon)
  keep-safe would deny, but is in audit mode: a table is dropped (drops-table)
  hours denies, but is overridden: it is night (closed)
  sizes: allowed
  slow failed: it took longer than 2s
    hint: give it more time
  slower failed, which `on-error` in `lback.toml` allows: it took longer than 2s
    hint: give it more time",
    );
}

#[test]
fn a_plan_that_all_allow_says_so_in_few_words() {
    let policies = samples::policies().into_iter().filter(|opinion| opinion.plugin == "sizes").collect();
    let text = shown(&samples::report(nothing_to_do().plan, policies), USUAL);
    assert_text(
        &text,
        r"
nothing to do: sqlite `app.db` is at `c3`
`alembic upgrade head` in the environment `production`

allowed by every policy
  sizes: allowed",
    );
}

#[test]
fn every_kind_of_operation_has_words() {
    let kinds = [
        ("create_table", "a"),
        ("drop_table", "a"),
        ("rename_table", "a"),
        ("add_column", "a:b"),
        ("drop_column", "a:b"),
        ("alter_column", "a:b"),
        ("rename_column", "a:b"),
        ("create_index", "a:b"),
        ("drop_index", "a:b"),
        ("create_constraint", "a:b"),
        ("drop_constraint", "a:b"),
        ("comment", "a"),
        ("comment", "a:b"),
        ("insert", "a"),
        ("update", "a"),
        ("delete", "a"),
        ("truncate", "a"),
        ("select", "a"),
        ("execute", ""),
        ("execute", "a"),
        ("declared", "a"),
        ("create_sequence", ":b"),
        ("refresh_view", "s.a"),
        ("drop_table", ""),
    ];
    let operations = kinds.map(|(kind, on)| {
        let mut operation = samples::operation(kind, on, 1);
        operation.line = None;
        match kind {
            "rename_table" => operation.new_table = Some(samples::table("s.c")),
            "rename_column" => operation.new_name = Some("c".into()),
            _ => {}
        }
        operation
    });
    let lines: Vec<_> =
        operations.iter().map(|operation| super::super::wording::operation(operation).plain()).collect();
    assert_text(
        &lines.join("\n"),
        r"
create table `a`
drop table `a`
rename table `a` to `s.c`
add column `b` to `a`
drop column `b` of `a`
alter column `b` of `a`
rename column `b` of `a` to `c`
create index `b` on `a`
drop index `b` on `a`
create constraint `b` on `a`
drop constraint `b` on `a`
comment on `a`
comment on `b` of `a`
insert rows into `a`
update rows of `a`
delete rows of `a`
truncate `a`
read rows of `a`
run SQL
run SQL on `a`
change, as declared, `a`
create sequence `b`
refresh view of `s.a`
drop an unknown table",
    );
}

#[test]
fn colours_are_added_and_nothing_else() {
    let coloured = text::plan(&denied(), USUAL.into(), None).as_str().to_owned();
    assert!(coloured.contains("\u{1b}[31m!  drop table"), "{coloured}");
    assert!(coloured.contains("\u{1b}[36m~  update rows"), "{coloured}");
    assert!(!shown(&denied(), USUAL).contains('\u{1b}'));
}

#[test]
fn a_narrow_terminal_breaks_lines_below_their_first_word() {
    let text = text::plan(&downgrade(), USUAL.into(), Some(60)).as_str().to_owned();
    let text = anstream::adapter::strip_str(&text).to_string();
    assert!(text.lines().all(|line| line.chars().count() <= 60), "{text}");
    let (_, end) = text.rsplit_once("\n\n").unwrap();
    assert_text(
        end,
        r"
in all
!  1 table dropped: `orders`
~  1 operation on rows
!  1 revision that `downgrade()` doesn't undo: `c3`
   data is not restored: a downgrade recreates tables and
   columns empty, what it drops is lost, and rows that a
   migration changed or deleted stay that way",
    );
}
