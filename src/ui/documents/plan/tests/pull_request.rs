use super::samples::{denied, nothing_to_do, two_databases, upgrade};
use super::{USUAL, WITH_SQL, assert_text, commented};

#[test]
fn nothing_is_to_be_done() {
    assert_text(
        &commented(&nothing_to_do(), USUAL),
        r"
### nothing to do: sqlite `app.db` is at `c3`

`alembic upgrade head` in the environment `production`",
    );
}

#[test]
fn what_an_upgrade_drops_is_bold_and_its_sql_is_folded() {
    assert_text(
        &commented(&upgrade(), WITH_SQL),
        r"
### 2 revisions to apply on sqlite `app.db`: `a1` → `c3`

`alembic upgrade head` in the environment `production`

- **⚠ 1 table dropped: `audit.old_users`**
- **⚠ 1 column dropped: `users.nick`**
- **⚠ 2 other operations that lose data**
- 2 operations on rows
- **⚠ 1 revision that can't be reverted: `c3`**
- sqlite `app.db` can't roll back schema changes: a revision that fails may be half done, and the revisions before it stay as they are

**1: apply `b2`: add orders**
`migrations/versions/b2_.py`

- changes `orders`; mentions `users`
- create table `orders` (line 12)
- create index `ix_orders_user` on `orders` (line 19)

<details><summary>SQL</summary>

```sql
CREATE TABLE orders (
    id INTEGER NOT NULL
);
CREATE INDEX ix_orders_user ON orders (user);
```

</details>

**2: apply `c3`: tidy users**
`migrations/versions/c3_.py`

- changes `users`, `audit.old_users`
- **⚠ drop table `audit.old_users` (line 12)**
- **⚠ drop column `nick` of `users` (line 13)**
- **⚠ alter column `age` of `users`: BIGINT to SMALLINT (line 15)**
- update rows of `users` (line 16) (rows)
- **⚠ delete rows of `users` (line 17)** (rows)
- **⚠ can't be reverted: `downgrade()` raises NotImplementedError (line 22)**
- its SQL is unknown without running it",
    );
}

#[test]
fn policies_stand_above_the_revisions() {
    assert_text(
        &commented(&denied(), USUAL),
        r"
### 2 revisions to revert on postgresql `shop`: `c3` → `a1`

`alembic downgrade -2` in the environment `production`

- **⚠ 1 table dropped: `orders`**
- 1 operation on rows
- **⚠ 1 revision that `downgrade()` doesn't undo: `c3`**
- data is not restored: a downgrade recreates tables and columns empty, what it drops is lost, and rows that a migration changed or deleted stay that way

**⛔ denied by policy: the command would not run**

- `guard`: `downgrade` is not allowed in the protected environment `production` (`downgrade-in-protected-environment`)<br>hint: roll forward instead<br>see <https://wiki.example/rollback>
- `guard` warns: the freeze begins at 18:00 (`soon`)
- `keep-safe` would deny, but is in audit mode: a table is dropped (`drops-table`)
- `hours` denies, but is overridden: it is night (`closed`)
- `sizes`: allowed
- `slow` failed: it took longer than 2s<br>hint: give it more time
- `slower` failed, which `on-error` in `lback.toml` allows: it took longer than 2s<br>hint: give it more time

**1: revert `c3`: fill in names**
`migrations/versions/c3_.py`

- changes `users`
- update rows of `users` (line 30) (rows)
- **⚠ its `downgrade()` doesn't undo it: `downgrade()` is only `pass`, though `upgrade()` writes `users`**

**2: revert `b2`: add orders**
`migrations/versions/b2_.py`

- changes `orders`
- **⚠ drop table `orders` (line 24)**",
    );
}

#[test]
fn several_databases_are_told_one_after_the_other() {
    assert_text(
        &commented(&two_databases(), USUAL),
        r"
### 2 revisions on 2 databases

`alembic upgrade heads` in the environment `production`

- no operation is destructive

#### 2 revisions to apply on postgresql `shop`: `a1`, `x9` → `d4`

**1: apply `b2`: add orders**
`migrations/versions/b2_.py`

- changes `orders`
- create table `orders` (line 12)

**2: apply `d4`**
`migrations/versions/d4_.py`

- merges `b2`, `x9`
- depends on `e5`
- labelled `billing`
- changes nothing

#### nothing to do: postgresql `stock` is at `s1`",
    );
}

#[test]
fn texts_that_say_nothing_leave_no_trace() {
    let mut report = upgrade();
    let [first, second] = report.plan.databases[0].steps.as_mut_slice() else { unreachable!() };
    first.doc = Some(" ".into());
    first.operations.clear();
    second.irreversible_because = Some(String::new());
    second.operations[0].detail = Some("\n".into());
    let text = commented(&report, USUAL);
    for line in [
        "**1: apply `b2`**",
        "- **⚠ can't be reverted**",
        "- **⚠ drop table `audit.old_users` (line 12)**",
        "- changes nothing",
    ] {
        assert!(text.lines().any(|shown| shown == line), "{line}\n{text}");
    }
}
