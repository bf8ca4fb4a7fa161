//! Plans with hostile names, docstrings and messages.

use super::samples::hostile;
use super::{WITH_SQL, assert_text, commented, shown};

#[test]
fn a_terminal_is_not_steered() {
    assert_text(
        &shown(&hostile(), WITH_SQL),
        r"
1 revision to apply on sq<i>lite `app`.db`: base → `b2`**`
`alembic upgrade 'it'\''s head'` in the environment `production`

1. apply `b2`**`: </details><script>alert(1)</script> | **bold** @everyone #1 \u{1b}[2J ! drop table
   `versions/<b>.py`
   changes `a`|b\u{a}# c\u{202e}`, `x`
!  drop table `a`|b\u{a}# c\u{202e}` (line 3)
   vacuum *all* of `x` (line 4)
?  `v`.py:1`: see https://evil.example - nothing
     DROP TABLE x;
     ```
     </details>
     # done \u{9b}2J;

in all
!  1 table dropped: `a`|b\u{a}# c\u{202e}`
?  1 revision not fully analysed: `b2`**`
   sq<i>lite `app`.db` can't roll back schema changes: a revision that fails may be half done

denied by policy: the command would not run
  g: first
      other: denied\u{7} (no`)
    hint: [click](javascript:alert(1))
    see javascript:alert(1)",
    );
}

#[test]
fn a_comment_has_no_markup_but_its_own() {
    assert_text(
        &commented(&hostile(), WITH_SQL),
        r"
### 1 revision to apply on sq\<i\>lite ``app`.db``: base → ``b2`**``

`alembic upgrade 'it'\''s head'` in the environment `production`

- **⚠ 1 table dropped: ``a`|b\u{a}# c\u{202e}``**
- **?** 1 revision not fully analysed: ``b2`**``
- sq\<i\>lite ``app`.db`` can't roll back schema changes: a revision that fails may be half done

**⛔ denied by policy: the command would not run**

- `g`: first other: denied\\u{7} (`` no` ``)<br>hint: \[click\](javascript:alert(1))<br>see `javascript:alert(1)`

**1: apply ``b2`**``: \</details\>\<script\>alert(1)\</script\> \| \*\*bold\*\* \@<!-- -->everyone \#<!-- -->1 \\u{1b}\[2J ! drop table**
`versions/<b>.py`

- changes ``a`|b\u{a}# c\u{202e}``, `x`
- **⚠ drop table ``a`|b\u{a}# c\u{202e}`` (line 3)**
- vacuum \*all\* of `x` (line 4)
- **?** ``v`.py:1``: see https\://evil.example - nothing

<details><summary>SQL</summary>

````sql
DROP TABLE x;
```
</details>
# done \u{9b}2J;
````

</details>",
    );
}
